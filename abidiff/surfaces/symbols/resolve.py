"""Where a symbol goes: the precedence of GNU ld among the entries of a version script.

In this order (``bfd_find_version_for_sym`` of binutils 2.x, held against ld by a test):

1. the exact name, below ``global:`` of a node before below ``local:`` of the same one;
2. the last matching pattern below ``global:`` other than ``*``;
3. the last matching pattern below ``local:`` other than ``*``;
4. the last ``global: *``;
5. the last ``local: *``.

What nothing matches is exported without a version; a flat list hides it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from abidiff.surfaces.symbols.globs import Budget, ends, matches
from abidiff.surfaces.symbols.model import Entry, SymbolMap

Key = tuple[str, str]


class Place(NamedTuple):
    """Where a name goes.

    ``nodes``  the nodes that export it (``""``: without a version; several for a name with several
               versions); None when it is hidden.
    ``entry``  the entry that decided, None when nothing names it.
    """

    nodes: tuple[str, ...] | None
    entry: Entry | None

    @property
    def exported(self) -> bool:
        """Whether programs can link with it."""
        return self.nodes is not None


def place(where: SymbolMap, key: Key) -> Place:
    """Return where a map puts a (language, name)."""
    listed = where.every.get(key)
    if listed:
        return Place(tuple(listed), next(iter(listed.values())))
    hidden = where.hidden.get(key)
    if hidden is not None:
        return Place(None, hidden)
    return patterns_of(where).place(key)


class Patterns:
    """The patterns of one map, and the names that were looked up among them."""

    def __init__(self, where: SymbolMap) -> None:
        self.where = where
        self.rows = [
            (entry, exports, Place((node,) if exports else None, entry), *ends(entry.name))
            for node, entry, exports in reversed(where.patterns)
        ]
        self.nothing = Place(None, None) if where.hides else Place(("",), None)
        self.known: dict[Key, Place] = {}
        self.budget = Budget(where.unit)

    def begin(self) -> None:
        """Begin a comparison: what it may cost does not depend on those before."""
        self.known.clear()
        self.budget = Budget(self.where.unit)

    def place(self, key: Key) -> Place:
        """Return where a name goes that no node lists."""
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._place(key)
        return found

    def _place(self, key: Key) -> Place:
        language, name = key
        self.budget.spend(len(self.rows))
        last: dict[tuple[bool, bool], Place] = {}
        for entry, exports, found, start, end in self.rows:
            star = entry.name == "*"
            if (star, exports) in last or entry.language not in (("C", language) if star else (language,)):
                continue
            if star or (name.startswith(start) and name.endswith(end) and self._matches(entry.name, name)):
                last[star, exports] = found
                if not star and exports:
                    break
        order = ((False, True), (False, False), (True, True), (True, False))
        return next((last[kind] for kind in order if kind in last), self.nothing)

    def _matches(self, pattern: str, name: str) -> bool:
        self.budget.spend(len(name))
        return matches(pattern, name)

    @cached_property
    def shown(self) -> dict[Entry, list[str]]:
        """The names that something else shows, by the pattern that decides about them."""
        found: dict[Entry, list[str]] = defaultdict(list)
        for name in self.where.known:
            entry = place(self.where, ("C", name)).entry
            if entry is not None:
                found[entry].append(name)
        return found

    def matched(self, entry: Entry, names: Iterable[Key]) -> tuple[str, ...]:
        """Return those of the names that one pattern matches."""
        start, end = ends(entry.name)
        mine = [name for language, name in names if language == entry.language]
        self.budget.spend(len(mine))
        return tuple(n for n in mine if n.startswith(start) and n.endswith(end) and self._matches(entry.name, n))


def patterns_of(where: SymbolMap) -> Patterns:
    """Return the patterns of a map."""
    found: Patterns | None = where.__dict__.get("_patterns")
    if found is None:
        found = where.__dict__["_patterns"] = Patterns(where)
    return found
