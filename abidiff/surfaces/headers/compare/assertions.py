"""Static assertions of headers that fail in the new release and did not in the old one (ISO C11 §6.7.10)."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.location import Location
from abidiff.project import SINGLE_HEADER
from abidiff.surfaces.headers.change import AssertionFails, HeaderChange
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.model import Assertion, Header, Library


def compare_assertions(pair: Pair) -> Iterator[HeaderChange]:
    """Yield the assertions that end the compilation of programs which could include their header before."""
    open_before = {each.text for each in pair.old.asserted if not each.told}
    told: set[str] = set()
    for each in pair.new.asserted:
        if each.text in told or (not each.told and each.text in open_before):
            continue
        for old, new in _users(pair, each.location.path):
            targets = pair.types.targets.intersection(each.fails) - _failed(pair.old, old)
            if targets or not each.told:
                told.add(each.text)
                include = old.include if pair.unit == SINGLE_HEADER else new.include
                yield AssertionFails(
                    pair.unit, each.text, include=include, old=Location(old.path), new=each.location,
                    targets=pair.types.judged(targets),
                )  # fmt: skip
                break


def _users(pair: Pair, path: str) -> Iterator[tuple[Header, Header]]:
    """Yield the headers, old and new, that programs could include and that lead to a file."""
    before = {header.include: header for header in pair.old.headers if not header.error}
    place = next((header.include for header in pair.new.headers if header.path == path), path)
    one = pair.unit == SINGLE_HEADER and len(pair.old.headers) == len(pair.new.headers) == 1
    for new in sorted(pair.new.headers, key=lambda header: (header.include != place, header.include)):
        old = next(iter(before.values()), None) if one else before.get(new.include)
        if old is not None and not new.error and (one or place == new.include or place in new.brings):
            yield old, new


def _failed(library: Library, header: Header) -> frozenset[str]:
    """Return the targets on which assertions already failed for who included a header."""
    names = {each.path: each.include for each in library.headers}
    failing: list[Assertion] = [
        each for each in library.asserted if names.get(each.location.path, each.location.path) in
        (header.include, *header.brings)
    ]  # fmt: skip
    return frozenset(target for each in failing for target in each.fails)
