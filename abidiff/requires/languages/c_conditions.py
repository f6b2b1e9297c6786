"""Conditions of ``#if`` (ISO C 6.10.1): what they say about the release of the library that is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from abidiff.requires.catalogue import Catalogue
from abidiff.requires.encoding import CHECK, MACROS, decoded
from abidiff.requires.facts import (
    UNKNOWN,
    Condition,
    at_least,
    compared,
    conjunction,
    disjunction,
    has,
    negated,
)

TOKEN = re.compile(r"\s*(?:(\w+)|(&&|\|\||[<>=!]=|[<>!(),]))")
DEFINED = frozenset(("macro", "constant"))
"""Kinds of names that are not defined where they are not there; the preprocessor never knows the others."""

CLOSING = frozenset((")", ""))
COMPARES = re.compile(r"\b(?:" + "|".join(MACROS) + r")\s*>=")
MOST_TOKENS = 500
"""Of one condition; a longer one says nothing."""
DEPTH = 64
"""Levels of parentheses in one condition; deeper ones are not understood."""


class Macro(NamedTuple):
    """A macro that the application defines.

    ``there``   what is known where it is defined, and where it is not.
    ``true``    what is known where its value is not zero, and where it is not; None: it is zero.
    ``checks``  it takes major, minor and micro and holds from that version on.
    """

    there: Condition
    true: Condition | None
    checks: bool = False


Macros = Mapping[str, Macro]


def either(one: Macro, other: Macro) -> Macro:
    """Return the macro that one of two definitions gives."""
    there = disjunction(one.there, other.there)
    if one.true is None or other.true is None:
        return Macro(there, one.true or other.true, one.checks and other.checks)
    return Macro(there, disjunction(one.true, other.true), one.checks and other.checks)


def torn(macro: Macro) -> Macro:
    """Return what is left of a macro after ``#undef`` somewhere: where it is there it was defined."""
    return Macro(Condition(macro.there.yes), Condition(macro.true.yes) if macro.true else None, macro.checks)


def defined(parameters: str, value: str, where: Condition, catalogue: Catalogue, macros: Macros) -> Macro:
    """Return the macro that a ``#define`` behind conditions makes."""
    if parameters:
        return Macro(where, UNKNOWN, parameters.count(",") == 2 and COMPARES.search(value) is not None)
    number = _number(value.strip("() "))
    if number is None:
        return Macro(where, conjunction(where, tested(value, catalogue, macros)))
    return Macro(where, where if number else None)


def tested(text: str, catalogue: Catalogue, macros: Macros) -> Condition:
    """Return what the condition of ``#if`` says."""
    tokens = [found[1] or found[2] for found in islice(TOKEN.finditer(text), MOST_TOKENS + 1)]
    if len(tokens) > MOST_TOKENS:
        return UNKNOWN
    return _Reader(tokens, catalogue, macros).disjunction(0)


def literal(text: str) -> bool | None:
    """Return whether a condition that is nothing but a number holds; None for every other one."""
    number = _number(text.strip("() "))
    return None if number is None else number != 0


def is_defined(name: str, catalogue: Catalogue, macros: Macros) -> Condition:
    """Return what ``defined NAME`` says: the name is there; ``HAVE_NAME`` as configure scripts write it says so too.

    A macro of the application says what the conditions around its definition do.
    """
    if (entry := catalogue.get(name)) is not None:
        return has(name) if entry.kind in DEFINED else Condition(has(name).yes)
    if name in macros:
        return macros[name].there
    bare = name.removeprefix("HAVE_").removeprefix("DECL_").lower()
    if name.startswith("HAVE_") and (found := catalogue.folded.get(bare)):
        return has(found)
    return UNKNOWN


class _Reader:
    """Reads the condition of ``#if``; what is not understood says nothing."""

    def __init__(self, tokens: list[str], catalogue: Catalogue, macros: Macros) -> None:
        self.tokens = tokens
        self.catalogue = catalogue
        self.macros = macros
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def disjunction(self, depth: int) -> Condition:
        found = self.conjunction(depth)
        while self.peek() == "||":
            self.take()
            found = disjunction(found, self.conjunction(depth))
        return found

    def conjunction(self, depth: int) -> Condition:
        found = self.unary(depth)
        while self.peek() == "&&":
            self.take()
            found = conjunction(found, self.unary(depth))
        return found

    def unary(self, depth: int) -> Condition:
        if depth > DEPTH:
            self.at = len(self.tokens)
            return UNKNOWN
        if self.peek() == "!":
            self.take()
            return negated(self.unary(depth + 1))
        if self.peek() == "(":
            self.take()
            found = self.disjunction(depth + 1)
            if self.take() != ")":
                self.at = len(self.tokens)
            return found
        return self.primary()

    def primary(self) -> Condition:
        word = self.take()
        if word == "defined":
            opened = self.peek() == "("
            self.at += opened
            name = self.take()
            self.at += opened
            return is_defined(name, self.catalogue, self.macros)
        if self.peek() == "(":
            return self.call(word)
        if self.peek() in ("<", ">", "<=", ">=", "==", "!="):
            return _comparison(word, self.take(), self.take())
        return (word in self.macros and self.macros[word].true) or UNKNOWN

    def call(self, word: str) -> Condition:
        self.take()
        given = []
        while self.peek() not in CLOSING:
            given.append(self.take())
        self.take()
        numbers = [_number(token) for token in given if token.isalnum()]
        own = self.macros.get(word)
        checks = (own is not None and own.checks) or (
            CHECK.search(word) is not None and self.catalogue.get(word) is not None
        )
        if checks and len(numbers) == 3 and None not in numbers:
            return at_least(_trimmed([number or 0 for number in numbers]))
        return UNKNOWN


def _comparison(left: str, operator: str, right: str) -> Condition:
    for macro, value, swapped in ((left, right, False), (right, left, True)):
        scale, number = MACROS.get(macro), _number(value)
        if scale is not None and number is not None:
            return compared(operator, decoded(number, scale), swapped=swapped)
    return UNKNOWN


def _number(token: str) -> int | None:
    digits = token.rstrip("uUlL")
    try:
        return int(digits, 8 if re.fullmatch(r"0[0-7]+", digits) else 0) if len(digits) < 20 else None
    except ValueError:
        return None


def _trimmed(numbers: list[int]) -> tuple[int, ...]:
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
