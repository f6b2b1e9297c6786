"""What the conditions of a library answer when a program defines macros (ISO C11 §6.10.1)."""

from __future__ import annotations

from functools import lru_cache

from abidiff.surfaces.headers.model import Library
from abidiff.surfaces.headers.read.expression import Expression, NotConstant
from abidiff.surfaces.headers.read.lexer import Token, tokenize

Defines = tuple[tuple[str, str], ...]


def answers(library: Library, defines: Defines) -> tuple[bool | None, ...]:
    """Return for each condition over free macros whether it holds; None where that is not known."""
    defaults = tuple((name, found[0]) for name, found in sorted(library.free.items()) if found[0] != "0")
    base = _defaults(library.tests, defaults)
    asking = _asking(library.tests)
    touched = {at for name, _ in defines for at in asking.get(name, ())}
    if not touched:
        return base
    out = list(base)
    for at in touched:
        out[at] = _answer(library.tests[at], _needed(library.tests[at], defines), _needed(library.tests[at], defaults))
    return tuple(out)


@lru_cache(maxsize=64)
def _defaults(tests: tuple[str, ...], defaults: Defines) -> tuple[bool | None, ...]:
    return tuple(_answer(test, (), _needed(test, defaults)) for test in tests)


@lru_cache(maxsize=64)
def _asking(tests: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """Return for each macro the conditions that ask for it."""
    found: dict[str, list[int]] = {}
    for at, test in enumerate(tests):
        for name in names_in(test):
            found.setdefault(name, []).append(at)
    return {name: tuple(places) for name, places in found.items()}


@lru_cache(maxsize=8192)
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
