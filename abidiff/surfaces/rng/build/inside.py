"""What stands in a node of the table, down to the elements that it names."""

from __future__ import annotations

from collections.abc import Container, Sequence

from abidiff.surfaces.rng.model import (
    Attribute,
    Choice,
    Group,
    Interleave,
    Node,
    OneOrMore,
    Ref,
    Schemas,
    Value,
    children,
)


def inside(nodes: Sequence[Node]) -> list[tuple[int, ...]]:
    """Return the parts of each node, none for what has no elements in it."""
    none: tuple[int, ...] = ()
    out = []
    for node in nodes:
        kind = type(node)
        if kind is Choice or kind is Interleave or kind is Group:
            out.append(node.parts)  # type: ignore[union-attr]
        else:
            out.append((node.body,) if kind is OneOrMore else none)  # type: ignore[union-attr]
    return out


def below(parts: Sequence[tuple[int, ...]], root: int, known: Container[int]) -> list[int]:
    """Return the nodes below a root (not through elements), parts first; what is known already is left out."""
    if not parts[root]:
        return [root]
    seen = {root}
    stack = [root]
    while stack:
        for part in parts[stack.pop()]:
            if part not in seen and part not in known:
                seen.add(part)
                stack.append(part)
    return sorted(seen)


def named(nodes: Sequence[Node], parts: Sequence[tuple[int, ...]], root: int) -> list[Attribute | Ref]:
    """Return the attributes and the references below a root, in the order of the file."""
    found: list[Attribute | Ref] = []
    seen = {root}
    stack = [root]
    while stack:
        index = stack.pop()
        inner = parts[index]
        if inner:
            for part in reversed(inner):
                if part not in seen:
                    seen.add(part)
                    stack.append(part)
            continue
        node = nodes[index]
        if type(node) is Attribute or type(node) is Ref:
            found.append(node)
    return found


def below_all(nodes: Sequence[Node], root: int, known: Container[int]) -> list[int]:
    """The same, into attributes, data and lists as well."""
    if type(nodes[root]) is Value:
        return [root]
    seen = {root}
    stack = [root]
    while stack:
        for part in children(nodes[stack.pop()]):
            if part not in seen and part not in known:
                seen.add(part)
                stack.append(part)
    return sorted(seen)


def references(model: Schemas, parts: Sequence[tuple[int, ...]]) -> list[frozenset[int]]:
    """Return the elements that each element's content names."""
    none: frozenset[int] = frozenset()
    refs = [none] * len(model.nodes)
    for index, node in enumerate(model.nodes):
        if type(node) is Ref:
            refs[index] = frozenset((node.element,))
        elif parts[index]:
            below = [refs[part] for part in parts[index] if refs[part]]
            if below:
                refs[index] = below[0] if len(below) == 1 else none.union(*below)
    return [refs[one.content] for one in model.elements]
