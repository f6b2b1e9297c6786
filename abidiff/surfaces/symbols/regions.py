"""What patterns export: which names that nobody lists went elsewhere between two maps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from abidiff.location import Location
from abidiff.surfaces.symbols.change import PatternNarrowed
from abidiff.surfaces.symbols.globs import samples
from abidiff.surfaces.symbols.model import Entry, SymbolMap
from abidiff.surfaces.symbols.resolve import Key, Place, patterns_of, place

_WILD = re.compile(r"[*?\[\\]")


def narrowed(old: SymbolMap, new: SymbolMap, unit: str) -> Iterator[PatternNarrowed]:
    """Yield each pattern of the old map with names that it exported and that are hidden or elsewhere now."""
    if old.complete or not old.globs or old.patterns == new.patterns:
        return
    for language in sorted({entry.language for _, entry in old.globs}):
        told: set[tuple[str, Key]] = set()
        names = _samples(old, new, language)
        for sample in [] if names is None else names:
            before, after = place(old, (language, sample)), place(new, (language, sample))
            if _lost(before, after, old):
                yield from _once(old, new, unit, (language, sample), told)
        if names is None:
            kept = _Kept(old, new)
            for node, entry in old.globs:
                if entry.language == language and not kept.surely(node, entry):
                    yield _narrowed(old, new, unit, node, entry, "", Place(None, None))


class _Kept:
    """Which patterns surely export in the new map what they did in the old one, by their form alone.

    GNU ld takes the last pattern that exports, then the last that hides, and ``*`` after both.
    """

    def __init__(self, old: SymbolMap, new: SymbolMap) -> None:
        self.now = _globs(new)
        self.wider = Wider(self.now)
        rows = [[(node, e.key) for node, e, exports in side.patterns if exports] for side in (old, new)]
        nodes = {node for side in rows for node, _ in side}
        self.steady = len(nodes) < 2 or rows[0] == rows[1]
        hiding = [{e.key for _, e, exports in side.patterns if not exports and e.name != "*"} for side in (old, new)]
        before, after = hiding
        self.hides, self.hides_more = bool(after), not after <= before

    def surely(self, node: str, entry: Entry) -> bool:
        """Tell whether nothing can have been lost of what a pattern exported."""
        if not self.steady or (entry.name == "*" and self.hides_more):
            return False
        if (node, entry.key) in self.now:
            return True
        return not self.hides and self.wider.covers(node, entry.key)


def _samples(old: SymbolMap, new: SymbolMap, language: str) -> list[str] | None:
    """Return a name for each way in which the patterns of both maps match together; those listed left out."""
    both = [entry for where in (old, new) for _, entry, _ in where.patterns]
    patterns = {e.name for e in both if e.language == language or e.name == "*"}
    listed = {key[1] for where in (old, new) for keys in (where.every, where.hidden) for key in keys}
    return samples(patterns, listed, demangled=language != "C")


def _lost(before: Place, after: Place, old: SymbolMap) -> bool:
    if before.nodes is None or before.entry is None:
        return False
    if all((node := old.by_name.get(name)) is not None and node.private for name in before.nodes):
        return False
    if after.nodes is None:
        return True
    return before.nodes != ("",) and before.nodes != after.nodes and after.nodes != ("",)


def _once(old: SymbolMap, new: SymbolMap, unit: str, key: Key, told: set[tuple[str, Key]]) -> Iterator[PatternNarrowed]:
    before, after = place(old, key), place(new, key)
    if before.entry is None or not before.nodes:
        return
    mark = (before.nodes[0], before.entry.key)
    if mark not in told:
        told.add(mark)
        yield _narrowed(old, new, unit, before.nodes[0], before.entry, key[1], after)


def _narrowed(
    old: SymbolMap, new: SymbolMap, unit: str, node: str, entry: Entry, sample: str, after: Place
) -> PatternNarrowed:
    where = after.entry.location if after.entry is not None else None
    if where is None:
        same = new.by_name.get(node)
        where = same.location if same is not None else Location(new.nodes[0].location.path)
    listed = patterns_of(new).matched(entry, new.places)
    known = len(patterns_of(old).shown[entry])
    gone = (node, entry.key) not in _globs(new)
    return PatternNarrowed(
        unit, entry.name, entry.location, where, node, gone, sample, tuple(after.nodes or ()), listed, known
    )


def _globs(where: SymbolMap) -> dict[tuple[str, Key], Entry]:
    return {(node, entry.key): entry for node, entry in where.globs}


class Wider:
    """Patterns of the form ``stem*``, by node and language."""

    def __init__(self, others: Iterable[tuple[str, Key]]) -> None:
        self.stems: dict[tuple[str, str], set[str]] = {}
        for node, (language, pattern) in others:
            if pattern.endswith("*") and not _WILD.search(pattern[:-1]):
                self.stems.setdefault((node, language), set()).add(pattern[:-1])

    def covers(self, node: str, key: Key) -> bool:
        """Tell whether one of the same node surely matches all that a pattern does."""
        language, pattern = key
        stems = self.stems.get((node, language), ())
        return any(pattern[:length] in stems for length in range(len(pattern) + 1)) if stems else False
