"""What patterns export: which names that nobody lists went elsewhere between two maps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abidiff.location import Location
from abidiff.surfaces.symbols.change import PatternNarrowed
from abidiff.surfaces.symbols.globs import matches, samples
from abidiff.surfaces.symbols.model import Entry, SymbolMap
from abidiff.surfaces.symbols.resolve import Key, Place, place


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
            for node, entry in old.globs:
                if entry.language == language and not covered(node, entry.key, _globs(new)):
                    yield _narrowed(old, new, unit, node, entry, "", Place(None, None))


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
    listed = tuple(n for lang, n in new.places if lang == entry.language and matches(entry.name, n))
    known = sum(1 for name in old.known if place(old, ("C", name)).entry == entry)
    gone = (node, entry.key) not in _globs(new)
    return PatternNarrowed(
        unit, entry.name, entry.location, where, node, gone, sample, tuple(after.nodes or ()), listed, known
    )


def _globs(where: SymbolMap) -> dict[tuple[str, Key], Entry]:
    return {(node, entry.key): entry for node, entry in where.globs}


def covered(node: str, key: Key, others: dict[tuple[str, Key], Entry]) -> bool:
    """Whether a wider pattern of the same node surely matches all that this one does."""
    language, pattern = key
    for other_node, (other_language, other) in others:
        if other_node != node or other_language != language or not other.endswith("*"):
            continue
        stem = other[:-1]
        if not re.search(r"[*?\[\\]", stem) and pattern.startswith(stem):
            return True
    return False
