"""Match the symbol maps of two releases, once; rules get what differs."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from abidiff.change import Change
from abidiff.location import Location
from abidiff.surfaces.symbols.change import (
    HidingAdded,
    HidingRemoved,
    MapAdded,
    MapRemoved,
    NodeMisnamed,
    NodeRemoved,
    NodeReparented,
    PatternAdded,
    PatternRemoved,
    SymbolAdded,
    SymbolMoved,
    SymbolRemoved,
    SymbolVersioned,
)
from abidiff.surfaces.symbols.model import Entry, Node, SymbolMap, SymbolMaps

Key = tuple[str, str]

_TRAILING_VERSION = re.compile(r"(?<![0-9])([0-9]+(?:[._][0-9]+)*)$")


def compare(old: SymbolMaps, new: SymbolMaps) -> Sequence[Change]:
    """Return the changes of all public maps, library by library."""
    unread = {p.unit for model in (old, new) for p in model.problems}
    before = {m.unit: m for m in old.maps if m.nodes and m.unit not in unread}
    after = {m.unit: m for m in new.maps if m.nodes and m.unit not in unread}
    changes: list[Change] = []
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            changes += _whole(one, other)
        elif one.public and other.public:
            changes += _Comparison(one, other).changes()
    return changes


def _whole(old: SymbolMap | None, new: SymbolMap | None) -> Iterator[Change]:
    if old is not None and old.public:
        names = tuple(name for _, name in old.places)
        yield MapRemoved(old.unit, old.unit, Location(old.nodes[0].location.path), None, names)
    if new is not None and new.public:
        yield MapAdded(new.unit, new.unit, None, Location(new.nodes[0].location.path), len(new.places))


class _Comparison:
    """Two maps of one library."""

    def __init__(self, old: SymbolMap, new: SymbolMap) -> None:
        self.old = old
        self.new = new
        self.unit = old.unit

    def changes(self) -> Iterator[Change]:
        """Yield nodes, then symbols, then patterns; each in the order of the map that has them."""
        if self.old.nodes == self.new.nodes and self.old.version == self.new.version:
            return
        yield from self._nodes()
        for key in self.old.places:
            yield from self._symbol(key)
        for key in self.new.places:
            if key not in self.old.places:
                yield from self._new_symbol(key)
        yield from self._patterns()
        yield from self._hiding()

    def _nodes(self) -> Iterator[Change]:
        for node in self.old.nodes:
            now = self.new.by_name.get(node.name)
            if now is None and node.name and (node.exported or node.hidden):
                names = tuple(e.name for e in node.exported)
                place = Location(self.new.nodes[0].location.path)
                yield NodeRemoved(self.unit, node.name, node.location, place, names)
            elif now is not None and set(now.parents) != set(node.parents):
                yield NodeReparented(self.unit, node.title, node.location, now.location, node.parents, now.parents)
        for node in self.new.nodes:
            if node.name and node.name not in self.old.by_name:
                yield from self._misnamed(node)

    def _misnamed(self, node: Node) -> Iterator[Change]:
        prefix, release = self.new.version_prefix, version_key(self.new.version)
        if prefix is None or not release:
            return
        own = version_key(node.name.removeprefix(prefix)) if node.name.startswith(prefix) else ()
        since = version_key(self.old.version)
        if not own or _pad(own) > _pad(release) or (since and _pad(own) <= _pad(since) and since != release):
            expected = f"{prefix}{self.new.version}"
            yield NodeMisnamed(self.unit, node.name, None, node.location, expected, self.old.version)

    def _symbol(self, key: Key) -> Iterator[Change]:
        language, name = key
        before = self.old.places[key]
        after = _places(self.new, key)
        if not after:
            yield self._removed(key, before)
            return
        gone = [node for node in before if node not in after]
        fresh = [node for node in after if node not in before]
        where = next(iter(after.values())).location
        for node in gone:
            was = before[node].location
            if not node:
                yield SymbolVersioned(self.unit, name, language, was, where, ", ".join(after))
            else:
                lost = node not in self.new.by_name
                now = tuple(fresh or after)
                yield SymbolMoved(self.unit, name, language, was, where, node, now, lost)
        if not gone:
            for node in fresh:
                yield self._added(key, node, after[node], tuple(before))

    def _removed(self, key: Key, before: dict[str, Entry]) -> SymbolRemoved:
        language, name = key
        node = next(reversed(before))
        hiding = next((e for n in self.new.nodes for e in n.hidden if e.key == key and not e.glob), None)
        place = hiding.location if hiding else None
        if place is None:
            same = self.new.by_name.get(node)
            place = same.location if same and node else Location(self.new.nodes[0].location.path)
        return SymbolRemoved(
            self.unit,
            name,
            language,
            before[node].location,
            place,
            node,
            bool(node) and node not in self.new.by_name,
            hiding is not None,
        )

    def _new_symbol(self, key: Key) -> Iterator[Change]:
        covered = _places(self.old, key)
        for node, entry in self.new.places[key].items():
            if node not in covered:
                yield self._added(key, node, entry, ())

    def _added(self, key: Key, node: str, entry: Entry, before: tuple[str, ...]) -> SymbolAdded:
        shipped = self.old.by_name.get(node) if node else None
        released = shipped is not None and not self._in_the_making(node)
        old = shipped.location if shipped else None
        version = self.old.version if released else ""
        return SymbolAdded(self.unit, key[1], key[0], old, entry.location, node, released, version, before)

    def _in_the_making(self, node: str) -> bool:
        """Whether both sides are states of one release, and the node is that release's."""
        release = version_key(self.new.version)
        return bool(release) and release == version_key(self.old.version) == node_version(node, self.new)

    def _patterns(self) -> Iterator[Change]:
        old = {(node, entry.key): entry for node, entry in self.old.globs}
        new = {(node, entry.key): entry for node, entry in self.new.globs}
        for (node, key), entry in old.items():
            if (node, key) not in new and not _covered(node, key, new):
                matching = tuple(n for lang, n in self.new.places if lang == key[0] and _matches(key[1], n))
                now = self.new.by_name.get(node)
                place = now.location if now else None
                yield PatternRemoved(self.unit, entry.name, entry.location, place, node, matching)
        for (node, key), entry in new.items():
            if (node, key) not in old and not _covered(node, key, old):
                was = self.old.by_name.get(node)
                place = was.location if was else None
                yield PatternAdded(self.unit, entry.name, place, entry.location, node)

    def _hiding(self) -> Iterator[Change]:
        before, after = self.old.catch_all, self.new.catch_all
        if not self.old.script or not self.new.script:
            return
        if before is None and after is not None:
            place = Location(self.old.nodes[-1].location.path)
            yield HidingAdded(self.unit, "local: *", place, after.location)
        elif before is not None and after is None:
            place = Location(self.new.nodes[-1].location.path)
            yield HidingRemoved(self.unit, "local: *", before.location, place)


