"""Symbol maps as values: which name stands in which version node.

Model of GNU ld version scripts (ld manual, "VERSION Command").  A flat list is a map
whose names stand in the anonymous node.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """A version node; ``name`` is empty for the anonymous one."""

    name: str
    location: Location
    parents: tuple[str, ...] = ()
    exported: tuple[Entry, ...] = ()
    hidden: tuple[Entry, ...] = ()
    script: bool = True

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
    """

    unit: str
    version: str
    public: bool
    nodes: tuple[Node, ...]
    script: bool = True
    version_prefix: str | None = None

    @cached_property
    def by_name(self) -> dict[str, Node]:
        """Nodes by name."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def places(self) -> dict[tuple[str, str], dict[str, Entry]]:
        """(language, symbol) → node's name → its entry; patterns are not in it."""
        found: dict[tuple[str, str], dict[str, Entry]] = {}
        for node in self.nodes:
            for entry in node.exported:
                if not entry.glob:
                    found.setdefault(entry.key, {}).setdefault(node.name, entry)
        return found

    @cached_property
    def globs(self) -> tuple[tuple[str, Entry], ...]:
        """(node's name, pattern) of every exporting pattern."""
        return tuple((node.name, e) for node in self.nodes for e in node.exported if e.glob)

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


def census(model: SymbolMaps) -> Mapping[str, int]:
    """Return what was looked at; private names are counted apart."""
    public = [m for m in model.maps if m.public]
    counts = {
        "symbols": sum(len(m.places) for m in public),
        "version nodes": sum(1 for m in public for node in m.nodes if node.name),
    }
    patterns = sum(len(m.globs) for m in public)
    private = sum(len(m.places) for m in model.maps if not m.public)
    if patterns:
        counts["patterns"] = patterns
    if private:
        counts["private symbols"] = private
    return counts
