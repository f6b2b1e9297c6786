"""What a pattern would have taken: for messages only."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.surfaces.rng.model import Attribute, Data, Value
from abidiff.surfaces.rng.names import Space, braced
from abidiff.surfaces.rng.validate.hashcons import (
    K_AFTER,
    K_ATTRIBUTE,
    K_CHOICE,
    K_DATA,
    K_EMPTY,
    K_GROUP,
    K_INTERLEAVE,
    K_LIST,
    K_MORE,
    K_REF,
    K_TEXT,
    K_VALUE,
)
from abidiff.surfaces.rng.validate.patterns import Patterns


def _walk(patterns: Patterns, start: int, *, in_order: bool) -> Iterator[int]:
    """Yield the leaves that can come next (``in_order``), or all leaves of this element."""
    stack, seen = [start], {start}
    while stack:
        index = stack.pop()
        kind, parts = patterns.kinds[index], patterns.parts[index]
        below: list[int] = []
        if kind in (K_CHOICE, K_INTERLEAVE, K_MORE):
            below = list(parts)
        elif kind == K_AFTER:
            below = [parts[0]]
        elif kind == K_GROUP:
            for part in parts:
                below.append(part)
                if in_order and not patterns.nullable[part]:
                    break
        else:
            yield index
        for part in below:
            if part not in seen:
                seen.add(part)
                stack.append(part)


def elements(patterns: Patterns, state: int, space: Space = braced) -> tuple[str, ...]:
    """Return the elements that could come next."""
    leaves = _walk(patterns, state, in_order=True)
    return tuple(
        sorted({f"<{patterns.element_names(leaf).text(space)}>" for leaf in leaves if patterns.kinds[leaf] == K_REF})
    )


def attributes(patterns: Patterns, state: int, space: Space = braced) -> tuple[str, ...]:
    """Return the attributes that could still be given."""
    found = set()
    for leaf in _walk(patterns, state, in_order=False):
        if patterns.kinds[leaf] == K_ATTRIBUTE:
            node = patterns.nodes[leaf]
            assert isinstance(node, Attribute)
            found.add(node.name.text(space))
    return tuple(sorted(found))


def missing_attributes(patterns: Patterns, state: int, space: Space = braced) -> tuple[str, ...]:
    """Return the attributes that have to be given, or (when there are several ways) could be."""
    return attributes(patterns, state, space)


def values(patterns: Patterns, state: int) -> tuple[str, ...]:
    """Return the values and datatypes that the text could have."""
    found = []
    for leaf in _walk(patterns, state, in_order=False):
        kind = patterns.kinds[leaf]
        node = patterns.nodes[leaf] if leaf < len(patterns.nodes) else None
        if kind == K_VALUE and isinstance(node, Value):
            found.append(f"'{node.text}'")
        elif kind == K_DATA and isinstance(node, Data):
            found.append(" ".join([node.datatype, *(f"{name} {text!r}" for name, text in node.params)]))
        elif kind in (K_TEXT, K_EMPTY, K_LIST):
            found.append({K_TEXT: "any text", K_EMPTY: "nothing", K_LIST: "a list"}[kind])
    return tuple(sorted(set(found)))
