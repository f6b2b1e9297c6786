"""Tokens of RELAX NG's compact syntax (ISO 19757-2, annex C): escapes, comments, literals, names."""

from __future__ import annotations

import re
from typing import NamedTuple

from abidiff.errors import ParseError
from abidiff.limits import now, raising
from abidiff.location import Location

"""A file with more tokens is refused."""

KEYWORDS = frozenset(
    (
        "attribute",
        "default",
        "datatypes",
        "div",
        "element",
        "empty",
        "external",
        "grammar",
        "include",
        "inherit",
        "list",
        "mixed",
        "namespace",
        "notAllowed",
        "parent",
        "start",
        "string",
        "text",
        "token",
    )
)

_ESCAPE = re.compile(r"\\x+\{([0-9A-Fa-f]{1,8})\}")
_NAME = r"[^\W\d](?:[\w.\-·])*"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\n]+|\#[^\n]*)
    |(?P<literal>\"\"\"(?P<l3>(?:(?!\"\"\").)*)\"\"\"|'''(?P<s3>(?:(?!''').)*)'''|"(?P<l1>[^"\n]*)"|'(?P<s1>[^'\n]*)')
    |(?P<nsname>{_NAME}:\*)
    |(?P<cname>{_NAME}:{_NAME})
    |(?P<name>\\?{_NAME})
    |(?P<mark>\|=|&=|>>|[=(){{}}\[\],&|?*+~\-])""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A token: kind (``name``, ``keyword``, ``cname``, ``nsname``, ``literal``, ``end`` or the mark), text, place."""

    kind: str
    text: str
    line: int
    column: int


def text_of(data: bytes) -> str:
    """Decode a file (UTF-8, or UTF-16 with its mark) and normalise its line ends; raises UnicodeDecodeError."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def tokens(path: str, text: str) -> list[Token]:
    """Cut a text; raises ParseError."""
    text, lines = _unescaped(path, text)
    out: list[Token] = []
    at, line, start, bound = 0, 1, 0, now().schema_tokens
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            shown = text[start:].partition("\n")[0]
            place = Location(path, line, at - start + 1)
            hint = "a literal ends on its line, or has three quotes" if text[at] in "\"'" else ""
            raise ParseError(f"unexpected character {text[at]!r}", place, line_text=shown, hint=hint)
        kind, word = str(found.lastgroup), found[0]
        if kind in ("l1", "l3", "s1", "s3"):
            kind = "literal"
        if kind != "space":
            out.append(_token(kind, word, found, line, at - start + 1))
            if len(out) > bound:
                message = f"more than {bound:,} tokens (limit schema-tokens)"
                raise ParseError(message, Location(path, line, at - start + 1), hint=raising("schema-tokens"))
        at = found.end()
        if "\n" in word:
            line += word.count("\n")
            start = found.start() + word.rindex("\n") + 1
    out.append(Token("end", "the end", line, 1))
    return [one._replace(text=one.text.translate(lines)) for one in out] if lines else out


def _token(kind: str, word: str, found: re.Match[str], line: int, column: int) -> Token:
    if kind == "literal":
        word = next(part for part in (found["l3"], found["s3"], found["l1"], found["s1"]) if part is not None)
    elif kind == "name":
        kind = "keyword" if word in KEYWORDS else "name"
        word = word.removeprefix("\\")
    elif kind == "mark":
        kind = word
    return Token(kind, word, line, column)


# an escaped line end or quote is a character of a literal, and no line end or quote of the text
_HIDDEN = {"\n": "\ue000", '"': "\ue001", "'": "\ue002", "#": "\ue003", "\\": "\ue004"}


def _unescaped(path: str, text: str) -> tuple[str, dict[int, str]]:
    """Replace escapes (C.2.2); also say which characters stand for escaped ones."""
    if "\\x" not in text:
        return text, {}

    def plain(found: re.Match[str]) -> str:
        code = int(found[1], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise ParseError(f"{found[0]} is no character", Location(path, text.count("\n", 0, found.start()) + 1))
        return _HIDDEN.get(chr(code), chr(code))

    return _ESCAPE.sub(plain, text), {ord(hidden): char for char, hidden in _HIDDEN.items()}
