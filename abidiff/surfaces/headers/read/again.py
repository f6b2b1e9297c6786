"""A header that is read again in another configuration or order: where what it looks at is alike, it does the same.

What a root header looks at are the words in the files that it leads to, in those whose macros it uses, and the names
that ``##`` makes.  What differs are the names that are not defined alike here and in the first run at that point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from abidiff.surfaces.headers.read.lexer import PLACE_BITS, SourceFile
from abidiff.surfaces.headers.read.macros import Definition

T = TypeVar("T")


class RootRun(msgspec.Struct):
    """What one root header did to a run.

    ``start`` and ``end``: its tokens.  ``changes``: what it did to the macros, in order; None for one that it took
    away.  ``visited``: the files that it led to; of these ``read`` were looked into, ``known`` had said
    ``#pragma once`` before.  ``guards``: the macros that kept it out of the others.  ``pasted``: what ``##`` made.
    ``plain``: all that it did stands here.  The other fields are what it added to those of the run.
    """

    path: str
    start: int
    end: int = 0
    changes: list[tuple[str, Definition | None]] = msgspec.field(default_factory=list)
    visited: dict[str, SourceFile] = msgspec.field(default_factory=dict)
    read: set[str] = msgspec.field(default_factory=set)
    known: set[str] = msgspec.field(default_factory=set)
    guards: set[str] = msgspec.field(default_factory=set)
    pasted: set[str] = msgspec.field(default_factory=set)
    plain: bool = True
    seen: list[str] = msgspec.field(default_factory=list)
    done: set[str] = msgspec.field(default_factory=set)
    once: set[str] = msgspec.field(default_factory=set)
    absent: set[str] = msgspec.field(default_factory=set)
    edges: set[tuple[str, str]] = msgspec.field(default_factory=set)
    used: dict[str, set[int]] = msgspec.field(default_factory=dict)
    entered: dict[str, set[int]] = msgspec.field(default_factory=dict)
    replaced: dict[str, set[str]] = msgspec.field(default_factory=dict)
    sentinels: dict[str, list[tuple[int, int]]] = msgspec.field(default_factory=dict)
    looked: list[frozenset[str]] | None = None

    def words(self, file_of: Callable[[int], SourceFile | None]) -> Iterable[frozenset[str]]:
        """Return the names that it looks at."""
        if self.looked is None:
            numbers = {number for numbers in self.used.values() for number in numbers}
            files = {file.path: file for number in numbers if (file := file_of(number << PLACE_BITS)) is not None}
            files.update((path, self.visited[path]) for path in self.read)
            self.looked = [frozenset({*self.guards, *self.pasted}), *(file.words() for file in files.values())]
        return self.looked


class Again:
    """Follows a run beside the first one: which names are defined otherwise here than there.

    ``reordered``: this one reads some root headers behind all others; these do not do the same.
    """

    def __init__(
        self,
        runs: Mapping[str, RootRun],
        first: Mapping[str, Definition],
        table: Mapping[str, Definition],
        *,
        reordered: bool = False,
    ) -> None:
        self.runs = runs
        self.reordered = reordered
        self._order = list(runs) if reordered else []
        self._places = {path: at for at, path in enumerate(self._order)}
        self._at = 0
        self.there = dict(first)
        self.table = table
        self.differing: set[str] = set()
        self._compare({*first, *table})

    def same(self, path: str, once: set[str], file_of: Callable[[int], SourceFile | None]) -> RootRun | None:
        """Return what a root header did in the first run, if it does the same here."""
        run = self.runs.get(path)
        if self.reordered and not self._reach(path):
            return None
        if run is None or not run.plain or any((name in once) != (name in run.known) for name in run.visited):
            return None
        if self.differing and not all(map(self.differing.isdisjoint, run.words(file_of))):
            return None
        return run

    def follow(self, path: str, changes: Iterable[tuple[str, Definition | None]] = ()) -> None:
        """Note that a root header was read here, or was left out, which did the ``changes``."""
        run = self.runs.get(path)
        names = {name for name, _ in changes}
        if run is not None and (not self.reordered or self._reach(path)):
            names |= apply(run.changes, self.there)
            self._at += self.reordered
        self._compare(names)

    def passed(self, run: RootRun, table: dict[str, Definition]) -> None:
        """Do to both tables what a root header does in both runs."""
        for each in (table, self.there):
            apply(run.changes, each)
        self._at += self.reordered

    def _reach(self, path: str) -> bool:
        """Go on in the first run to where a root header was read; False where that is behind already."""
        place = self._places.get(path, -1)
        if place < self._at:
            return False
        for other in self._order[self._at : place]:
            self._compare(apply(self.runs[other].changes, self.there))
        self._at = place
        return True

    def _compare(self, names: Iterable[str]) -> None:
        for name in names:
            if alike(self.there.get(name), self.table.get(name)):
                self.differing.discard(name)
            else:
                self.differing.add(name)


def apply(changes: Iterable[tuple[str, Definition | None]], table: dict[str, Definition]) -> set[str]:
    """Do changes to a table of macros; return the names."""
    names = set()
    for name, definition in changes:
        names.add(name)
        if definition is None:
            table.pop(name, None)
        else:
            table[name] = definition
    return names


def alike(one: Definition | None, other: Definition | None) -> bool:
    """Tell whether two definitions of a name in two runs over the same files are one."""
    if one is other:
        return True
    if one is None or other is None:
        return False
    if one.builtin or one.operator or other.builtin or other.operator:
        return bool(one.builtin) == bool(other.builtin) and bool(one.operator) == bool(other.operator)
    return (
        one.place == other.place
        and one.guard == other.guard
        and one.overridable == other.overridable
        and one.parameters == other.parameters
        and one.variadic == other.variadic
        and [token[:2] for token in one.body] == [token[:2] for token in other.body]
    )


def join(mine: dict[str, set[T]], its: dict[str, set[T]]) -> None:
    """Add sets under names to those of another table."""
    for key, values in its.items():
        found = mine.get(key)
        if found is None:
            mine[key] = set(values)
        else:
            found |= values
