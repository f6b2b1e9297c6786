"""Names in conditions of ``#if`` at one release of the library: what is defined, and as what (ISO C 6.10.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from abidiff.requires.catalogue import Catalogue
from abidiff.requires.encoding import CHECK, encoded, trimmed
from abidiff.requires.facts import UNKNOWN, Condition, Facts
from abidiff.requires.languages.c_expressions import (
    MOST_TOKENS,
    NO,
    NOTHING,
    SOMETHING,
    Expression,
    MalformedError,
    Value,
    Word,
    either,
    number,
    parsed,
    truth,
    value,
)
from abidiff.requires.model import Version

MOST_STEPS = 100_000
"""Operands and operators that are evaluated for one condition; one that takes more says nothing."""

MOST_OF_A_FILE = 1_000_000
"""Such steps for all conditions of one file."""

MOST_NESTED = 20
"""Macros in the bodies of others."""


class Definition(NamedTuple):
    """A ``#define`` of the application.

    ``where``       what the conditions around it say; None where none is.
    ``parameters``  None for an object-like macro.
    ``body``        None where it is not known.
    ``elsewhere``   it stands in another file.
    """

    where: Condition | None
    parameters: tuple[str, ...] | None = None
    body: tuple[str, ...] | None = None
    elsewhere: bool = False


class Macro(NamedTuple):
    """A macro that the application defines; ``torn``: ``#undef`` stands somewhere."""

    definitions: tuple[Definition, ...]
    torn: bool = False

    def elsewhere(self) -> Macro:
        """Return what this is for other files."""
        return self._replace(definitions=tuple(each._replace(elsewhere=True) for each in self.definitions))


Macros = Mapping[str, Macro]

ANYWHERE = Macro((Definition(UNKNOWN, elsewhere=True),))
"""A macro that is defined somewhere, as whatever."""


class TooManyStepsError(Exception):
    """Macros in the bodies of macros take more steps than a condition is worth."""


class Steps:
    """Counts the steps of conditions: ``left`` of a file, and the ``end`` of them for the condition that is open."""

    def __init__(self) -> None:
        self.left = MOST_OF_A_FILE
        self.end = 0

    def open(self) -> None:
        """Begin with a condition."""
        self.end = max(0, self.left - MOST_STEPS)

    def take(self, several: int) -> None:
        """Take steps.  Raises TooManyStepsError where there are no more."""
        self.left -= several
        if self.left < self.end:
            raise TooManyStepsError


def is_check(word: str, catalogue: Catalogue) -> bool:
    """Tell whether a word is a macro of the library that takes major, minor and micro and compares its version."""
    return CHECK.search(word) is not None and word in catalogue.entries


def named(word: str, catalogue: Catalogue) -> str:
    """Return the name of the library whose presence a macro tells by whether it is defined, or nothing."""
    if word in catalogue.entries:
        return word if catalogue.is_macro(word) else ""
    if not word.startswith("HAVE_"):
        return ""
    return catalogue.folded.get(word.removeprefix("HAVE_").removeprefix("DECL_").lower(), "")


