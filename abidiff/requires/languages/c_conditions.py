"""Conditions of ``#if`` (ISO C 6.10.1): for which releases of the library, and with which of its names, they hold.

An expression is evaluated as a whole for each release of the history.  What is not known has no value; a condition
that has none then guards nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from itertools import product
from typing import NamedTuple

from abidiff.requires.catalogue import Catalogue
from abidiff.requires.encoding import BROAD, decoded, encoded, trimmed
from abidiff.requires.facts import UNKNOWN, Condition, Facts, common
from abidiff.requires.languages.c_expressions import (
    NO,
    NOTHING,
    SOMETHING,
    Expression,
    MalformedError,
    Word,
    parsed,
    tokens,
    value,
)
from abidiff.requires.languages.c_points import (
    ANYWHERE,
    Definition,
    Macro,
    Macros,
    Point,
    Steps,
    TooManyStepsError,
    is_check,
    named,
)
from abidiff.requires.model import Version

MOST_DEFINITIONS = 50
"""Of one macro; one with more is not followed."""


def either(one: Macro, other: Macro) -> Macro:
    """Return the macro that one of two definitions gives."""
    found = tuple(dict.fromkeys((*one.definitions, *other.definitions)))
    return Macro(found, one.torn or other.torn) if len(found) <= MOST_DEFINITIONS else ANYWHERE


def torn(macro: Macro) -> Macro:
    """Return what is left of a macro after ``#undef`` somewhere: where it is there it was defined."""
    return macro._replace(torn=True)


def defined(parameters: str, body: str, where: Condition | None) -> Macro:
    """Return the macro that a ``#define`` behind conditions makes, or behind none."""
    names = tuple(each.strip() for each in parameters[1:-1].split(",")) if parameters else None
    return Macro((Definition(where, names, tokens(body)),))


Truths = list[tuple[int, bool | None]]
"""Numbers of versions, with the truth of an expression at each."""

COUNTING = frozenset("+-*/%&|^~") | {"<<", ">>"}
MOST_UNKNOWN = 4
"""Names that are tried defined and not."""

FEW = 8
"""Releases for which an expression is evaluated that only compares; its outcome turns at the versions it names."""


class Outcome(NamedTuple):
    """What a condition says, and whether it has the same outcome always, whatever macros the application defines."""

    told: Condition = UNKNOWN
    always: bool | None = None


def outcome(given: Sequence[str], catalogue: Catalogue, macros: Macros, steps: Steps) -> Outcome:
    """Return what an expression says about the release, by its tokens."""
    try:
        expression = parsed(given)
    except MalformedError:
        return Outcome()
    steps.open()
    asked = Asked(catalogue, macros, given)
    plain = Asked(catalogue, {}, given) if asked.macros else asked
    try:
        point = Point(catalogue, macros, steps)
        truths = _truths(expression, asked, point)
        told = _told(expression, asked, point, truths)
        if plain is not asked:
            point = Point(catalogue, {}, steps)
            truths = _truths(expression, plain, point)
        return Outcome(told, _always(point.at().of(expression).truth, truths))
    except TooManyStepsError:
        return Outcome()


def refused(
    given: Sequence[str], catalogue: Catalogue, macros: Macros, steps: Steps, *, code: bool = False
) -> list[Facts]:
    """Return what is known of the releases on which an expression may be false; where ``high`` is older than ``low``,
    those between them are not among them.

    ``code``: part of it is code, where a name that is no macro is not 0.
    """
    try:
        expression = parsed(given)
    except MalformedError:
        return []
    steps.open()
    asked, point = Asked(catalogue, macros, given), Point(catalogue, macros, steps, code=code)
    try:
        told = _told(expression, asked, point, []).no
        found = [Facts(names=told.names, lacks=told.lacks)] if told else []
        if asked.scale is None and (found or asked.names.isdisjoint(catalogue.entries)):
            return found
        asked.scale, asked.counts, point.follows = asked.scale or BROAD, True, True
        truths = _truths(expression, asked, point)
        several = _refused(truths, Turn(expression, asked.scale, point, side=False))
        return several if not found or asked.scale != BROAD or asked.compares else found
    except TooManyStepsError:
        return []


def otherwise(given: Sequence[str], catalogue: Catalogue, macros: Macros, steps: Steps) -> Facts | None:
    """Return what is known where an expression does not hold; None where it holds always.

    Names that nothing is known of are tried defined and not, so that one of two branches holds.
    """
    try:
        expression = parsed(given)
    except MalformedError:
        return Facts()
    steps.open()
    asked, point = Asked(catalogue, macros, given), Point(catalogue, macros, steps)
    asked.counts = True
    unknown = {each for each in expression if isinstance(each, Word) and asked.nothing(each.name)}
    tried = product((NO, SOMETHING), repeat=len(unknown)) if len(unknown) <= MOST_UNKNOWN else [()]
    found: list[Facts] = []
    try:
        for several in tried:
            point.assumed = dict(zip(sorted(unknown, key=str), several, strict=False))
            truths = _truths(expression, asked, point)
            if _always(point.at().of(expression).truth, truths) is not True:
                found.append(_told(expression, asked, point, truths).no)
    except TooManyStepsError:
        return Facts()
    return reduce(common, found) if found else None


def _refused(truths: Truths, turn: Turn) -> list[Facts]:
    """Return the releases on which an expression may be false, for each stretch of those on which it holds."""
    out, start, known = list[Facts](), list[int](), [each for each, _ in truths]
    for n, (_, found) in enumerate(truths):
        if found is True and not start:
            start.append(n)
        if start and (found is not True or n + 1 == len(truths)):
            first, behind = start.pop(), n if found is not True else n + 1
            low = turn.between(known[behind - 1], known[behind]) if behind < len(known) else ()
            high = turn.between(known[first], known[first - 1]) if first else ()
            if low or high:
                out.append(Facts(low, high))
    return out


