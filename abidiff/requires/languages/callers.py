"""Checks around the calls of a function: what all of its callers make sure of holds inside of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import NamedTuple

import msgspec

from abidiff.requires.facts import Facts, common, together
from abidiff.requires.model import Guard, Use

DEEPEST = 20
"""Functions that call each other are followed so deep."""


class Reference(NamedTuple):
    """A place that names a function: behind which checks, and in which other function, or in none."""

    inside: str
    guards: tuple[Guard, ...]


class Callers:
    """The functions of an application that have a name of their own, and where they are named.

    ``outer``  function → the one that it is defined in, or nothing.
    """

    def __init__(self, outer: Mapping[str, str]) -> None:
        self.outer = outer
        self.references: dict[str, list[Reference]] = {}
        self.uses: list[tuple[Use, str]] = []
        self._found: dict[str, tuple[Guard, ...]] = {}
        self._behind: set[str] = set()

    def refer(self, name: str, inside: str, guards: tuple[Guard, ...]) -> None:
        """Take in that a function is named; a handler there does not count, for a function may run on later."""
        kept = tuple(each for each in guards if not each.handles)
        self.references.setdefault(name, []).append(Reference(inside, kept))

    def guarded(self, is_whole: Callable[[Mapping[str, int]], Iterable[str]]) -> list[Use]:
        """Return the uses, those in functions with the checks of all callers.

        ``is_whole`` is given functions and how often they were seen, and returns those that are named nowhere else.
        """
        if not any(self._added(name, 0) for name in {name for _, name in self.uses}):
            return [use for use, _ in self.uses]
        counts = {name: len(self.references[name]) for name in sorted(self._behind)}
        whole = frozenset(is_whole(counts))
        self.references = {name: several for name, several in self.references.items() if name in whole}
        self._found.clear()
        out = []
        for use, name in self.uses:
            added = self._added(name, 0)
            out.append(msgspec.structs.replace(use, guards=(*added, *use.guards)) if added else use)
        return out

    def _added(self, name: str, depth: int) -> tuple[Guard, ...]:
        """Return the checks that a function is behind wherever it runs."""
        if not name or depth > DEEPEST:
            return ()
        if name not in self._found:
            self._found[name] = ()
            several = [each for each in self.references.get(name, ()) if each.inside != name]
            ways = [(*self._added(each.inside, depth + 1), *each.guards) for each in several]
            own = ways[0] if len(ways) == 1 else _shared(ways)
            if own:
                self._behind.add(name)
            self._found[name] = (*self._added(self.outer.get(name, ""), depth + 1), *own)
        return self._found[name]


def _shared(ways: list[tuple[Guard, ...]]) -> tuple[Guard, ...]:
    """Return what all of several ways make sure of, as a check that stands where the first one does."""
    if not ways or not all(ways):
        return ()
    found = reduce(common, (reduce(together, (_facts(guard) for guard in way)) for way in ways))
    if not found:
        return ()
    first = ways[0][-1]
    return (Guard(first.text, first.location, found.low, found.high, tuple(sorted(found.names))),)


def _facts(guard: Guard) -> Facts:
    return Facts(guard.low, guard.high, frozenset(guard.names))


def words(names: Iterable[str]) -> re.Pattern[bytes]:
    """Return what finds any of some names as a word."""
    return re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + rb")\b")
