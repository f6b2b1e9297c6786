"""Headers, deprecations and Since tags of two releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from abidiff.location import Location
from abidiff.project import SINGLE_HEADER
from abidiff.surfaces.headers.change import (
    Deprecated,
    HeaderAdded,
    HeaderChange,
    HeaderFails,
    HeaderRemoved,
    SinceChanged,
    SinceWrong,
)
from abidiff.surfaces.headers.compare.borrowed import DECLARES, borrowed
from abidiff.surfaces.headers.compare.marks import Items, reserved
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.layout.system import SYSTEM
from abidiff.surfaces.headers.model import Header, Library
from abidiff.versions import numbers


def _missing(pair: Pair, old: Header, new: Header) -> tuple[str, ...]:
    """Return the types of the C library that a header uses, which it no longer includes."""
    now = borrowed(new, pair.new)
    if not now or not set(new.sees) <= set(old.sees):
        return ()
    return tuple(name for name in now if SYSTEM + DECLARES[name] in old.sees)


def compare_headers(pair: Pair) -> Iterator[HeaderChange]:
    """Yield headers that are gone, new, or can't be included any more.

    Two files that are given alone are one header, whatever they are called.
    """
    new = {h.include: h for h in pair.new.headers}
    old = {h.include: h for h in pair.old.headers}
    one = len(old) == len(new) == 1 and pair.unit == SINGLE_HEADER
    there = {h.path: h.include for h in pair.new.headers}
    for include, header in old.items():
        other = new.get(include)
        if other is None:
            if not one and not header.error:
                kept = there.get(header.path, "")
                yield HeaderRemoved(pair.unit, include, include=header.via or include, old=header, kept=kept)
        elif other.error and not header.error:
            yield HeaderFails(pair.unit, include, include=include, old=header, new=other)
        elif header.sees != other.sees and not header.error and (missing := _missing(pair, header, other)):
            failing = replace(other, error=f"nothing that it includes declares {', '.join(missing)}")
            yield HeaderFails(pair.unit, include, include=include, old=header, new=failing)
        else:
            for name in header.names:  # what a folder of a pkg-config file makes shorter
                if len(name) < len(include) and name not in (other.names or (other.include,)) and not header.error:
                    yield HeaderRemoved(pair.unit, name, include=name, old=header, kept=include)
    if old:
        for include, header in new.items():
            if include not in old and not one:
                yield HeaderAdded(pair.unit, include, include=include, new=header)


def named_alike(old: Library, new: Library) -> Library:
    """Return the new library with its headers named as the old one's are, where these names still lead to them."""
    before, taken = {h.include for h in old.headers}, {h.include for h in new.headers}
    names: dict[str, str] = {}
    for header in new.headers:
        if header.include not in before:
            found = next((name for name in header.names if name in before and name not in taken), "")
            if found:
                names[header.include] = found
                taken.add(found)
    return _renamed(new, names) if names else new


def _renamed(library: Library, names: Mapping[str, str]) -> Library:
    headers = tuple(
        replace(
            header,
            include=names.get(header.include, header.include),
            via=names.get(header.via, header.via),
            brings=tuple(sorted(names.get(each, each) for each in header.brings)),
        )
        for header in library.headers
    )
    also = {name: tuple(sorted(names.get(each, each) for each in all_)) for name, all_ in library.also.items()}
    views = tuple(replace(view, changed=_renamed(view.changed, names)) for view in library.views)
    return replace(library, headers=headers, also=also, views=views)


def compare_marks(pair: Pair) -> Iterator[HeaderChange]:
    """Yield deprecations that are new, and Since tags that changed or are wrong."""
    if not pair.old.headers or not pair.new.headers:
        return
    old, new = pair.old_marks, pair.new_marks
    for name, (kind, mark) in old.items():
        found = new.get(name)
        if found is None:
            continue
        after = found[1]
        include = pair.include(mark.location)
        if mark.deprecated is None and after.deprecated is not None:
            yield Deprecated(
                pair.unit,
                name,
                include=include,
                kind=kind,
                old=mark.location,
                new=after.location,
                message=after.deprecated,
            )
        if mark.since and after.since and mark.since != after.since and found[0] == kind:
            yield SinceChanged(
                pair.unit,
                name,
                include=include,
                old=mark.location,
                new=after.location,
                before=mark.since,
                after=after.since,
            )
    yield from _new_tags(pair, old, new)


def _new_tags(pair: Pair, old: Items, new: Items) -> Iterator[HeaderChange]:
    """Check the tags of new items, for the kinds that this library tags throughout."""
    newest = max((numbers(mark.since) for _, mark in old.values()), default=())
    earliest = max(numbers(pair.old.version), newest)
    latest = numbers(pair.new.version) or (1 << 30,)
    if not earliest or latest <= earliest:
        return
    tagged = _tagged_kinds(old)
    releases = f"after {'.'.join(map(str, earliest))}" + (f", up to {pair.new.version}" if pair.new.version else "")
    for name, (kind, mark) in new.items():
        if name in old or kind not in tagged:
            continue
        tag = numbers(mark.since)
        if tag and earliest < tag <= latest:
            continue
        if not tag and reserved(name):
            continue
        yield SinceWrong(
            pair.unit,
            name,
            include=pair.include(mark.location),
            kind=kind,
            new=mark.location,
            tag=mark.since,
            releases=releases,
        )


def _tagged_kinds(items: Items) -> set[str]:
    """Return the kinds of which the old release tags at least nine in ten."""
    total: dict[str, int] = {}
    tagged: dict[str, int] = {}
    for kind, mark in items.values():
        total[kind] = total.get(kind, 0) + 1
        tagged[kind] = tagged.get(kind, 0) + bool(mark.since)
    return {kind for kind, count in total.items() if count >= 3 and tagged[kind] * 10 >= count * 9}


__all__ = ["Location", "compare_headers", "compare_marks"]