def _places(where: SymbolMap, key: Key) -> dict[str, Entry]:
    """Return the nodes that export a name: those that list it, else those whose patterns match it."""
    listed = where.places.get(key)
    if listed:
        return listed
    if any(e.key == key and not e.glob for node in where.nodes for e in node.hidden):
        return {}
    language, name = key
    matching = [(n, e) for n, e in where.globs if e.language == language and _matches(e.name, name)]
    # ld gives a pattern with fixed characters precedence over a lone `*`.
    specific = [pair for pair in matching if pair[1].name != "*"]
    return dict((specific or matching)[:1])


def _matches(pattern: str, name: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern.replace("[^", "[!"))


def _covered(node: str, key: Key, others: dict[tuple[str, Key], Entry]) -> bool:
    """Whether a wider pattern of the same node surely matches all that this one does."""
    language, pattern = key
    for other_node, (other_language, other) in others:
        if other_node != node or other_language != language or not other.endswith("*"):
            continue
        stem = other[:-1]
        if not re.search(r"[*?\[\\]", stem) and pattern.startswith(stem):
            return True
    return False


@lru_cache(maxsize=1024)
def version_key(version: str) -> tuple[int, ...]:
    """Return a version as numbers, ``11.3.0-rc1`` as (11, 3, 0); empty when it is none."""
    match = re.match(r"v?([0-9]+(?:[._][0-9]+)*)", version)
    return tuple(int(part) for part in re.split(r"[._]", match[1])) if match else ()


def _pad(version: tuple[int, ...]) -> tuple[int, ...]:
    return version + (0,) * (6 - len(version))


def node_version(node: str, where: SymbolMap) -> tuple[int, ...]:
    """Return the version that a node's name ends with."""
    prefix = where.version_prefix
    if prefix and node.startswith(prefix):
        return version_key(node.removeprefix(prefix))
    match = _TRAILING_VERSION.search(node)
    return version_key(match[1]) if match else ()
