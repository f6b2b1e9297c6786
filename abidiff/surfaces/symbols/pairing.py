"""Which map of the old release became which of the new one: by the nodes, then by the names.

The name of the file is only the last hint: ``libship.syms`` that became ``libship_public.syms`` is
the same library when it has the same nodes.
"""

from __future__ import annotations

from collections.abc import Sequence

from abidiff.surfaces.symbols.model import SymbolMap

Pair = tuple[SymbolMap | None, SymbolMap | None]


def pairs(old: Sequence[SymbolMap], new: Sequence[SymbolMap]) -> list[Pair]:
    """Return the maps side by side, in the order of their names; None where one stands alone."""
    if len(old) == len(new) == 1 and old[0].unit == new[0].unit:
        return [(old[0], new[0])]
    scored = []
    for n, one in enumerate(old):
        for m, other in enumerate(new):
            score = _score(one, other)
            if score is not None:
                scored.append((score, one.unit, other.unit, n, m))
    found: list[Pair] = []
    left, right = set(range(len(old))), set(range(len(new)))
    for _, _, _, n, m in sorted(scored):
        if n in left and m in right:
            left.discard(n)
            right.discard(m)
            found.append((old[n], new[m]))
    found += [(old[n], None) for n in left]
    found += [(None, new[m]) for m in right]
    return sorted(found, key=_name)


def _score(old: SymbolMap, new: SymbolMap) -> tuple[int, int, int] | None:
    """Return how well two maps fit (the least is the best), None when nothing holds them together."""
    same = old.unit == new.unit
    if not same and not (old.public and new.public):
        return None
    nodes = len(_nodes(old) & _nodes(new))
    names = len(old.places.keys() & new.places.keys())
    if not same and not nodes and 2 * names <= max(len(old.places), len(new.places)):
        return None
    return (-nodes, not same, -names)


def _nodes(where: SymbolMap) -> set[str]:
    return {node.name for node in where.nodes if node.name and not node.private}


def _name(pair: Pair) -> str:
    return next(found.unit for found in pair if found is not None)
