"""Static assertions of a translation unit: which of them fail, and on which targets (ISO C11 §6.7.10).

They are looked at when all is declared, wherever they stand: between declarations, among members, in the bodies of
inline functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from abidiff.surfaces.headers.build.constants import Constants
from abidiff.surfaces.headers.build.errors import Unreadable
from abidiff.surfaces.headers.build.words import ASSERT
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.model import Assertion
from abidiff.surfaces.headers.read.expression import NotConstant
from abidiff.surfaces.headers.read.lexer import OFFSET_MASK, Token, spell

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.scope import Scope

MAX_ASSERTIONS = 2000


def assertions(parser: Scope) -> Iterator[Assertion]:
    """Yield the assertions that do not hold on every target, and those that can't be evaluated.

    A negative length of an array is how headers assert what is older than ``_Static_assert``.
    """
    for span, targets in parser.tables.negative:
        file = parser.files.file_of(span[0][2])
        if file is not None and not file.system:
            yield Assertion(spell(span), file.location(span[0][2] & OFFSET_MASK), targets)
    tokens, seen = parser.tokens, 0
    for at in [number for number, token in enumerate(tokens) if token[1] in ASSERT]:
        close = parser.close.get(at + 1)
        file = parser.files.file_of(tokens[at][2])
        if close is None or tokens[at + 1][1] != "(" or file is None or file.system:
            continue
        seen += 1
        condition = _condition(tokens[at + 2 : close])
        fails, told = _fails(parser, condition) if seen <= MAX_ASSERTIONS else ((), False)
        if fails or not told:
            place = file.location(tokens[at][2] & OFFSET_MASK)
            yield Assertion(spell(condition), place, fails, told)


def _condition(tokens: list[Token]) -> list[Token]:
    """Return what stands before the comma that leads to the message."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token[1] in "([{") - (token[1] in ")]}")
        if token[1] == "," and not depth:
            return tokens[:at]
    return tokens


def _fails(parser: Scope, condition: list[Token]) -> tuple[tuple[str, ...], bool]:
    """Return the targets on which a condition is 0, and whether all of it could be evaluated."""
    first = Constants(parser)
    try:
        holds = bool(first.value(condition)[0])
        if not first.sized:
            return (() if holds else TARGET_NAMES), True
        return tuple(name for name in TARGET_NAMES if not Constants(parser, name).value(condition)[0]), True
    except (NotConstant, Unreadable, RecursionError):
        return (), False
