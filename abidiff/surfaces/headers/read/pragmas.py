"""``#pragma pack``: which packing is in force where."""

from __future__ import annotations

import re
from bisect import bisect_right

import msgspec

from abidiff.surfaces.headers.read.expression import unescape
from abidiff.surfaces.headers.read.lexer import Token

_PACK = re.compile(r"pack\s*\(\s*([^)]*)\)")


class PackState(msgspec.Struct):
    """Token number → value of ``#pragma pack`` from there on (0: natural alignment)."""

    starts: list[int] = msgspec.field(default_factory=list)
    values: list[int] = msgspec.field(default_factory=list)

    def at(self, token: int) -> int:
        """Return the packing in force at a token."""
        found = bisect_right(self.starts, token) - 1
        return self.values[found] if found >= 0 else 0

    @classmethod
    def take(cls, tokens: list[Token]) -> tuple[list[Token], PackState]:
        """Take the pragmas out of the tokens."""
        state = cls()
        if "P" not in {t[0] for t in tokens} and "_Pragma" not in {t[1] for t in tokens}:
            return tokens, state
        out: list[Token] = []
        stack: list[tuple[str, int]] = []
        current = 0
        at = 0
        while at < len(tokens):
            kind, text, _, _, _ = tokens[at]
            if kind == "P":
                at += 1
            elif text == "_Pragma" and at + 3 < len(tokens) and tokens[at + 2][0] == "s":
                text = unescape(tokens[at + 2][1][1:-1])
                at += 4
            else:
                out.append(tokens[at])
                at += 1
                continue
            match = _PACK.match(text)
            if match is not None:
                current = _apply(match.group(1), current, stack)
                state.starts.append(len(out))
                state.values.append(current)
        return out, state


_WARNS = re.compile(r"\s*(?:(?:GCC|clang)\s+(?:warning|diagnostic)|message)\b")


def unwarned(tokens: list[Token]) -> tuple[list[Token], str | None]:
    """Take ``_Pragma`` operators out that only make the compiler talk; return the text of one about deprecation."""
    if not any(token[1] == "_Pragma" for token in tokens):
        return tokens, None
    out: list[Token] = []
    told = None
    at = 0
    while at < len(tokens):
        if tokens[at][1] == "_Pragma" and [t[0] for t in tokens[at + 1 : at + 4]] == ["p", "s", "p"]:
            text = unescape(tokens[at + 2][1].partition('"')[2][:-1])
            if _WARNS.match(text):
                told = text.partition('"')[2].rpartition('"')[0] if "deprecat" in text.lower() else told
                at += 4
                continue
        out.append(tokens[at])
        at += 1
    return out, told


def _apply(arguments: str, current: int, stack: list[tuple[str, int]]) -> int:
    """Carry out one ``pack(...)`` as gcc does; return the new value."""
    words = [word.strip() for word in arguments.split(",")]
    if words == [""]:
        return 0
    numbers = [int(word) for word in words if word.isdigit()]
    names = [word for word in words[1:] if not word.isdigit()]
    if words[0] == "push":
        stack.append((names[0] if names else "", current))
        return numbers[0] if numbers else current
    if words[0] == "pop":
        while stack:
            name, value = stack.pop()
            if not names or name == names[0]:
                return value
        return 0
    return numbers[0] if numbers else current
