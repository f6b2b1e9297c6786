"""Match the symbol maps of two releases, once; rules get what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abidiff.change import Change
from abidiff.location import Location
from abidiff.surfaces.symbols.change import (
    ExistenceUnknown,
    HidingAdded,
    HidingRemoved,
    MapAdded,
    MapRemoved,
    NodeMisnamed,
    NodeRemoved,
    NodeReparented,
    PatternAdded,
    SymbolAdded,
    SymbolMoved,
    SymbolRemoved,
    SymbolUnversioned,
    SymbolVersioned,
)
from abidiff.surfaces.symbols.model import Entry, Node, SymbolMap, SymbolMaps
from abidiff.surfaces.symbols.pairing import pairs
from abidiff.surfaces.symbols.regions import Wider, narrowed
from abidiff.surfaces.symbols.resolve import Place, patterns_of, place
from abidiff.surfaces.symbols.versions import node_version
from abidiff.versions import numbers

Key = tuple[str, str]


def compare(old: SymbolMaps, new: SymbolMaps) -> Sequence[Change]:
    """Return the changes of all public maps, library by library."""
    unread = {p.unit for model in (old, new) for p in model.problems}
    before = [m for m in old.maps if m.nodes and m.unit not in unread]
    after = [m for m in new.maps if m.nodes and m.unit not in unread]
    changes: list[Change] = []
    for one, other in pairs(before, after):
        if one is None or other is None:
            changes += _whole(one, other)
        elif one.public and other.public:
            changes += _Comparison(one, other).changes()
    return changes


def _whole(old: SymbolMap | None, new: SymbolMap | None) -> Iterator[Change]:
    if old is not None and old.public and old.promised:
        named = [(name, next(iter(nodes))) for (_, name), nodes in old.places.items()]
        named.sort(key=lambda pair: not pair[1])
        node = named[0][1] if named else ""
        names = tuple(name for name, _ in named)
        yield MapRemoved(old.unit, old.unit, Location(old.nodes[0].location.path), None, names, node)
    if new is not None and new.public and new.promised:
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
        for side in (self.old, self.new):
            patterns_of(side).begin()
        yield from self._nodes()
        for key, before in self.old.places.items():
            yield from self._symbol(key, tuple(before), next(reversed(before.values())), "")
        yield from self._shown()
        for key in self.new.every:
            if key not in self.old.places:
                yield from self._new_symbol(key)
        for key, entry in self.new.hidden.items():
            if key not in self.old.every and key not in self.new.every:
                yield from self._unknown(key, entry)
        yield from self._patterns()
        yield from self._hiding()

    def _nodes(self) -> Iterator[Change]:
        shown: dict[tuple[str, ...], list[str]] = {}
        for name in self.old.known:
            shown.setdefault(place(self.old, ("C", name)).nodes or (), []).append(name)
        for node in self.old.nodes:
            now = self.new.by_name.get(node.name)
            if node.private:
                continue
            if now is None and node.name and (node.exported or node.hidden):
                names = dict.fromkeys(e.name for e in node.exported if not e.glob)
                names.update(dict.fromkeys(shown.get((node.name,), ())))
                spot = Location(self.new.nodes[0].location.path)
                patterns = tuple(e.name for e in node.exported if e.glob)
                yield NodeRemoved(self.unit, node.name, node.location, spot, tuple(names), patterns)
            elif now is not None and set(now.parents) != set(node.parents):
                yield NodeReparented(self.unit, node.title, node.location, now.location, node.parents, now.parents)
        for node in self.new.nodes:
            if node.name and not node.private and node.name not in self.old.by_name:
                yield from self._misnamed(node)

    def _misnamed(self, node: Node) -> Iterator[Change]:
        prefix, release = self.new.version_prefix, numbers(self.new.version)
        if prefix is None or not release:
            return
        own = numbers(node.name.removeprefix(prefix)) if node.name.startswith(prefix) else ()
        named = any(found.name for found in self.old.nodes)
        since = numbers(self.old.version) if named else ()  # the first versions name earlier releases rightly
        if not own or own > release or (since and own <= since and since != release):
            expected = f"{prefix}{self.new.version}"
            yield NodeMisnamed(self.unit, node.name, None, node.location, expected, self.old.version)

    def _symbol(self, key: Key, before: tuple[str, ...], entry: Entry, shown: str) -> Iterator[Change]:
        """Yield what became of a name that the old library is known to have exported in some nodes."""
        language, name = key
        after = place(self.new, key)
        if not after.exported or (after.entry is None and name not in self.new.known):
            yield self._removed(key, before[-1], entry, after, shown)
            return
        now_in = after.nodes or ()
        where = after.entry.location if after.entry else Location(self.new.nodes[0].location.path)
        gone = [node for node in before if node not in now_in]
        fresh = tuple(node for node in now_in if node not in before)
        for node in gone:
            if not node:
                versions = ", ".join(now_in)
                yield SymbolVersioned(self.unit, name, language, entry.location, where, versions)
            elif after.entry is None and node in self.new.by_name:
                proof = self.new.known.get(name, "")
                yield SymbolUnversioned(self.unit, name, language, entry.location, where, node, proof)
            else:
                lost = node not in self.new.by_name
                now = fresh or now_in
                yield SymbolMoved(self.unit, name, language, entry.location, where, node, now, lost, shown)
        if not gone:
            for node in fresh:
                yield self._added(key, node, where, before)

    def _removed(self, key: Key, node: str, entry: Entry, after: Place, shown: str) -> SymbolRemoved:
        language, name = key
        hiding = after.entry if not after.exported and after.entry is not None else None
        spot = hiding.location if hiding and hiding.name != "*" else None
        if spot is None:
            same = self.new.by_name.get(node)
            spot = same.location if same and node else Location(self.new.nodes[0].location.path)
        return SymbolRemoved(
            self.unit,
            name,
            language,
            entry.location,
            spot,
            node,
            bool(node) and node not in self.new.by_name,
            hiding is not None and hiding.name != "*",
            shown,
        )

    def _shown(self) -> Iterator[Change]:
        """Yield what became of names that the old map does not list, and that something else shows."""
        for name, shown in self.old.known.items():
            key = ("C", name)
            before = place(self.old, key)
            if key in self.old.every or before.nodes is None or self._private(before.nodes):
                continue
            entry = before.entry or Entry(name, Location(self.old.nodes[0].location.path))
            if before.entry is None and place(self.new, key).nodes == ("",):
                continue
            for change in self._symbol(key, before.nodes, entry, shown):
                if not isinstance(change, SymbolVersioned):
                    yield change

    def _private(self, nodes: tuple[str, ...]) -> bool:
        found = [self.old.by_name.get(node) for node in nodes]
        return all(node is not None and node.private for node in found)

    def _new_symbol(self, key: Key) -> Iterator[Change]:
        before = place(self.old, key)
        if key in self.old.every:
            before = Place((), None)  # it stood in a private node: nobody relied on it
        elif before.exported and key[1] in self.old.known:
            return  # told by what shows it
        after = self.new.places.get(key, {})
        was = set(before.nodes or ())
        if was and before.entry is not None and "" not in was and not was.intersection(self.new.every[key]):
            entry = next(iter(self.new.every[key].values()))
            if not self._is_new(key):
                yield from self._unknown(key, entry)
                return
            was = set()
        for node, entry in after.items():
            if node not in was:
                yield self._added(key, node, entry.location, ())

    def _is_new(self, key: Key) -> bool:
        """Whether a name is shown not to have been in the old library."""
        if key[0] != "C" or key[1] in self.old.known:
            return False
        return self.old.complete or (self.old.declared and self.new.declared and key[1] in self.new.known)

    def _unknown(self, key: Key, entry: Entry) -> Iterator[Change]:
        """Yield that a name which the old map may have exported is hidden or stands elsewhere now."""
        before, after = place(self.old, key), place(self.new, key)
        if before.nodes is None or self._private(before.nodes) or key[1] in self.old.known or self._is_new(key):
            return
        where = before.entry.location if before.entry else Location(self.old.nodes[0].location.path)
        by = before.entry.name if before.entry else ""
        if after.exported and (before.nodes == ("",) or set(before.nodes) & set(after.nodes or ())):
            return
        yield ExistenceUnknown(
            self.unit, key[1], key[0], where, entry.location, before.nodes[0], by, tuple(after.nodes or ())
        )

    def _added(self, key: Key, node: str, where: Location, before: tuple[str, ...]) -> SymbolAdded:
        shipped = self.old.by_name.get(node) if node else None
        released = shipped is not None and not self._in_the_making(node)
        old = shipped.location if shipped else None
        version = self.old.version if released else ""
        return SymbolAdded(self.unit, key[1], key[0], old, where, node, released, version, before)

    def _in_the_making(self, node: str) -> bool:
        """Whether both sides are states of one release, and the node is that release's."""
        release = numbers(self.new.version)
        return bool(release) and release == numbers(self.old.version) == numbers(node_version(node, self.new))

    def _patterns(self) -> Iterator[Change]:
        yield from narrowed(self.old, self.new, self.unit)
        old = {(node, entry.key): entry for node, entry in self.old.globs}
        new = {(node, entry.key): entry for node, entry in self.new.globs}
        wider = Wider(old)
        for (node, key), entry in new.items():
            if (node, key) not in old and not wider.covers(node, key):
                was = self.old.by_name.get(node)
                spot = was.location if was else None
                yield PatternAdded(self.unit, entry.name, spot, entry.location, node)

    def _hiding(self) -> Iterator[Change]:
        before, after = self.old.catch_all, self.new.catch_all
        if not self.old.script or not self.new.script:
            return
        if self.old.closed or self.new.closed:
            return
        if before is None and after is not None:
            if not self.old.complete:
                spot = Location(self.old.nodes[-1].location.path)
                yield HidingAdded(self.unit, "local: *", spot, after.location, self.old.declared)
        elif before is not None and after is None:
            spot = Location(self.new.nodes[-1].location.path)
            yield HidingRemoved(self.unit, "local: *", before.location, spot)
