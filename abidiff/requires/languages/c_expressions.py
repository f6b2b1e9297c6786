"""Expressions of ``#if`` (ISO C 6.10.1, 6.6): read once, and evaluated where some of their names are not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

TOKEN = re.compile(
    r"""\s*(?:(?P<word>[A-Za-z_]\w*)|(?P<number>\.?\d(?:[eEpP][+-]|'\w|[\w.])*)|(?P<text>[LuU]?'(?:\\.|[^'\\\n])+'|"[^"\n]*")
    |(?P<operator><<|>>|&&|\|\||[<>=!]=|\#\#|[-+*/%<>!~&|^?:(),])|(?P<other>\S))""",
    re.VERBOSE,
)
INTEGER = re.compile(r"(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)([uU]?[lL]{0,2}|[lL]{1,2}[uU])")
SPELT = {"and": "&&", "or": "||", "not": "!", "bitand": "&", "bitor": "|", "xor": "^", "compl": "~", "not_eq": "!="}
"""Operators that are words in C++, and in C by ``<iso646.h>``."""

LEVELS = (
    (",",),
    ("?:",),
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
PRECEDENCE = {operator: level for level, several in enumerate(LEVELS) for operator in several}
UNARY = frozenset("!~+-")
OPENING = frozenset(("(", "?"))
CLOSING = {")": "(", ":": "?"}
MOST_TOKENS = 500
"""Of one expression; a longer one says nothing."""

BITS = 64
"""Of ``intmax_t``, in which conditions are evaluated."""


class Value(NamedTuple):
    """What an expression is: a number, or only whether it is another one than 0, or not known."""

    number: int | None = None
    truth: bool | None = None
    unsigned: bool = False


NOTHING = Value()
SOMETHING = Value(None, truth=True)
"""A number that is not known and is not 0."""


def number(value: int, *, unsigned: bool = False) -> Value:
    """Return a number as ``intmax_t`` or ``uintmax_t`` holds it."""
    bits = value & ((1 << BITS) - 1)
    held = bits if unsigned or bits < 1 << (BITS - 1) else bits - (1 << BITS)
    return Value(held, held != 0, unsigned)


YES, NO = number(1), number(0)


def truth(found: bool | None) -> Value:
    """Return 1 or 0, or what is not known."""
    return NOTHING if found is None else YES if found else NO


class Word(NamedTuple):
    """A name, ``defined`` of one, or the call of a macro with the tokens of its arguments."""

    name: str
    asked: bool = False
    given: tuple[tuple[str, ...], ...] | None = None


class Operator(NamedTuple):
    """An operator behind its one, two or three operands."""

    sign: str
    operands: int


Expression = tuple[Value | Word | Operator, ...]
"""Operands and operators, each operator behind its operands."""


class MalformedError(Exception):
    """No expression of a condition, or one that is not understood."""


def tokens(text: str) -> tuple[str, ...]:
    """Return the tokens of an expression, one more than are taken at the most."""
    found = islice(TOKEN.finditer(text), MOST_TOKENS + 1)
    return tuple(SPELT.get(token, token) for each in found for token in [each[0].strip()])


def parsed(given: Sequence[str]) -> Expression:
    """Return the expression that tokens make.  Raises MalformedError where they make none."""
    if len(given) > MOST_TOKENS:
        raise MalformedError
    reader = _Reader(given)
    while reader.at < len(given):
        reader.operand() if reader.wanted else reader.operator()
    return reader.end()


class _Reader:
    """Orders the tokens of an expression by the precedence of its operators (ISO C 6.5)."""

    def __init__(self, given: Sequence[str]) -> None:
        self.given = given
        self.at = 0
        self.wanted = True
        self.out: list[Value | Word | Operator] = []
        self.open: list[Operator] = []

    def take(self) -> str:
        if self.at >= len(self.given):
            raise MalformedError
        self.at += 1
        return self.given[self.at - 1]

    def operand(self) -> None:
        taken = self.take()
        if taken == "(":
            self.open.append(Operator("(", 0))
        elif taken in UNARY:
            self.open.append(Operator(taken, 1))
        else:
            self.out.append(self.primary(taken))
            self.wanted = False

    def primary(self, taken: str) -> Value | Word:
        if taken == "defined":
            name = self.take()
            if name == "(":
                name = self.take()
                if self.take() != ")":
                    raise MalformedError
            return Word(name, asked=True)
        if taken[0].isalpha() or taken[0] == "_":
            if taken[-1] == "'":
                return NOTHING
            called = self.at < len(self.given) and self.given[self.at] == "("
            return Word(taken, given=self.arguments() if called else None)
        if taken[0] in "\"'":
            return number(ord(taken[1])) if len(taken) == 3 and taken[0] == "'" else NOTHING
        found = INTEGER.fullmatch(taken.replace("'", ""))
        if found is None:
            raise MalformedError
        digits = found[1]
        value = int(digits, 8) if digits.startswith("0") and digits.isdigit() else int(digits, 0)
        return number(value, unsigned="u" in found[2].lower() or value >> (BITS - 1) > 0)

    def arguments(self) -> tuple[tuple[str, ...], ...]:
        """Take in the arguments of a macro, in their parentheses."""
        self.take()
        depth, found = 1, [list[str]()]
        while True:
            taken = self.take()
            depth += (taken == "(") - (taken == ")")
            if depth == 0:
                return tuple(map(tuple, found))
            if depth == 1 and taken == ",":
                found.append([])
            else:
                found[-1].append(taken)

    def operator(self) -> None:
        taken = self.take()
        if taken in CLOSING:
            self.unwind(-1)
            if not self.open or self.open.pop().sign != CLOSING[taken]:
                raise MalformedError
            if taken == ")":
                return
            self.open.append(Operator("?:", 3))
        elif taken == "?":
            self.unwind(PRECEDENCE["?:"] + 1)
            self.open.append(Operator("?", 0))
        elif taken in PRECEDENCE:
            self.unwind(PRECEDENCE[taken])
            self.open.append(Operator(taken, 2))
        else:
            raise MalformedError
        self.wanted = True

    def unwind(self, level: int) -> None:
        """Put out what binds its operands at least as tightly as a level, back to what is open."""
        while self.open and self.open[-1].operands:
            top = self.open[-1]
            if top.operands != 1 and PRECEDENCE[top.sign] < level:
                break
            self.out.append(self.open.pop())

    def end(self) -> Expression:
        self.unwind(-1)
        if self.open or self.wanted:
            raise MalformedError
        return tuple(self.out)


def value(expression: Expression, known: Callable[[Word], Value]) -> Value:
    """Return the value of an expression; ``known`` gives that of its names."""
    stack: list[Value] = []
    for each in expression:
        match each:
            case Operator(sign, 1):
                stack.append(_unary(sign, stack.pop()))
            case Operator(sign, 2):
                right = stack.pop()
                stack.append(_binary(sign, stack.pop(), right))
            case Operator():
                no, yes, test = stack.pop(), stack.pop(), stack.pop()
                stack.append(_choice(test, yes, no))
            case Word():
                stack.append(known(each))
            case _:
                stack.append(each)
    return stack[-1]


def _unary(sign: str, operand: Value) -> Value:
    if sign == "!":
        return truth(None if operand.truth is None else not operand.truth)
    if operand.number is None:
        return operand if sign in "+-" else NOTHING
    found = {"+": operand.number, "-": -operand.number, "~": ~operand.number}[sign]
    return number(found, unsigned=operand.unsigned)


def _choice(test: Value, yes: Value, no: Value) -> Value:
    unsigned = yes.unsigned or no.unsigned
    if test.truth is None:
        same = yes.number == no.number and yes.number is not None
        return _as(yes, unsigned=unsigned) if same else Value(None, either(yes.truth, no.truth))
    return _as(yes if test.truth else no, unsigned=unsigned)


def either(one: bool | None, other: bool | None) -> bool | None:
    """Return what two have in common."""
    return one if one == other else None


def _as(found: Value, *, unsigned: bool) -> Value:
    return found if found.number is None else number(found.number, unsigned=unsigned)


def _binary(sign: str, left: Value, right: Value) -> Value:
    if sign == ",":
        return right
    if sign in ("&&", "||"):
        decides = sign == "||"
        if decides in (left.truth, right.truth):
            return truth(decides)
        return NOTHING if None in (left.truth, right.truth) else truth(not decides)
    if left.number is None or right.number is None:
        return _partly(sign, left, right)
    unsigned = left.unsigned or right.unsigned
    one, other = _as(left, unsigned=unsigned).number or 0, _as(right, unsigned=unsigned).number or 0
    if sign in COMPARING:
        return truth(COMPARING[sign](one, other))
    if sign in ("<<", ">>"):
        return _shifted(left, right.number if sign == "<<" else -right.number)
    if sign in ("/", "%"):
        if other == 0:
            return NOTHING
        quotient = abs(one) // abs(other) * (1 if (one < 0) == (other < 0) else -1)
        return number(quotient if sign == "/" else one - quotient * other, unsigned=unsigned)
    return number(COUNTING[sign](one, other), unsigned=unsigned)


COMPARING: dict[str, Callable[[int, int], bool]] = {
    "==": int.__eq__,
    "!=": int.__ne__,
    "<": int.__lt__,
    ">": int.__gt__,
    "<=": int.__le__,
    ">=": int.__ge__,
}
COUNTING: dict[str, Callable[[int, int], int]] = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "&": int.__and__,
    "|": int.__or__,
    "^": int.__xor__,
}


def _shifted(left: Value, by: int) -> Value:
    """Return what a shift gives; one by more than the width of the type, which ISO C does not define, is not known."""
    if left.number is None or not -BITS < by < BITS:
        return NOTHING
    return number(left.number << by if by >= 0 else left.number >> -by, unsigned=left.unsigned)


def _partly(sign: str, left: Value, right: Value) -> Value:
    """Return what an operator gives where an operand is not known."""
    truths = left.truth, right.truth
    if sign in ("&", "*") and False in truths:
        return NO
    if sign == "|" and True in truths:
        return SOMETHING
    if sign in ("==", "!=") and True in truths and False in truths:
        return truth(sign == "!=")
    return NOTHING
