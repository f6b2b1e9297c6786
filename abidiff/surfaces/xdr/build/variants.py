"""The protocols under each set of names that their conditions ask for (ISO C section 6.10.1; ``rpcgen -D NAME``).

Each name by itself, the names of one condition together, and all of them: the groups that these enter are read.  A name
stands for 1.  What another value would let in is kept as text.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from abidiff import limits
from abidiff.surfaces.xdr.model import Protocols, Skipped, Variant
from abidiff.surfaces.xdr.read.scan import Source


class Reading(NamedTuple):
    """The protocols of a release, and the files that they were read from."""

    model: Protocols
    sources: Sequence[Source]


def with_variants(read: Callable[[frozenset[str]], Reading]) -> Protocols:
    """Return the protocols with their variants; ``read`` reads them where some names are defined."""
    base = read(frozenset())
    if not any(source.asked for source in base.sources):
        return base.model
    bound = limits.now().protocol_variants
    readings = [base]
    done: dict[frozenset[str], Variant] = {}
    left = deque(_sets(base, frozenset()))
    known = set(left)
    while left and len(done) < bound:
        names = left.popleft()
        reading = read(names)
        done[names] = _variant(names, reading, base.model)
        readings.append(reading)
        fresh = [more for more in _sets(reading, names) if more not in known]
        known.update(fresh)
        left.extend(fresh)
    variants = sorted(done.values(), key=lambda variant: (len(variant.macros), variant.macros))
    return msgspec.structs.replace(
        base.model, variants=tuple(variants), skipped=_skipped(readings), cut=any(names not in done for names in left)
    )


def _sets(reading: Reading, within: frozenset[str]) -> list[frozenset[str]]:
    """Return the sets of names to define beside those that are."""
    asked = [names for source in reading.sources for names in source.asked]
    every = frozenset().union(*asked)
    single = [frozenset((name,)) for name in sorted(every)]
    together = sorted((names for names in asked if len(names) > 1), key=sorted)
    found = [within | names for names in (*single, *together, every)]
    return list(dict.fromkeys(names for names in found if names != within))


def _variant(names: frozenset[str], reading: Reading, base: Protocols) -> Variant:
    macros, model = tuple(sorted(names)), reading.model
    wrong = [problem for problem in model.problems if problem not in base.problems]
    if wrong:
        return Variant(macros, None, f"{wrong[0].location}: {wrong[0].message}")
    return Variant(macros, None if model.protocols == base.protocols else model.protocols)


def _skipped(readings: Sequence[Reading]) -> tuple[Skipped, ...]:
    """Return what no reading entered, file by file, each by its lines."""
    never: dict[str, dict[int, Skipped]] = {}
    for source in (source for reading in readings for source in reading.sources):
        now = {start: Skipped(text, source.location(start)) for start, text in source.skipped}
        if source.path in never:
            now = {start: skipped for start, skipped in now.items() if start in never[source.path]}
        never[source.path] = now
    return tuple(never[path][start] for path in sorted(never) for start in sorted(never[path]))
