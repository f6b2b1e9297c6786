"""What the conditions of a library answer when a program defines macros (ISO C11 §6.10.1)."""

from __future__ import annotations

from functools import lru_cache

from abidiff.surfaces.headers.model import Library
from abidiff.surfaces.headers.read.expression import Expression, NotConstant
from abidiff.surfaces.headers.read.lexer import Token, tokenize

Defines = tuple[tuple[str, str], ...]


def answers(library: Library, defines: Defines) -> tuple[bool | None, ...]:
    """Return for each condition over free macros whether it holds; None where that is not known."""
    given = {name: found[0] for name, found in library.free.items() if found[0] != "0"}
    return tuple(_answer(test, _needed(test, defines), _needed(test, tuple(given.items()))) for test in library.tests)


def names_in(test: str) -> tuple[str, ...]:
    """Return the macros that a condition asks for."""
    return tuple(dict.fromkeys(t[1] for t in _tokens(test) if t[0] == "i" and t[1] != "defined"))


def _needed(test: str, defines: Defines) -> Defines:
    names = names_in(test)
    return tuple(each for each in defines if each[0] in names)


@lru_cache(maxsize=8192)
def _tokens(test: str) -> tuple[Token, ...]:
    return tuple(tokenize(test, 0, len(test), 0))


@lru_cache(maxsize=8192)
def _answer(test: str, defines: Defines, defaults: Defines) -> bool | None:
    """Return whether a condition holds; ``defaults``: the values of macros that the headers define themselves."""
    if not test:
        return None
    asked, values = dict(defines), {**dict(defaults), **dict(defines)}
    out: list[Token] = []
    tokens = _tokens(test)
    for at, token in enumerate(tokens):
        name = token[1]
        if at and tokens[at - 1][:2] == ("i", "defined"):
            out.append(("n", str(int(name in asked)), 0, True, None))
        elif name in values:
            out += tokenize(values[name], 0, len(values[name]), 0)
        elif name != "defined":
            out.append(token)
    try:
        return bool(Expression(out, preprocessing=True).whole()[0])
    except (NotConstant, RecursionError):
        return None
