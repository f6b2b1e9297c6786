"""The branches of conditional groups in a header, each with the conditions that lead to it (ISO C11 §6.10.1)."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from abidiff import limits
from abidiff.surfaces.headers.read.lexer import SourceFile, Token

_FIRST = frozenset({"if", "ifdef", "ifndef"})
_NEXT = frozenset({"elif", "elifdef", "elifndef", "else"})
_COMPARED = re.compile(r"\b([A-Za-z_]\w*)\s*([<>]=?|[=!]=)\s*(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*\b")
_REVERSED = re.compile(r"\b(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*\s*([<>]=?|[=!]=)\s*([A-Za-z_]\w*)")
_TURNED = str.maketrans("<>", "><")
_OPERATORS = frozenset({"defined", "__has_include", "__has_include_next", "true", "false"})


class Condition(NamedTuple):
    """A condition and whether it has to hold: ``kind`` is ``if``, ``ifdef`` or ``ifndef``; the span of its tokens."""

    kind: str
    start: int
    end: int
    wanted: bool


class Branch(NamedTuple):
    """What stands between two directives of a group.

    ``key``         where its directive stands; the complement for the ``#else`` that is not written.
    ``begin, end``  its text, ``conditions`` from the outermost group to its own.
    ``parents``     the keys of the branches around it.
    """

    key: int
    begin: int
    end: int
    conditions: tuple[Condition, ...]
    parents: tuple[int, ...]


class _Open:
    """A group whose ``#endif`` was not met yet."""

    def __init__(self, outer: tuple[Condition, ...], parents: tuple[int, ...], guard: bool) -> None:
        self.outer = outer
        self.parents = parents
        self.guard = guard
        self.before: tuple[Condition, ...] = ()
        self.own: tuple[Condition, ...] = ()
        self.key = 0
        self.begin = 0
        self.has_else = False
        self.branches = 0

    def conditions(self) -> tuple[Condition, ...]:
        """Return the conditions of the branch that is open."""
        return self.outer if self.guard else self.outer + self.before + self.own


MAX_DEEP = 63
"""Nesting levels of conditional inclusion (ISO C 5.2.4.1); what is deeper belongs to the branch around it."""


def branches(file: SourceFile) -> Iterator[Branch]:
    """Yield the branches of a header, inner ones before those around them; an include guard is none."""
    groups: list[_Open] = []
    guard = _guard(file)
    for at, (name, start, end) in enumerate(file.pieces):
        if name in _FIRST:
            near = 0 < len(groups) < MAX_DEEP
            outer = groups[-1].conditions() if near else ()
            parents = (*groups[-1].parents, groups[-1].key) if near and not groups[-1].guard else ()
            group = _Open(outer, parents, at == guard)
            group.key, group.begin = start, end
            group.own = (Condition(name, start, end, True),)
            groups.append(group)
        elif name in _NEXT and groups and not groups[-1].has_else:
            if len(groups) <= MAX_DEEP:
                yield from _closed(groups[-1], start)
            _next(groups[-1], name, start, end)
            if groups[-1].branches > limits.now().condition_branches:
                return  # the header ends there, as an error
        elif name == "endif" and groups:
            group = groups.pop()
            if len(groups) >= MAX_DEEP:
                continue
            yield from _closed(group, start)
            if not group.has_else and not group.guard and not _defaults(file, group, start):
                conditions = group.outer + group.before + _negated(group.own)
                yield Branch(~start, start, start, conditions, group.parents)


def _next(group: _Open, name: str, start: int, end: int) -> None:
    group.before += _negated(group.own)
    group.guard = False
    group.key, group.begin = start, end
    group.branches += 1
    group.has_else = name == "else"
    group.own = () if group.has_else else (Condition(name.removeprefix("el"), start, end, True),)


def _closed(group: _Open, end: int) -> Iterator[Branch]:
    if not group.guard:
        yield Branch(group.key, group.begin, end, group.conditions(), group.parents)


