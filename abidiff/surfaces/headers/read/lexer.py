"""Text of a header → comments, directives and preprocessing tokens (ISO C11 §5.1.1.2, phases 2 and 3).

Comments become blanks and line splices move to the end of their logical line, so
that offsets in the cleaned text are offsets in the file, and lines and columns
need no bookkeeping.

A token is a plain tuple ``(kind, text, place, space, hidden)`` (there are very many of
them): ``kind`` one of ``i`` identifier, ``n`` number, ``s`` string, ``c`` character,
``p`` punctuator, ``o`` other; ``place`` the file's base plus the offset; ``space`` whether
white space stands before it; ``hidden`` the macros that may not be expanded in it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, count, islice
from operator import add
from typing import Any

from abidiff.location import Location

Token = tuple[str, str, int, bool, Any]

PLACE_BITS = 32
OFFSET_MASK = (1 << PLACE_BITS) - 1

_CLEAN = re.compile(
    r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|/\*.*",
    re.DOTALL,
)
# Where a digit separator stands (C23 6.4.4.1) numbers are taken whole, so that it begins no character.
_SEPARATOR = re.compile(r"[0-9a-fA-F]'[0-9a-fA-F]")
_CLEAN_NUMBERS = re.compile(r"(?<![\w$])\.?[0-9](?:[eEpP][+-]|'(?=\w)|[\w.])*|" + _CLEAN.pattern, re.DOTALL)
_UNUSUAL = re.compile(r"<:|:>|<%|%>|%:|\\[uU][0-9a-fA-F]")
_PAIRS = {("<", ":"): "[", (":", ">"): "]", ("<", "%"): "{", ("%", ">"): "}", ("%", ":"): "#"}
_UNIVERSAL = re.compile(r"u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}")
_LITERAL = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_SURROGATE = re.compile("[\udc80-\udcff]")
_DIRECTIVE = re.compile(r"#[ \t\f\v]*([A-Za-z_0-9]*)([^\n]*)")
_DIGRAPH = re.compile(r"(?:#|%:)[ \t\f\v]*([A-Za-z_0-9]*)([^\n]*)")
MERGE = re.compile(r"^(?:[<>|]{7}(?:[ \n]|\Z)|@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@|diff --git )", re.MULTILINE)
"""What a merge leaves that was not resolved, and what stands in the text of a patch."""
_SPLICE = re.compile(r"\\[ \t]*(?:\n|\Z)")
TOKEN = re.compile(
    r"[ \t\n\f\v]*(?:"
    r"((?:L|u8|u|U)?\"(?:[^\"\\\n]|\\.)*\")"
    r"|((?:L|u8|u|U)?'(?:[^'\\\n]|\\.)*')"
    r"|([^\W\d][\w$]*|\$[\w$]*)"
    r"|(\.?[0-9](?:[eEpP][+-]|'(?=\w)|[\w.])*)"
    r"|(\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\#\#|[][(){}.&*+~!/%<>^|?:;=,#-])"
    r"|([^ \t\n\f\v]))"
)
_KINDS = ("", "s", "c", "i", "n", "p", "o")
_NAMES = re.compile(r"[\w$]+")


class SourceFile:
    """A header, cleaned and cut at its directives.

    ``pieces`` are (name, start, end): the directive's name with the span of its rest, or
    an empty name for the text between two directives.  ``comments`` are (start, end) spans.
    """

    __slots__ = (
        "_cache",
        "_guard",
        "_starts",
        "_unusual",
        "_words",
        "base",
        "comments",
        "merges",
        "original",
        "over",
        "path",
        "pieces",
        "system",
        "text",
        "too_large",
        "undecodable",
        "unterminated",
    )

    def __init__(self, path: str, text: str, index: int, *, system: bool = False) -> None:
        self.path = path
        self.original = text
        self.base = index << PLACE_BITS
        self.system = system
        self.comments: list[tuple[int, int]] = []
        self.unterminated = -1
        self.undecodable = -1
        self.too_large = 0
        self.over = -1
        self.text = self._clean(text)
        self._unusual = _UNUSUAL.search(self.text) is not None
        self.pieces = self._cut()
        marked = "<<<<<<<" in text or ">>>>>>>" in text or "|||||||" in text or "@@ -" in text
        self.merges = [found.start() for found in MERGE.finditer(self.text)] if marked else []
        self._cache: dict[int, list[Token]] = {}
        self._guard: tuple[str, int] | None = None
        self._words: frozenset[str] | None = None
        self._starts: list[int] = []

    def _clean(self, text: str) -> str:
        if "\r" in text:
            text = text.replace("\r\n", " \n").replace("\r", "\n")
        if "\\\n" in text or "\\ " in text:
            text = _join_splices(text)
        if "\0" in text:
            text = text.replace("\0", " ")
        comments = self.comments

        def blank(match: re.Match[str]) -> str:
            found = match.group()
            if found[0] != "/":
                return found
            start, end = match.span()
            if found[1] == "*" and not found.endswith("*/", 2):
                self.unterminated = start
                return found
            comments.append((start, end))
            return " " * (end - start)

        pattern = _CLEAN_NUMBERS if "'" in text and _SEPARATOR.search(text) else _CLEAN
        cleaned = pattern.sub(blank, text)
        if self.unterminated >= 0:
            cleaned = cleaned[: self.unterminated]
        if not cleaned.isascii():
            bare = _LITERAL.sub(lambda m: " " * len(m.group()), cleaned)
            bad = _SURROGATE.search(bare)
            if bad is not None:
                self.undecodable = bad.start()
        return cleaned

    def _cut(self) -> list[tuple[str, int, int]]:
        pieces = []
        last = 0
        text = self.text
        for match in (_DIGRAPH if "%:" in text else _DIRECTIVE).finditer(text):
            hash_ = match.start()
            start = text.rfind("\n", 0, hash_) + 1
            if hash_ > start and text[start:hash_].strip(" \t\f\v"):
                continue
            if start > last:
                pieces.append(("", last, start))
            pieces.append((match.group(1) or "null", match.start(2), match.end()))
            last = match.end()
        if last < len(text):
            pieces.append(("", last, len(text)))
        return pieces

    def tokens(self, start: int, end: int) -> list[Token]:
        """Return the tokens of a span (kept: headers are included again and again)."""
        found = self._cache.get(start)
        if found is None:
            found = tokenize(self.text, start, end, self.base)
            if self._unusual:
                found = _respelled(found)
            self._cache[start] = found
        return found

    @property
    def flawed(self) -> bool:
        """Whether something of it could not be read."""
        return bool(self.too_large) or max(self.over, self.unterminated, self.undecodable) >= 0

    def words(self) -> frozenset[str]:
        """Return all identifiers in the text, and what looks like one."""
        if self._words is None:
            found = frozenset(_NAMES.findall(self.text))
            if self._unusual:
                found |= {token[1] for name, start, end in self.pieces for token in self.tokens(start, end)}
            self._words = found
        return self._words

    def guard(self) -> tuple[str, int]:
        """Return the macro without which nothing of the file counts, and where its ``#endif`` stands; an empty name
        for a file that has none."""
        if self._guard is None:
            self._guard = self._guarded()
        return self._guard

    def _guarded(self) -> tuple[str, int]:
        directives = [piece for piece in self.pieces if piece[0]]
        if not directives or directives[0][0] not in ("if", "ifndef") or directives[-1][0] != "endif" or self.merges:
            return "", 0
        first, last = directives[0], directives[-1]
        depth = 0
        for piece in directives:
            name = piece[0]
            if name in ("if", "ifdef", "ifndef"):
                depth += 1
            elif name == "endif":
                depth -= 1
            closed = depth < 1 and piece is not last
            if closed or (depth == 1 and name in ("else", "elif", "elifdef", "elifndef")):
                return "", 0
        outside = (self.text[: first[1]].rpartition("\n")[0], self.text[last[2] :])
        words = [token[1] for token in self.tokens(first[1], first[2])]
        guard = words[0] if first[0] == "ifndef" and len(words) == 1 else ""
        if first[0] == "if" and words[:2] == ["!", "defined"]:
            named = words[2:] if len(words) == 3 else words[3:-1] if words[2:3] == ["("] and len(words) == 5 else []
            guard = named[0] if named and words[-1] in (named[0], ")") else ""
        return (guard, last[1]) if depth == 0 and guard and not "".join(outside).strip() else ("", 0)

    def line_of(self, offset: int) -> int:
        """Return the line (from 1) of an offset."""
        if not self._starts:
            lengths = map(len, self.original.split("\n"))
            self._starts = [0, *map(add, accumulate(lengths), count(1))][:-1]
        return bisect_right(self._starts, offset)

    def location(self, offset: int) -> Location:
        """Return path, line and column of an offset."""
        line = self.line_of(offset)
        return Location(self.path, line, offset - self._starts[line - 1] + 1)

    def line_text(self, offset: int) -> str:
        """Return the source line that holds an offset (at most 4,000 characters of it)."""
        start = self._starts[self.line_of(offset) - 1]
        end = self.original.find("\n", start)
        return self.original[start : min(end if end >= 0 else len(self.original), start + 4000)]


def _join_splices(text: str) -> str:
    """Join lines that end in a backslash (§5.1.1.2, phase 2), keeping the length of the text."""
    out: list[str] = []
    lost = at = 0
    for match in _SPLICE.finditer(text):
        if lost:
            end = text.find("\n", at)
            if 0 <= end < match.start():
                out += (text[at:end], " " * lost)
                lost, at = 0, end
        out.append(text[at : match.start()])
        lost += match.end() - match.start()
        at = match.end()
        if text[at - 1] != "\n":
            return "".join(out)  # the file ends in the splice
    if lost:
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        out += (text[at:end], " " * lost)
        at = end
    out.append(text[at:])
    return "".join(out)


def tokenize(text: str, start: int, end: int, base: int) -> list[Token]:
    """Cut a span into preprocessing tokens (§6.4)."""
    end = start + len(text[start:end].rstrip(" \t\n\f\v"))
    return [
        (_KINDS[which], match[which], base + (at := match.start(which)), at > match.start(), None)
        for match in TOKEN.finditer(text, start, end)
        if (which := match.lastindex)
    ]


_WORDS = re.compile(  # close to the tokens, and linear whatever the text
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"?|\w+|[^\w\s]", re.DOTALL
)


def beyond(text: str, most: int) -> int:
    """Return where the first token after ``most`` of them stands, -1 when there are no more."""
    if len(text) <= most:
        return -1
    match = next(islice(_WORDS.finditer(text), most, None), None)
    return match.start() if match else -1


def _respelled(tokens: list[Token]) -> list[Token]:
    """Return tokens with digraphs (§6.4.6) and universal character names in identifiers (§6.4.3) as what they are."""
    out: list[Token] = []
    joined = False  # the last token may go on: it is an identifier that a universal character name ends
    for token in tokens:
        before = out[-1] if out and not token[3] else None
        if before is None:
            joined = False
        elif before[0] == "p" and token[0] == "p" and (before[1], token[1]) in _PAIRS:
            text = _PAIRS[before[1], token[1]]
            out[-1] = ("p", text, before[2], before[3], None)
            if text == "#" and len(out) > 1 and out[-2][1] == "#" and not before[3] and out[-2][2] + 2 == before[2]:
                out[-2:] = [("p", "##", out[-2][2], out[-2][3], None)]
            continue
        elif before[1] == "\\" and token[0] == "i" and (match := _UNIVERSAL.match(token[1])):
            text = chr(min(int(match.group()[1:], 16), 0x10FFFF)) + token[1][match.end() :]
            out[-1] = ("i", text, before[2], before[3], None)
            token, joined = out.pop(), True
            if not token[3] and out and out[-1][0] == "i":
                last = out.pop()
                token = ("i", last[1] + text, last[2], last[3], None)
        elif joined and token[0] == "i":
            last = out.pop()
            token = ("i", last[1] + token[1], last[2], last[3], None)
        else:
            joined = False
        out.append(token)
    return out


def spell(tokens: list[Token]) -> str:
    """Return tokens as text, separated by one blank where white space stood."""
    parts: list[str] = []
    for token in tokens:
        if token[3] and parts:
            parts.append(" ")
        parts.append(token[1])
    return "".join(parts)


def presentable(text: str) -> str:
    """Return text that can be encoded: bytes that are not UTF-8 become ``\\xNN``."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text
