"""Symbol maps as values: which name stands in which version node.

Model of GNU ld version scripts (ld manual, "VERSION Command").  A flat list is a map
whose names stand in the anonymous node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from abidiff.finding import Problem
from abidiff.location import Location


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One name or pattern of a node.

    ``language`` is ``C``, or ``C++`` or ``Java`` for names that ld matches demangled.
    ``glob`` is true for a pattern; a quoted name is never one.
    """

    name: str
    location: Location
    language: str = "C"
    glob: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells two entries of a node apart."""
        return (self.language, self.name)

    def __str__(self) -> str:
        return self.name if self.language == "C" else f"{self.name} ({self.language})"


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A version node; ``name`` is empty for the anonymous one.

    ``private``  the profile says that it is no promise (``LIBVIRT_PRIVATE_*``).
    """

    name: str
    location: Location
    parents: tuple[str, ...] = ()
    exported: tuple[Entry, ...] = ()
    hidden: tuple[Entry, ...] = ()
    script: bool = True
    private: bool = False

    @property
    def title(self) -> str:
        """How a message calls it."""
        return self.name or "the anonymous node"


class SymbolMap(msgspec.Struct, frozen=True, dict=True):
    """The map of one library.

    ``unit``            the library.
    ``version``         the version of the release, as text, or empty.
    ``public``          false for a private list, which is no promise.
    ``script``          whether it is a linker script; a flat list hides whatever it does not name.
    ``version_prefix``  what a node's name is before the release's version (``LIBVIRT_``); None when
                        nodes are not named after releases.
    ``closed``          what the map does not name is hidden, though it does not say so itself.
    ``known``           names that the library is shown to have, and by what; only where the map
                        leaves room for names that it does not list.
    ``declared``        whether headers that were read completely have a part in ``known``.
    ``complete``        whether the library itself shows all of its names.
    """

    unit: str
    version: str
    public: bool
    nodes: tuple[Node, ...]
    script: bool = True
    version_prefix: str | None = None
    known: Mapping[str, str] = {}
    declared: bool = False
    complete: bool = False
    closed: bool = False

    @property
    def open(self) -> bool:
        """Whether names that are not listed may be exported."""
        return bool(self.globs) or not self.hides

    @property
    def hides(self) -> bool:
        """Whether a name that nothing in the map matches is hidden."""
        return not self.script or self.closed or self.catch_all is not None

    @property
    def promised(self) -> bool:
        """Whether any node is public."""
        return any(not node.private for node in self.nodes)

    @cached_property
    def by_name(self) -> dict[str, Node]:
        """Nodes by name."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def places(self) -> dict[tuple[str, str], dict[str, Entry]]:
        """(language, symbol) → public node's name → its entry; patterns are not in it."""
        return self._listed([node for node in self.nodes if not node.private])

    @cached_property
    def every(self) -> dict[tuple[str, str], dict[str, Entry]]:
        """The places in all nodes, private ones included."""
        return self._listed(self.nodes) if any(node.private for node in self.nodes) else self.places

    @staticmethod
    def _listed(nodes: Iterable[Node]) -> dict[tuple[str, str], dict[str, Entry]]:
        found: dict[tuple[str, str], dict[str, Entry]] = {}
        for node in nodes:
            name = node.name
            for entry in node.exported:
                if not entry.glob:
                    key = entry.language, entry.name
                    listed = found.get(key)
                    if listed is None:
                        found[key] = {name: entry}
                    else:
                        listed.setdefault(name, entry)
        return found

    @cached_property
    def globs(self) -> tuple[tuple[str, Entry], ...]:
        """(node's name, pattern) of every exporting pattern of the public nodes."""
        return tuple((node.name, e) for node in self.nodes if not node.private for e in node.exported if e.glob)

    @cached_property
    def patterns(self) -> tuple[tuple[str, Entry, bool], ...]:
        """(node's name, pattern, whether it exports) of every pattern, in the order of the script."""
        return tuple(
            (node.name, entry, exports)
            for node in self.nodes
            for exports, entries in ((True, node.exported), (False, node.hidden))
            for entry in entries
            if entry.glob
        )

    @cached_property
    def hidden(self) -> dict[tuple[str, str], Entry]:
        """The names, not patterns, that stand below ``local:``."""
        return {e.key: e for node in reversed(self.nodes) for e in reversed(node.hidden) if not e.glob}

    @cached_property
    def catch_all(self) -> Entry | None:
        """The ``local: *`` that hides whatever no node names, if there is one."""
        for node in self.nodes:
            for entry in node.hidden:
                if entry.glob and entry.name == "*":
                    return entry
        return None


class SymbolMaps(msgspec.Struct, frozen=True):
    """All symbol maps of a release."""

    maps: tuple[SymbolMap, ...]
    problems: tuple[Problem, ...] = ()


def items(model: SymbolMaps) -> Iterator[tuple[str, str, str]]:
    """Yield (unit, path, name) of each node."""
    for found in model.maps:
        for node in found.nodes:
            yield found.unit, node.location.path, node.name


def census(model: SymbolMaps) -> Mapping[str, int]:
    """Return what was looked at; private names are counted apart."""
    public = [m for m in model.maps if m.public]
    counts = {
        "symbols": sum(len(m.places) for m in public),
        "version nodes": sum(1 for m in public for node in m.nodes if node.name and not node.private),
    }
    patterns = sum(len(m.globs) for m in public)
    private = sum(len(m.every) - (len(m.places) if m.public else 0) for m in model.maps)
    if patterns:
        counts["patterns"] = patterns
    if private:
        counts["private symbols"] = private
    return counts