class Point:
    """What is known of names at one version, with one name there or not; what is not given is not known.

    ``code``     it is asked for in code, where a name that is no macro is not 0.
    ``assumed``  what words are taken for.
    ``follows``  of a name that is not given it is known by the version whether it is there.
    """

    def __init__(self, catalogue: Catalogue, macros: Macros, steps: Steps, *, code: bool = False) -> None:
        self.catalogue = catalogue
        self.macros = macros
        self.steps = steps
        self.code = code
        self.follows = False
        self.assumed: dict[Word, Value] = {}
        self.version: Version | None = None
        self.there: dict[str, bool] = {}
        self.held: dict[str, Value] = {}
        self.parsed: dict[tuple[str, ...], Expression | None] = {}
        self.inside: list[str] = []

    def at(self, version: Version | None = None, there: Mapping[str, bool] | None = None) -> Point:
        """Take up a version, and whether names are there; what is not given is not known."""
        self.version, self.there, self.held = version, dict(there or {}), {}
        return self

    def value(self, word: Word) -> Value:
        """Return what a name, ``defined`` of one or a call is here."""
        if word in self.assumed:
            return self.assumed[word]
        if word.asked:
            return truth(self.defined(word.name))
        if word.given is not None:
            return self.call(word.name, word.given)
        if word.name not in self.held:
            self.held[word.name] = self.name(word.name)
        return self.held[word.name]

    def defined(self, name: str) -> bool | None:
        """Tell whether a macro is defined: by the library, or by the application."""
        own = self.own(name) if name in self.macros else False
        if own or self.catalogue.scale(name):
            return own or None
        if name in self.macros and name not in self.catalogue.entries:
            return own
        known = self.library(name)
        return True if known else own if known is False else None

    def library(self, name: str) -> bool | None:
        """Tell whether the library, or a configure script that looked for it there, defines a macro."""
        if name in self.catalogue.entries and not self.catalogue.is_macro(name):
            return False
        known = self.there.get(named(name, self.catalogue))
        if known is None and self.follows and self.version is not None and name in self.catalogue.entries:
            return self.catalogue.has(name, self.version)
        return known

    def own(self, name: str) -> bool | None:
        """Tell whether the application defines a macro here."""
        macro = self.macros[name]
        several = [None if each.elsewhere and each.where is None else self.holds(each) for each in macro.definitions]
        if True in several and not macro.torn:
            return True
        return None if True in several or None in several else False

    def holds(self, definition: Definition) -> bool | None:
        """Tell whether the conditions around a definition hold here."""
        if definition.where is None:
            return True
        if not self.may(definition.where.yes):
            return False
        return None if self.may(definition.where.no) else True

    def may(self, facts: Facts) -> bool:
        """Tell whether what is known goes with facts."""
        version = self.version
        if version is not None and (version < facts.low or (facts.high and version >= facts.high)):
            return False
        return all(self.there.get(name, True) for name in facts.names) and not any(map(self.there.get, facts.lacks))

    def name(self, name: str) -> Value:
        """Return what a name is here that is not called: where it is no macro, 0 (ISO C 6.10.1)."""
        scale, version = self.catalogue.scale(name), self.version
        if scale is not None:
            return number(encoded(version, scale)) if version is not None else SOMETHING
        held = self.catalogue.number(name, version) if version is not None else None
        if held is not None:
            return number(held)
        if name not in self.catalogue.entries:
            if name in self.macros:
                return self.body(name, None)
            return truth(self.there.get(named(name, self.catalogue)))
        if self.code:
            return NOTHING
        there, found = self.library(name), list[Value]()
        if there is not False:
            found.append(SOMETHING if self.catalogue.is_nonzero(name) else NOTHING)
        if there is not True:
            found.append(self.body(name, None) if name in self.macros else NO)
        return _common(found)

    def call(self, name: str, given: tuple[tuple[str, ...], ...]) -> Value:
        """Return what a macro with arguments gives."""
        if is_check(name, self.catalogue) and len(given) == 3:
            asked = [each for several in given if (each := self.tokens(several).number) is not None]
            if len(asked) < 3 or self.version is None:
                return NOTHING
            return truth(self.version >= trimmed(asked))
        return self.body(name, given) if name in self.macros else NOTHING

    def body(self, name: str, given: tuple[tuple[str, ...], ...] | None) -> Value:
        """Return what the bodies of a macro have in common, of those that may count here."""
        if name in self.inside or len(self.inside) >= MOST_NESTED:
            return NOTHING
        macro, found = self.macros[name], list[Value]()
        self.inside.append(name)
        there = self.own(name) or any(each.where is None for each in macro.definitions if not macro.torn)
        for each in macro.definitions:
            if self.holds(each) is False:
                continue
            if each.body is None or (each.parameters is None) != (given is None):
                found.append(NOTHING)
                continue
            body = _replaced(each.body, each.parameters or (), given or ())
            self.steps.take(len(body))
            found.append(self.tokens(body))
        self.inside.pop()
        if not there and given is None:
            found.append(NOTHING if self.code else NO)
        return _common(found)

    def tokens(self, given: tuple[str, ...]) -> Value:
        """Return what the expression is that tokens make."""
        if given not in self.parsed:
            try:
                self.parsed[given] = parsed(given)
            except MalformedError:
                self.parsed[given] = None
        expression = self.parsed[given]
        return NOTHING if expression is None else self.of(expression)

    def of(self, expression: Expression) -> Value:
        """Return what an expression is here."""
        self.steps.take(len(expression))
        return value(expression, self.value)


def _common(found: Sequence[Value]) -> Value:
    if not found:
        return NOTHING
    first, *others = found
    for each in others:
        same = first.number is not None and first.number == each.number
        first = first if same else Value(None, either(first.truth, each.truth))
    return first


def _replaced(
    body: tuple[str, ...], parameters: tuple[str, ...], given: tuple[tuple[str, ...], ...]
) -> tuple[str, ...]:
    """Return a body with the arguments of its macro, as far as an expression has room for (ISO C 6.10.3.1)."""
    if not parameters:
        return body
    values = dict(zip(parameters, given, strict=False))
    out: list[str] = []
    for token in body:
        out += values.get(token, (token,))
        if len(out) > MOST_TOKENS:
            break
    return tuple(out)
