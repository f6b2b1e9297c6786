"""What each public header brings to a program that includes it, and nothing else, in two releases."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.location import Location
from abidiff.surfaces.headers.change import HeaderChange, NoLongerBrought
from abidiff.surfaces.headers.compare.marks import Items
from abidiff.surfaces.headers.compare.matching import Pair, reserved
from abidiff.surfaces.headers.model import Library

_KINDS = frozenset({"function", "variable", "typedef", "enumerator", "constant"})


def compare_roots(pair: Pair) -> Iterator[HeaderChange]:
    """Yield declarations that a header brought, and that stand now where it does not lead to; once for each way."""
    if len(pair.old.headers) < 2 and len(pair.new.headers) < 2:
        return
    before = {h.include: frozenset(h.brings) for h in pair.old.headers if h.alone and not h.error}
    after = {h.include: frozenset(h.brings) for h in pair.new.headers if not h.error}
    old, new = _places(pair.old, pair.old_marks), _places(pair.new, pair.new_marks)
    moves: dict[tuple[tuple[str, ...], tuple[str, ...]], list[tuple[str, str]]] = {}
    where: dict[str, tuple[Location, Location]] = {}
    for name, (kind, here, place) in old.items():
        found = new.get(name)
        if found is None or found[0] != kind or pair.open(name):
            continue
        moves.setdefault((here, found[1]), []).append((kind, name))
        where[name] = place, found[2]
    for (here, there), names in moves.items():
        lost = [
            root
            for root, brings in before.items()
            if root in after and not brings.isdisjoint(here) and after[root].isdisjoint(there)
        ]
        if lost:
            first = next((root for root in lost if root in here), lost[0])
            place, now = where[names[0][1]]
            yield NoLongerBrought(
                pair.unit, first, include=first, names=tuple(names), headers=tuple(lost), now=there, old=place, new=now
            )


def _places(library: Library, marks: Items) -> dict[str, tuple[str, tuple[str, ...], Location]]:
    """Return name → (kind, headers that declare it, where)."""
    includes = {**{path: path for path in library.brought}, **{h.path: h.include for h in library.headers}}
    found = {}
    for name, (kind, mark) in marks.items():
        include = includes.get(mark.location.path)
        if include is not None and kind in _KINDS and not reserved(name):
            found[name] = kind, library.also.get(name) or (include,), mark.location
    return found
