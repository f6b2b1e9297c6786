"""Brackets and attributes in the tokens of a declaration, and where the feed stands in it."""

from __future__ import annotations

import msgspec

from abidiff.surfaces.headers.build.errors import Unreadable
from abidiff.surfaces.headers.build.words import ALIGN, ATTRIBUTE
from abidiff.surfaces.headers.read.attributes import Attributes
from abidiff.surfaces.headers.read.lexer import Token

SPECIFIERS, DECLARATOR, NAMED = 0, 1, 2


class Specifier(msgspec.Struct):
    """A struct, union or enum specifier: tokens of its keyword, tag (or brace), and body (-1: none).

    ``fixed``: the tokens of the type that ``enum : type`` names, from and to (C23 §6.7.3.3).
    """

    start: int
    place: int
    body: int
    attributes: Attributes
    first: int
    fixed: tuple[int, int] = (0, 0)


class Level(msgspec.Struct):
    """Where the feed stands in a list of declarations (the file's, or a struct's members)."""

    first: int
    shape: Specifier | None = None
    phase: int = SPECIFIERS
    typed: bool = False
    name: int = -1
    depth: int = 0
    name_depth: int = 0
    end: int = -1
    specifiers: Attributes | None = None
    own: Attributes | None = None


class Groups(msgspec.Struct):
    """Steps over what stands in brackets.  ``close``: token number of a bracket → of its partner."""

    tokens: list[Token]
    close: dict[int, int]

    def _group(self, at: int) -> int:
        """Return the number of the token behind a bracketed group."""
        end = self.close.get(at)
        if end is None:
            text = self.tokens[at][1]
            message = f"{text!r} is not closed" if text in ("(", "[", "{") else f"expected '(' before {text!r}"
            raise Unreadable(message, self.tokens[at][2])
        return end + 1

    def _behind(self, at: int) -> int:
        """Return the number of the token behind a token, or behind its group."""
        return self._group(at) if self.tokens[at][1] in ("(", "[", "{") else at + 1

    def attribute(self, at: int, into: Attributes) -> int:
        """``__attribute__((...))``, ``__declspec(...)`` or ``[[...]]``; return the token behind it."""
        tokens = self.tokens
        if tokens[at][1] == "[":
            after = self._group(at)
            start, end = at + 2, after - 2
        else:
            after = self._group(at + 1)
            start, end = at + 2, after - 1
            if tokens[at][1] != "__declspec" and self.close.get(start) == end - 1:
                start, end = start + 1, end - 1
        while start < end:
            kind, text, _, _, _ = tokens[start]
            start += 1
            if kind != "i" or tokens[start][1] in ("::", ":"):
                continue  # a vendor's prefix (C23 §6.7.13.2): the attribute's name follows
            arguments: list[Token] = []
            if tokens[start][1] == "(" and start in self.close:
                arguments = tokens[start + 1 : self.close[start]]
                start = self.close[start] + 1
            into.add(text, arguments)
        return after

    def _attributes(self, at: int, into: Attributes, *, aligning: bool = False) -> int:
        tokens = self.tokens
        while True:
            text = tokens[at][1]
            if text in ATTRIBUTE or (aligning and text == "[" and tokens[at + 1][1] == "["):
                at = self.attribute(at, into)
            elif aligning and text in ALIGN:
                after = self._group(at + 1)
                into.aligned.append(tokens[at + 2 : after - 1])
                at = after
            else:
                return at
