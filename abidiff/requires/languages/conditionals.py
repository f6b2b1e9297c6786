"""The conditional groups of C files (ISO C 6.10.1), without preprocessing: which checks each line is behind."""

from __future__ import annotations

import re
from typing import NamedTuple

from abidiff.errors import ParseError
from abidiff.location import Location
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.encoding import CHECK, MACROS, decoded
from abidiff.requires.facts import (
    UNKNOWN,
    Condition,
    Facts,
    at_least,
    compared,
    conjunction,
    disjunction,
    has,
    negated,
)
from abidiff.requires.model import Guard

DIRECTIVE = re.compile(r"[ \t]*#[ \t]*(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)\b(.*)", re.DOTALL)
COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
TOKEN = re.compile(r"\s*(?:(\w+)|(&&|\|\||[<>=!]=|[<>!(),]))")
CLOSING = frozenset((")", ""))
DEPTH = 64
"""Levels of parentheses in one condition; deeper ones are not understood."""


class Region(NamedTuple):
    """Lines from ``start`` on that are behind ``guards``, up to the next region."""

    start: int
    guards: tuple[Guard, ...]


class _Open(NamedTuple):
    """A group that is open: what its branches so far said, and where it began."""

    before: Condition
    now: Guard | None
    line: int


def regions(path: str, text: str, catalogue: Catalogue) -> list[Region]:
    """Return the regions of a file.  Raises ParseError when its groups do not pair."""
    out = [Region(1, ())]
    stack: list[_Open] = []
    for line, word, rest in _directives(text):
        location = Location(path, line, 1)
        if word.startswith("if"):
            condition = _condition(word, rest, catalogue)
            stack.append(_Open(negated(condition), _guard(condition.yes, f"#{word} {rest}", location), line))
        elif not stack:
            raise ParseError(f"#{word} without #if", location, line_text=f"#{word} {rest}")
        elif word == "endif":
            stack.pop()
        else:
            top = stack.pop()
            condition = conjunction(top.before, _condition(word, rest, catalogue) if word != "else" else UNKNOWN)
            before = conjunction(top.before, negated(_condition(word, rest, catalogue)))
            shown = f"#{word} {rest}" if rest else f"#else of line {top.line}"
            stack.append(_Open(before, _guard(condition.yes, shown, location), top.line))
        out.append(Region(line, tuple(each.now for each in stack if each.now is not None)))
    if stack:
        raise ParseError("#if without #endif", Location(path, stack[-1].line, 1), hint="the file ends inside of it")
    return out


def _directives(text: str) -> list[tuple[int, str, str]]:
    """Return (line, directive, the rest of it) of the conditional directives of a file."""
    if "#" not in text:
        return []
    bare = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text) if "/*" in text or "//" in text else text
    out = []
    lines = bare.split("\n")
    n = 0
    while n < len(lines):
        line, start = lines[n].rstrip("\r"), n
        if "#" in line:
            while line.endswith("\\") and n + 1 < len(lines):
                n += 1
                line = line[:-1] + lines[n].rstrip("\r")
            found = DIRECTIVE.match(line)
            if found:
                out.append((start + 1, found[1], " ".join(found[2].split())))
        n += 1
    return out


def _guard(facts: Facts, text: str, location: Location) -> Guard | None:
    if not facts:
        return None
    return Guard(text[:120], location, facts.low, facts.high, tuple(sorted(facts.names)))


def _condition(word: str, rest: str, catalogue: Catalogue) -> Condition:
    name = rest.split()[0] if rest.split() else ""
    if word in ("ifdef", "elifdef"):
        return _defined(name, catalogue)
    if word in ("ifndef", "elifndef"):
        return negated(_defined(name, catalogue))
    tokens = [found[1] or found[2] for found in TOKEN.finditer(rest)]
    return _Reader(tokens, catalogue).disjunction(0)


def _defined(name: str, catalogue: Catalogue) -> Condition:
    """Return what ``defined NAME`` says: the name is there; ``HAVE_NAME`` as configure scripts write it says so too."""
    if catalogue.get(name) is not None:
        return has(name)
    bare = name.removeprefix("HAVE_").removeprefix("DECL_").lower()
    if name.startswith("HAVE_") and (found := catalogue.folded.get(bare)):
        return has(found)
    return UNKNOWN


class _Reader:
    """Reads the condition of ``#if``; what is not understood says nothing."""

    def __init__(self, tokens: list[str], catalogue: Catalogue) -> None:
        self.tokens = tokens
        self.catalogue = catalogue
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
            return _defined(name, self.catalogue)
        if self.peek() == "(":
            return self.call(word)
        if self.peek() in ("<", ">", "<=", ">=", "==", "!="):
            return _comparison(word, self.take(), self.take())
        return UNKNOWN

    def call(self, word: str) -> Condition:
        self.take()
        given = []
        while self.peek() not in CLOSING:
            given.append(self.take())
        self.take()
        numbers = [_number(token) for token in given if token.isalnum()]
        if CHECK.search(word) and self.catalogue.get(word) and len(numbers) == 3 and None not in numbers:
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
