"""Headers that a program can no longer include together (ISO C11 §6.7)."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.surfaces.headers.change import HeaderChange, HeadersConflict
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.same_type import TypeComparer
from abidiff.surfaces.headers.model import Clash, Library


def compare_clashes(pair: Pair) -> Iterator[HeaderChange]:
    """Yield pairs of headers whose declarations contradict in the new release and did not in the old one."""
    if not pair.new.clashes:
        return
    before = {frozenset(_includes(pair.old, clash)) for clash in _real(pair.old)}
    known = {header.include for header in pair.old.headers if not header.error}
    for clash in _real(pair.new):
        both = _includes(pair.new, clash)
        if len(set(both)) == 2 and set(both) <= known and frozenset(both) not in before:
            before.add(frozenset(both))
            yield HeadersConflict(pair.unit, clash.name, include=both[0], headers=both, clash=clash)


def _real(library: Library) -> Iterator[Clash]:
    types = TypeComparer(library, library)
    for clash in library.clashes:
        if clash.kind != "types" or types.differ(*clash.types):
            yield clash


def _includes(library: Library, clash: Clash) -> tuple[str, str]:
    names = {header.path: header.include for header in library.headers}
    return names.get(clash.paths[0], ""), names.get(clash.paths[1], "")
