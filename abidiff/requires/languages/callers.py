"""Checks around the calls of a function: what all of its callers make sure of holds inside of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import NamedTuple

import msgspec

from abidiff.requires.facts import Facts, common, guard_of, together
from abidiff.requires.model import Guard, Use

ROUNDS = 50
"""Rounds in which functions that call each other are followed; when more are needed nothing is known."""


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

    def refer(self, name: str, inside: str, guards: tuple[Guard, ...]) -> None:
        """Take in that a function is named; a handler there does not count, for a function may run on later."""
        kept = tuple(each for each in guards if not each.handles)
        self.references.setdefault(name, []).append(Reference(inside, kept))

    def guarded(self, is_whole: Callable[[Mapping[str, int]], Iterable[str]]) -> list[Use]:
        """Return the uses, those in functions with the checks of all callers.

        ``is_whole`` is given functions and how often they were seen, and returns those that are named nowhere else.
        """
        found = self._behind(self._reached())
        if found:
            whole = frozenset(is_whole({name: len(self.references.get(name, ())) for name in sorted(found)}))
            self.references = {name: several for name, several in self.references.items() if name in whole}
            found = self._behind(found)
        checks = {name: self._check(name, facts) for name, facts in found.items()}
        out = []
        for use, name in self.uses:
            added = checks.get(name)
            out.append(msgspec.structs.replace(use, guards=(added, *use.guards)) if added is not None else use)
        return out

    def _reached(self) -> set[str]:
        """Return the functions with uses, those that name them, and so on."""
        waiting, reached = [name for _, name in self.uses], set[str]()
        while waiting:
            name = waiting.pop()
            if name and name not in reached:
                reached.add(name)
                waiting += (each.inside for each in self.references.get(name, ()))
                waiting.append(self.outer.get(name, ""))
        return reached

    def _behind(self, names: Iterable[str]) -> dict[str, Facts]:
        """Return what holds in functions wherever they run, of those where anything does.

        The largest answer that agrees with itself: a function that calls itself is behind what its other callers are.
        """
        order = sorted(names)
        found: dict[str, Facts | None] = {name: None if name in self.references else Facts() for name in order}
        for _ in range(ROUNDS):
            before = dict(found)
            for name in order:
                ways = [_and(found.get(each.inside, Facts()), each.guards) for each in self.references.get(name, ())]
                own = reduce(_or, ways) if ways else Facts()
                outer = found.get(self.outer.get(name, ""), Facts())
                found[name] = None if own is None or outer is None else together(own, outer)
            if found == before:
                return {name: facts for name, facts in found.items() if facts}
        return {}

    def _check(self, name: str, facts: Facts) -> Guard:
        """Return the check that a function is behind, as the first of its callers has it."""
        waiting, seen = [name], set[str]()
        while waiting:
            each = waiting.pop(0)
            if each and each not in seen:
                seen.add(each)
                for reference in self.references.get(each, ()):
                    if reference.guards:
                        first = reference.guards[-1]
                        return guard_of(facts, first.text, first.location)
                waiting += (reference.inside for reference in self.references.get(each, ()))
                waiting.append(self.outer.get(each, ""))
        raise AssertionError(name)


def _and(facts: Facts | None, guards: tuple[Guard, ...]) -> Facts | None:
    """Return what is known behind checks where ``facts`` are; None stands for everything."""
    return None if facts is None else reduce(together, map(_facts, guards), facts)


def _or(one: Facts | None, other: Facts | None) -> Facts | None:
    """Return what is known where one of two is."""
    if one is None or other is None:
        return other if one is None else one
    return common(one, other)


def _facts(guard: Guard) -> Facts:
    return Facts(guard.low, guard.high, frozenset(guard.names), frozenset(guard.lacks))


def words(names: Iterable[str]) -> re.Pattern[bytes]:
    """Return what finds any of some names as a word."""
    return re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + rb")\b")
