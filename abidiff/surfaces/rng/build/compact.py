"""What the schemas reach, and nothing else, in the model."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from abidiff.surfaces.rng.model import (
    Attribute,
    Choice,
    Data,
    Element,
    Group,
    Interleave,
    List,
    Node,
    OneOrMore,
    Ref,
    Schema,
    Value,
    children,
)


class Reach:
    """What start nodes reach, in tables that grow; each content is walked once for all schemas."""

    def __init__(self, nodes: Sequence[Node], elements: Sequence[Element | None]) -> None:
        self.nodes = nodes
        self.elements = elements
        self._direct: dict[int, set[int]] = {}  # content → the elements that it names
        self._whole: dict[int, set[int]] = {}  # element that a start names → itself and what it reaches

    def of(self, start: int) -> set[int]:
        """Return the elements that a start node reaches."""
        found: set[int] = set()
        for number in self._named(start):
            if self.elements[number] is not None:
                found |= self._whole.get(number) or self._from(number)
        return found

    def _from(self, root: int) -> set[int]:
        found = {root}
        stack = [root]
        while stack:
            element = self.elements[stack.pop()]
            assert element is not None
            direct = self._direct.get(element.content)
            if direct is None:
                direct = self._direct[element.content] = self._named(element.content)
            for number in direct - found:
                whole = self._whole.get(number)
                if whole is not None:
                    found |= whole
                elif number not in found and self.elements[number] is not None:
                    found.add(number)
                    stack.append(number)
        self._whole[root] = found
        return found

    def _named(self, content: int) -> set[int]:
        seen = {content}
        stack = [content]
        found: set[int] = set()
        while stack:
            node = self.nodes[stack.pop()]
            if type(node) is Ref:
                found.add(node.element)
                continue
            for part in children(node):
                if part not in seen:
                    seen.add(part)
                    stack.append(part)
        return found


def compact(
    nodes: Sequence[Node], elements: Sequence[Element | None], schemas: Sequence[Schema]
) -> tuple[tuple[Node, ...], tuple[Element, ...], tuple[Schema, ...]]:
    """Keep only what the schemas reach, numbered anew in the same order."""
    kept_elements = sorted({index for schema in schemas for index in schema.elements})
    new_element = {old: new for new, old in enumerate(kept_elements)}
    roots = [schema.start for schema in schemas]
    found = [element for index in kept_elements if (element := elements[index]) is not None]
    roots += [element.content for element in found]
    live = {0, 1, 2}
    stack = roots
    while stack:
        index = stack.pop()
        if index not in live:
            live.add(index)
            stack.extend(children(nodes[index]))
    kept_nodes = sorted(live)
    new_node = {old: new for new, old in enumerate(kept_nodes)}
    return (
        tuple([_renumbered(nodes[index], new_node, new_element) for index in kept_nodes]),
        tuple(Element(new_element[e.id], e.name, new_node[e.content], e.location, e.define) for e in found),
        tuple(
            msgspec.structs.replace(
                schema,
                start=new_node[schema.start],
                elements=tuple(new_element[index] for index in schema.elements),
            )
            for schema in schemas
        ),
    )


def _renumbered(node: Node, new_node: dict[int, int], new_element: dict[int, int]) -> Node:
    kind = type(node)
    if kind is Value:
        return node
    if isinstance(node, Ref):
        return Ref(new_element[node.element])
    if isinstance(node, Attribute):
        return Attribute(node.name, new_node[node.content], node.location, node.default)
    if isinstance(node, (Choice, Group, Interleave)):
        return type(node)(tuple([new_node[part] for part in node.parts]))
    if isinstance(node, (OneOrMore, List)):
        return type(node)(new_node[node.body])
    if isinstance(node, Data) and node.except_ >= 0:
        return Data(node.library, node.datatype, node.params, new_node[node.except_], node.location)
    return node
