"""Assertions that a compiler checks (ISO C 6.7.10): where one stands, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

ASSERTED = re.compile(rb"\b(?:_Static_assert|static_assert|G_STATIC_ASSERT)\s*\(")
PART = re.compile(rb'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'|//[^\n]*|/\*.*?\*/|[(),;{}]', re.DOTALL)
COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.DOTALL)
LONGEST = 4000
"""Bytes of an assertion that is looked at."""


class Assertion(NamedTuple):
    """An assertion: its first byte, the expression, and all of it."""

    start: int
    asked: str
    text: str


def assertions(data: bytes) -> Iterator[Assertion]:
    """Yield the assertions of a file, those in comments and strings as well."""
    for match in ASSERTED.finditer(data) if b"ssert" in data else ():
        depth, end = 1, 0
        for part in PART.finditer(data, match.end(), match.end() + LONGEST):
            if part[0] in (b";", b"{", b"}"):
                break
            depth += (part[0] == b"(") - (part[0] == b")")
            if not end and ((depth == 1 and part[0] == b",") or depth == 0):
                end = part.start()
            if depth == 0:
                yield Assertion(match.start(), _text(data[match.end() : end]), _text(data[match.start() : part.end()]))
                break


def _text(data: bytes) -> str:
    return " ".join(COMMENT.sub(b" ", data).decode("utf-8", "replace").split())