def _always(found: bool | None, truths: Truths) -> bool | None:
    """Return the truth of an expression where that does not depend on the release, nor on what is not known."""
    several = {each for _, each in truths}
    return several.pop() if found is None and len(several) == 1 else found


def _told(expression: Expression, asked: Asked, point: Point, truths: Truths) -> Condition:
    """Return what is known of release and names where an expression holds, and where it does not."""
    names: dict[tuple[bool, bool], set[str]] = {}
    for name in sorted(asked.names):
        with_it, without = (point.at(None, {name: there}).of(expression).truth for there in (True, False))
        if with_it is not None and with_it is not without:
            names.setdefault((not with_it, False), set()).add(name)
        if without is not None and with_it is not without:
            names.setdefault((not without, True), set()).add(name)
    sides = []
    for side in (True, False):
        there, lacking = (frozenset(names.get((side, told), ())) for told in (True, False))
        sides.append(Facts(*_span(expression, asked, point, truths, side), there, lacking))
    return Condition(*sides)


def _truths(expression: Expression, asked: Asked, point: Point) -> Truths:
    """Return the truth of an expression for the releases and what lies around the versions that it names."""
    scale = asked.scale
    if not scale:
        return []
    return [(each, point.at(decoded(each, scale)).of(expression).truth) for each in asked.samples()]


def _span(expression: Expression, asked: Asked, point: Point, truths: Truths, side: bool) -> tuple[Version, Version]:
    """Return the oldest version with which an expression may be true, or false, and the first behind the newest."""
    may = [n for n, (_, found) in enumerate(truths) if found is not (not side)]
    if not may or not asked.scale:
        return (), ()
    turn, first, last = Turn(expression, asked.scale, point, side), may[0], may[-1]
    low = turn.between(truths[first - 1][0], truths[first][0]) if first else ()
    high = turn.between(truths[last + 1][0], truths[last][0]) if last + 1 < len(truths) else ()
    return low, high


class Turn(NamedTuple):
    """Finds the versions at which an expression turns: where it may be true, or false, as ``side`` says."""

    expression: Expression
    scale: tuple[int, int]
    point: Point
    side: bool

    def between(self, out: int, inside: int) -> Version:
        """Return the version at which it turns between the numbers of two: the first of those that are newer."""
        rising = inside > out
        while abs(inside - out) > 1:
            middle = (inside + out) // 2
            if self.point.at(decoded(middle, self.scale)).of(self.expression).truth is (not self.side):
                out = middle
            else:
                inside = middle
        return decoded(inside if rising else out, self.scale)


class Asked:
    """What an expression asks for, by way of macros too: names of the library, its version, and in which scale."""

    def __init__(self, catalogue: Catalogue, macros: Macros, given: Sequence[str]) -> None:
        self.catalogue = catalogue
        self.known = macros
        self.names: set[str] = set()
        self.macros: set[str] = set()
        self.numbers: set[int] = set()
        self.versions: set[Version] = set()
        self.compares = False
        self.counts = False
        scales: set[tuple[int, int]] = set()
        pending = [given]
        while pending:
            several = pending.pop()
            self.counts |= not COUNTING.isdisjoint(several)
            for n, word in enumerate(several):
                if scale := catalogue.scale(word):
                    scales.add(scale)
                elif catalogue.is_growing(word):
                    scales.add(BROAD)
                    self.counts = self.compares = True
                elif is_check(word, catalogue):
                    self.compares = True
                    asked = [each for token in several[n + 2 : n + 7 : 2] if (each := _number(token)) is not None]
                    self.versions |= {trimmed(asked)} if len(asked) == 3 else set()
                pending += self.word(word)
        self.versions -= {()}
        self.scale = min(scales) if scales else BROAD if self.compares or self.versions else None

    def word(self, word: str) -> Iterator[Sequence[str]]:
        """Take in one token; yield the bodies of a macro that it names."""
        if word[:1].isdigit():
            self.numbers |= {each for each in [_number(word)] if each is not None}
        if name := named(word, self.catalogue):
            self.names.add(name)
        if word not in self.known or word in self.macros:
            return
        self.macros.add(word)
        for each in self.known[word].definitions:
            for facts in each.where or ():
                self.names |= facts.names | facts.lacks
                self.versions |= {facts.low, facts.high}
            yield each.body or ()

    def nothing(self, word: str) -> bool:
        """Tell whether nothing is known of a name."""
        return not (word in self.macros or word in self.catalogue.entries or word.startswith("HAVE_"))

    def samples(self) -> list[int]:
        """Return the numbers of versions for which an expression is evaluated: releases, and what it names."""
        scale = self.scale
        if scale is None:
            return []
        top = encoded((scale[0],), scale)
        told = {*self.numbers, *(encoded(each, scale) for each in self.versions)}
        near = {each + by for each in told for by in (-1, 0, 1)}
        all_ = _releases(tuple(self.catalogue.versions), scale)
        near |= set(all_ if self.counts else (*all_[:: max(1, len(all_) // FEW)], *all_[-1:]))
        return sorted({1, top, *(each for each in near if 1 <= each < top)})


@lru_cache(maxsize=8)
def _releases(versions: tuple[Version, ...], scale: tuple[int, int]) -> tuple[int, ...]:
    return tuple(sorted(encoded(each, scale) for each in versions))


def _number(token: str) -> int | None:
    try:
        return value(parsed((token,)), lambda _: NOTHING).number
    except MalformedError:
        return None
