"""What stands in directives: parameters of macros, operands of operators, include guards."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from abidiff.surfaces.headers.read.conditions import compared, numbers_about
from abidiff.surfaces.headers.read.expression import NotConstant, unescape
from abidiff.surfaces.headers.read.lexer import SourceFile, Token


def asked_about(conditions: str) -> tuple[tuple[str, str], ...]:
    """Return the names that conditions compare, each with the numbers that answer them."""
    return tuple((name, str(number)) for name, value, _ in compared(conditions) for number in numbers_about(value))


def destringized(literal: Token) -> str:
    """Return what the operand of ``_Pragma`` says (§6.10.9)."""
    return unescape(literal[1][literal[1].index('"') + 1 : -1])


def is_guarding(file: SourceFile, place: int) -> bool:
    """Tell whether a group that begins at a place is the one of the include guard: the first directive of the file."""
    first = next((start for name, start, _ in file.pieces if name), -1)
    return place == file.base + first


def operand(tokens: list[Token], at: int) -> tuple[list[Token], int]:
    """Return ``X`` of ``X`` or ``( X )`` and where it ends."""
    if at < len(tokens) and tokens[at][1] == "(":
        depth = 0
        for end in range(at, len(tokens)):
            depth += (tokens[end][1] == "(") - (tokens[end][1] == ")")
            if not depth:
                return tokens[at + 1 : end], end + 1
        raise NotConstant("missing ')'", tokens[at][2])
    return tokens[at : at + 1], at + 1


def parameters_of(body: list[Token]) -> tuple[tuple[str, ...], bool, list[Token]] | None:
    """Read ``(a, b, ...)`` of a function-like macro."""
    names: list[str] = []
    variadic = False
    at = 1
    while at < len(body):
        kind, text = body[at][0], body[at][1]
        at += 1
        if text == ")":
            return tuple(names), variadic, body[at:]
        if text == "...":
            variadic = True
            if at < 3 or body[at - 2][1] in (",", "("):
                names.append("__VA_ARGS__")
        elif kind == "i" and not variadic:
            names.append(text)
        elif text != ",":
            return None
    return None


@lru_cache(maxsize=4096)
def words(condition: str) -> frozenset[str]:
    """Return the words of a condition."""
    return frozenset(re.findall(r"\w+", condition))


def is_guard(file: SourceFile, at: int, name: str) -> bool:
    """Tell whether the macro is the file's include guard: ``#ifndef X`` first, ``#define X`` next."""
    before: tuple[str, int, int] | None = None
    for piece in islice(file.pieces, at):
        if piece[0] and piece[0] not in ("pragma", "null"):
            if before is not None:
                return False
            before = piece
    if before is None or before[0] not in ("ifndef", "if"):
        return False
    words = [t[1] for t in file.tokens(before[1], before[2])]
    return words in ([name], ["!", "defined", name], ["!", "defined", "(", name, ")"])


def negated(name: str, tokens: list[Token]) -> tuple[str, ...]:
    """Return the macros that a condition wants to be undefined: ``#ifndef X``, ``!defined X``."""
    words = [t[1] for t in tokens]
    if name == "ifndef":
        return tuple(words[:1])
    found = []
    for at, word in enumerate(words):
        if word == "defined" and at and words[at - 1] == "!":
            found += [w for w in words[at + 1 : at + 3] if w != "("][:1]
    return tuple(found)
