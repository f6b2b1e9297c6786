"""What a header declares for a program that includes it before all others, and whose types it uses."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

import msgspec

from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import PLACE_BITS, Token

DECLARED = ("functions", "variables", "typedefs", "records", "enums")

Table = dict[str, Any]


class Declared:
    """Which names the entries of some tables have that a header declares: table → path → names, in their order."""

    def __init__(self) -> None:
        self._names: dict[int, dict[str, list[str]]] = {}

    def of(self, table: Table, path: str) -> Table:
        """Return the entries of a table, looked through once, that a header declares."""
        names = self._names.get(id(table))
        if names is None:
            names = self._names[id(table)] = {}
            for key, entry in table.items():
                names.setdefault(entry.mark.location.path, []).append(key)
        found = ((key, table.get(key)) for key in names.get(path, ()))
        return {key: entry for key, entry in found if entry is not None and entry.mark.location.path == path}


def take(
    path: str,
    owner: Container[str],
    mine: Mapping[str, Table],
    its: Mapping[str, Table],
    declared: Declared,
    *,
    brought: bool,
) -> tuple[bool, dict[str, Table]]:
    """Take what a header declares from ``its`` tables, of a run that begins with it, into ``mine`` (``declared``).

    Return whether that is something else, and what is kept beside.  Where another header includes it (``brought``),
    what that makes of it stays, since most programs see this; what differs for a program that includes it first is kept
    beside, and what another of the public headers (``owner``) declares too.
    """
    changed = False
    beside: dict[str, Table] = {}
    for name, table in mine.items():
        before = declared.of(table, path)
        after = {key: entry for key, entry in its[name].items() if entry.mark.location.path == path}
        there = {key: entry for key, entry in after.items() if key not in before and _owned(table.get(key), owner)}
        others = {key: entry for key, entry in there.items() if _other(entry, table[key])}
        after = {key: entry for key, entry in after.items() if key not in there}
        if brought:
            others.update((k, entry) for k, entry in after.items() if k in before and entry != before[k])
            after = {**after, **before}
        if others:
            beside[name] = others
        if before != after:
            changed = True
            for key in before:
                del table[key]
            table.update(after)
    return changed, beside


def declare_too(path: str, places: dict[str, set[str]], mine: Mapping[str, Table], its: Mapping[str, Table]) -> None:
    """Note that a header declares what it declares in a run that begins with it, where others declare it as well."""
    for name, table in its.items():
        for key, entry in table.items():
            other = mine[name].get(key)
            if other is None or entry.mark.location.path != path or other.mark.location.path == path:
                continue
            for each in (key, *(e.name for e in getattr(entry, "enumerators", None) or ())):
                places.setdefault(each, set()).update((path, other.mark.location.path))


def _owned(entry: Any, owner: Container[str]) -> bool:
    """Tell whether a public header declares what an entry stands for."""
    return entry is not None and entry.mark.location.path in owner


def _other(entry: Any, before: Any) -> bool:
    """Tell whether two entries differ in more than where they stand."""
    return bool(msgspec.structs.replace(entry, mark=before.mark) != before)


def type_users(tokens: Iterable[Token], typedefs: Mapping[str, Any], files: Files) -> dict[str, set[str]]:
    """Return header → headers that declare the type names in it."""
    found: dict[str, set[str]] = {}
    paths: dict[int, str] = {}
    for kind, text, place, _, _ in tokens:
        if kind == "i" and text in typedefs:
            number = place >> PLACE_BITS
            path = paths.get(number)
            if path is None:
                file = files.file_of(place)
                path = paths[number] = file.path if file is not None else ""
            found.setdefault(path, set()).add(typedefs[text].mark.location.path)
    return found
