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

from typing import NamedTuple

from abidiff.surfaces.symbols.globs import matches
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
    return _by_pattern(where, key)


def _by_pattern(where: SymbolMap, key: Key) -> Place:
    stars: dict[bool, Place] = {}
    others: dict[bool, Place] = {}
    for node, entry, exports in where.patterns:
        found = Place((node,) if exports else None, entry)
        if entry.name == "*" and entry.language in ("C", key[0]):
            stars[exports] = found
        elif entry.language == key[0] and matches(entry.name, key[1]):
            others[exports] = found
    for group in (others, stars):
        for exports in (True, False):
            if exports in group:
                return group[exports]
    return Place(None, None) if where.hides else Place(("",), None)
