"""How far it is from a pattern to a finished member, and to an element: what a sampler steers by."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from abidiff.surfaces.rng.model import (
    Attribute,
    Choice,
    Data,
    Element,
    Group,
    Interleave,
    List,
    Node,
    NotAllowed,
    OneOrMore,
    Ref,
    Value,
    children,
)

FOREVER = 10**9
FAR = 60_000


def costs(nodes: Sequence[Node], elements: Sequence[Element]) -> list[int]:
    """Return for each node how many levels of elements a member has at least (a least fixpoint).

    FOREVER means that it has none.
    """
    element_costs = [FOREVER] * len(elements)
    found = [FOREVER] * len(nodes)
    changed = True
    while changed:
        changed = False
        for index, node in enumerate(nodes):
            cost = _cost(node, found, element_costs)
            if cost < found[index]:
                found[index] = cost
                changed = True
        for element in elements:
            element_costs[element.id] = min(FOREVER, 1 + found[element.content])
    return found


def _cost(node: Node, found: list[int], element_costs: list[int]) -> int:
    match node:
        case Ref(element):
            return element_costs[element]
        case Choice(parts):
            return min(found[part] for part in parts)
        case Group(parts) | Interleave(parts):
            return max(found[part] for part in parts)
        case OneOrMore(body) | List(body):
            return found[body]
        case Attribute():
            return found[node.content]
        case NotAllowed():
            return FOREVER
        case Data(datatype=name) | Value(datatype=name) if name in ("ENTITY", "ENTITIES", "NOTATION"):
            return FOREVER  # only a DTD can declare such a value
    return 0


class Ways:
    """Distances, in elements, from every node to one element."""

    def __init__(self, nodes: Sequence[Node], elements: Sequence[Element], possible: Sequence[int]) -> None:
        self.elements = elements
        self._holders: list[list[int]] = [[] for _ in nodes]
        self._refs: list[list[int]] = [[] for _ in elements]
        self._contents: dict[int, list[int]] = {}
        for index, node in enumerate(nodes):
            if possible[index] >= FOREVER:
                continue
            if isinstance(node, Ref):
                self._refs[node.element].append(index)
            elif not isinstance(node, Attribute):
                for part in children(node):
                    self._holders[part].append(index)
        for element in elements:
            self._contents.setdefault(element.content, []).append(element.id)
        self._kept: dict[int, array[int]] = {}

    def to(self, target: int) -> array[int]:
        """Return node → how many elements lie on the way to the target; FAR: none leads there."""
        found = self._kept.get(target)
        if found is None:
            if len(self._kept) > 300:
                self._kept.clear()
            found = self._kept[target] = self._search(target)
        return found

    def _search(self, target: int) -> array[int]:
        found = array("H", [FAR]) * len(self._holders)
        layer, distance = list(self._refs[target]), 0
        while layer:
            following: list[int] = []
            stack = layer
            while stack:
                index = stack.pop()
                if found[index] != FAR:
                    continue
                found[index] = distance
                stack.extend(self._holders[index])
                for element in self._contents.get(index, ()):
                    following.extend(self._refs[element])
            layer = following
            distance += 1
        return found
