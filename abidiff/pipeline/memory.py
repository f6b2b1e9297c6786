"""What was compared before is not compared again: readings and comparisons in the cache.

A comparison is known by the content of both inputs, the code that reads and judges
them, the profile and the surfaces.  Policy, waivers and the day are applied anew each
time.  What could not be read is never kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import msgspec

from abidiff import cache as caches
from abidiff.cache import entries, rules_key
from abidiff.errors import AbidiffError
from abidiff.finding import Finding, Problem, SurfaceSummary
from abidiff.pipeline.reading import Reading, chosen, pack, unpack
from abidiff.pipeline.request import Request


class Comparison(msgspec.Struct, frozen=True):
    """What two sides differ by, before policy; the readings come without their models."""

    before: Reading
    after: Reading
    findings: tuple[Finding, ...]
    summaries: tuple[SurfaceSummary, ...]
    problems: tuple[Problem, ...]


def reading_key(request: Request) -> str | None:
    """Return the key of one side, or None where only reading it tells what it is."""
    if not request.cache:
        return None
    names = [surface.name for surface in chosen(request.surfaces)]
    try:
        settings = request.settings()
    except AbidiffError:
        return None
    return input_key(request.argument, "reading", *settings, names)


def input_key(argument: str, *settings: object) -> str | None:
    """Return the key of a whole input where its content is known without reading its files.

    An archive is known by its own hash, ``REPO@REV`` by the ids of its tree and commit; for
    anything else, and for what can't be read, there is none.  ``settings`` is whatever else
    the result depends on (profile, surfaces).
    """
    from abidiff.sources.identify import identify

    try:
        identity = identify(argument)
    except (AbidiffError, OSError):
        return None
    return caches.join("input", caches.code_key(), identity, *settings) if identity else None


def comparison_key(old: str | None, new: str | None) -> str | None:
    """Return the key of a comparison of two sides."""
    return caches.join("comparison", old, new, rules_key()) if old and new else None


def recall_reading(key: str | None, again: Callable[[], Reading]) -> Reading | None:
    """Return a reading from the cache, unless it does not read completely.

    Its models stay in their own entries until they are looked into; ``again`` reads the side for one whose entry went
    in the meantime.
    """
    if key is None:
        return None
    store = caches.default()
    data = store.get(key)
    anew = cache(again)

    def fetch(name: str, model: str) -> bytes:
        return store.get(model) or bytes(anew().parts[name].pack().model)

    try:
        found = unpack(data, fetch) if data is not None else None
    except (msgspec.MsgspecError, ValueError, KeyError, RecursionError):
        store.drop(key)
        return None
    whole = found is not None and all(store.holds(part.origin.key) for part in found.parts.values() if part.apart)
    return found if whole else None


def remember_reading(key: str | None, reading: Reading) -> None:
    """Keep a reading that is complete, without those models that have an entry of their own."""
    if key is not None and not reading.problems("old"):
        store = caches.default()
        apart = {name for name, part in reading.parts.items() if part.origin.key and store.holds(part.origin.key)}
        try:
            store.put(key, pack(reading, apart))
        except UnicodeEncodeError:  # names that are not UTF-8: read anew each time
            return


def recall(key: str | None) -> Comparison | None:
    """Return a comparison from the cache, unless it does not read completely."""
    found: Comparison | None = entries.load(caches.default(), key, Comparison) if key is not None else None
    return found


def remember(key: str | None, comparison: Comparison) -> None:
    """Keep a comparison in which everything was read."""
    if key is not None and not comparison.problems:
        entries.save(caches.default(), key, comparison)