def _negated(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return tuple(condition._replace(wanted=not condition.wanted) for condition in conditions)


def _guard(file: SourceFile) -> int:
    """Return which piece opens the include guard: the first directive, whose ``#endif`` is the last one.

    The name that it asks for is the first that the header defines.
    """
    directives = [at for at, piece in enumerate(file.pieces) if piece[0] and piece[0] not in ("pragma", "null")]
    if len(directives) < 2:
        return -1
    name, start, end = file.pieces[directives[0]]
    negative = name == "ifndef" or (name == "if" and "!" in file.text[start:end])
    if not negative or not _first_defined(file, directives, names(file.tokens(start, end))):
        return -1
    depth = 0
    for at in directives[:-1]:
        depth += (file.pieces[at][0] in _FIRST) - (file.pieces[at][0] == "endif")
        if not depth or (depth == 1 and file.pieces[at][0] in _NEXT):
            return -1
    return directives[0]


def _first_defined(file: SourceFile, directives: list[int], asked: list[str]) -> bool:
    """Tell whether a name is what a header defines first, or what it defines outside of other conditions."""
    depth, first = 0, True
    for at in directives:
        kind, start, end = file.pieces[at]
        depth += (kind in _FIRST) - (kind == "endif")
        if kind == "define":
            if (first or depth == 1) and {t[1] for t in file.tokens(start, end)[:1]} & set(asked):
                return True
            first = False
    return False


def _defaults(file: SourceFile, group: _Open, end: int) -> bool:
    """Tell whether a group only defines the name that it asks for: ``#ifndef X``, ``#define X 1``, ``#endif``."""
    if group.branches:
        return False
    asked = set(names(file.tokens(group.own[0].start, group.own[0].end)))
    return _only_defines(file, group.begin, end, asked)


def says_nothing(file: SourceFile, branch: Branch) -> bool:
    """Tell whether a branch is empty, or only gives names that its conditions ask for a definition."""
    asked = {name for c in branch.conditions for name in names(file.tokens(c.start, c.end))}
    return _only_defines(file, branch.begin, branch.end, asked)


def _only_defines(file: SourceFile, begin: int, end: int, asked: set[str]) -> bool:
    first = bisect_left(file.pieces, begin, key=itemgetter(1))
    for at in range(first, len(file.pieces)):
        name, start, stop = file.pieces[at]
        if start >= end:
            break
        if not name and not file.text[start:stop].strip():
            continue
        tokens = file.tokens(start, stop)
        if name not in ("define", "undef") or not tokens or tokens[0][1] not in asked:
            return False
    return True


def names(tokens: list[Token]) -> list[str]:
    """Return the identifiers in a condition, operators left out."""
    return list(dict.fromkeys(t[1] for t in tokens if t[0] == "i" and t[1] not in _OPERATORS))


def compared(text: str) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """Yield the names that a condition compares with numbers: (name, number, bounds).

    The comparison depends on nothing but which of the bounds the name's value lies below.
    """
    for match in _COMPARED.finditer(text):
        yield from _bounded(match[1], match[2], match[3])
    for match in _REVERSED.finditer(text):
        yield from _bounded(match[3], match[2].translate(_TURNED), match[1])


def _bounded(name: str, operator: str, number: str) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    octal = number[0] == "0" and number.isdigit()
    if len(number) < 20 and not (octal and set(number) & {"8", "9"}):
        value = int(number, 8 if octal else 0)
        yield name, value, bounds(operator, value)


def bounds(operator: str, value: int) -> tuple[int, ...]:
    """Return the numbers below which a value lies or not, on which alone its comparison with another depends."""
    return {"<": (value,), ">=": (value,), ">": (value + 1,), "<=": (value + 1,)}.get(operator, (value, value + 1))


def numbers_about(value: int) -> list[int]:
    """Return a number and its neighbours: one of them answers any comparison with it."""
    return [n for n in (value, value + 1, value - 1) if n >= 0]


def content(file: SourceFile, branch: Branch) -> str:
    """Return the tokens of a branch as text: equal for equal code, whatever its spaces and comments."""
    return " ".join(file.text[branch.begin : branch.end].split())


def digest(file: SourceFile, branch: Branch) -> str:
    """Return a hash over the code of a branch."""
    return hashlib.sha256(content(file, branch).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def text(file: SourceFile, branch: Branch) -> str:
    """Return the conditions that lead to a branch, as a person writes them."""
    parts = []
    for condition in branch.conditions:
        said = " ".join(file.text[condition.start : condition.end].split())
        kind = "" if condition.kind == "if" else "defined " if condition.kind == "ifdef" else "!defined "
        parts.append(f"{kind}{said}" if condition.wanted else f"!({kind}{said})")
    return " && ".join(parts)


def refuses(file: SourceFile, branch: Branch) -> bool:
    """Tell whether a branch holds nothing but ``#error``."""
    inside = [piece for piece in file.pieces if branch.begin <= piece[1] < branch.end]
    return all(
        name in ("error", "warning") or not (name or file.text[start:end].strip()) for name, start, end in inside
    )


_LINKAGE = re.compile(r'\s*(?:extern\s*(?:"C(?:\+\+)?"\s*\{?)?|[{}])*\s*')
_DEFINES = re.compile(r"\s*\w+(?=\s|$)")


def only_linkage(file: SourceFile, branch: Branch) -> bool:
    """Tell whether a branch holds nothing but linkage specifications of C++, or macros that stand for these."""
    for name, start, end in file.pieces:
        if not branch.begin <= start < branch.end:
            continue
        text = file.text[start:end]
        if name == "define":
            match = _DEFINES.match(text)
            text = text[match.end() :] if match else text
        elif name:
            return False
        if not _LINKAGE.fullmatch(text):
            return False
    return True
