"""Constant expressions of C, and constants that protocols take from the release's headers.

ISO C section 6.6; the scanner reads ``#define NAME value`` and enumerators, nothing else, and
only for the names that are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from abidiff.files import asked_of
from abidiff.limits import now

_TOKEN = re.compile(
    r"\s*(?:(0[xX][0-9A-Fa-f]+|\d+)[uUlL]*|([A-Za-z_]\w*)|('[^'\\]')|(<<|>>|&&|\|\||==|!=|<=|>=|[-+*/%&|^~!()<>]))"
)
_BINARY: dict[str, tuple[int, Callable[[int, int], int]]] = {
    "||": (1, lambda a, b: int(bool(a or b))),
    "&&": (2, lambda a, b: int(bool(a and b))),
    "|": (3, lambda a, b: a | b),
    "^": (4, lambda a, b: a ^ b),
    "&": (5, lambda a, b: a & b),
    "==": (6, lambda a, b: int(a == b)),
    "!=": (6, lambda a, b: int(a != b)),
    "<": (7, lambda a, b: int(a < b)),
    ">": (7, lambda a, b: int(a > b)),
    "<=": (7, lambda a, b: int(a <= b)),
    ">=": (7, lambda a, b: int(a >= b)),
    "<<": (8, lambda a, b: a << b if 0 <= b < 64 else _fail()),
    ">>": (8, lambda a, b: a >> b if 0 <= b < 64 else _fail()),
    "+": (9, lambda a, b: a + b),
    "-": (9, lambda a, b: a - b),
    "*": (10, lambda a, b: a * b),
    "/": (10, lambda a, b: _quotient(a, b)),
    "%": (10, lambda a, b: a - b * _quotient(a, b)),
}


class _NotConstantError(Exception):
    """The text is no constant expression of integers."""


def _fail() -> int:
    raise _NotConstantError


def _quotient(a: int, b: int) -> int:
    """Divide as C does, towards zero."""
    if b == 0:
        raise _NotConstantError
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def number(text: str) -> int:
    """Return the value of a decimal, hexadecimal or octal constant (RFC 4506 section 6.2)."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    if digits[:2] in ("0x", "0X"):
        return sign * int(digits, 16)
    if len(digits) > 1 and digits[0] == "0":
        return sign * int(digits, 8)
    return sign * int(digits)


def evaluate(text: str, lookup: Callable[[str], int | None]) -> int | None:
    """Return the value of a constant expression, or None when it is not one.

    ``lookup`` gives the value of a name; None makes the whole expression unknown.
    """
    if len(text) > now().protocol_expression:
        return None
    tokens: list[str] = []
    position = 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            return None
        tokens.append(next(group for group in match.groups() if group))
        position = match.end()
    try:
        value, end = _expression(tokens, 0, 0, lookup, 0)
    except (_NotConstantError, ValueError, IndexError):
        return None
    return value if end == len(tokens) else None


def _expression(
    tokens: list[str], at: int, least: int, lookup: Callable[[str], int | None], depth: int
) -> tuple[int, int]:
    """Precedence climbing over the binary operators."""
    value, at = _operand(tokens, at, lookup, depth)
    while at < len(tokens) and tokens[at] in _BINARY and _BINARY[tokens[at]][0] > least:
        level, apply = _BINARY[tokens[at]]
        right, at = _expression(tokens, at + 1, level, lookup, depth + 1)
        value = apply(value, right)
        if abs(value) >= 1 << 64:
            raise _NotConstantError
    return value, at


def _operand(tokens: list[str], at: int, lookup: Callable[[str], int | None], depth: int) -> tuple[int, int]:
    if depth > now().protocol_depth:
        raise _NotConstantError
    word = tokens[at]
    if word == "(":
        value, at = _expression(tokens, at + 1, 0, lookup, depth + 1)
        if tokens[at] != ")":
            raise _NotConstantError
        return value, at + 1
    if word in "-+~!":
        value, at = _operand(tokens, at + 1, lookup, depth + 1)
        return {"-": -value, "+": value, "~": ~value, "!": int(not value)}[word], at
    if word[0].isdigit():
        return number(word), at + 1
    if word[0] == "'":
        return ord(word[1]), at + 1
    found = lookup(word) if word[0].isalpha() or word[0] == "_" else None
    if found is None:
        raise _NotConstantError
    return found, at + 1


_COMMENT = re.compile(rb"/\*.*?\*/|//[^\n]*", re.DOTALL)


TYPE = "type "
CODER = "coder "


class CType(NamedTuple):
    """A type that a C header defines: the words of an integer type, or the enumerators; and where it stands."""

    words: str
    enumerators: tuple[tuple[str, int | None], ...]
    path: str
    line: int


class Told(NamedTuple):
    """A constant of a C header, and where it stands.

    ``others`` are what it is under other conditions and in other headers: values, and texts that are none.
    """

    value: int
    path: str
    line: int
    others: tuple[str, ...] = ()


_DEFINE = re.compile(r"^(?=[ \t]*#[ \t]*define[ \t]+(\w+)[ \t\n])", re.M)
_BODY = re.compile(r"[ \t]*#[ \t]*define[ \t]+\w+((?:[^\n\\]|\\\n|\\)*)")
_MEMBER = re.compile(r"[{,](?=(?:\s|#[^\n]*\n)*(\w+)(\s*)[=,}#])")


class Places(NamedTuple):
    """Where a header defines names: those of macros, and those that may be enumerators.

    ``defines``: name → where its lines start; ``members``: name → (the brace or comma before it, the end behind it).
    """

    defines: dict[str, list[int]]
    members: dict[str, list[tuple[int, int]]]

    @classmethod
    def of(cls, text: str) -> Places:
        """Return the places in a text without comments."""
        found = cls({}, {})
        for match in _DEFINE.finditer(text):
            found.defines.setdefault(match[1], []).append(match.start())
        for match in _MEMBER.finditer(text):
            before = found.members.setdefault(match[1], [])
            if not before or before[-1][1] <= match.start():  # else one of a directive's commas leads to the same
                before.append((match.start(), match.end(2)))
        return found


class HeaderConstants:
    """Values of ``#define`` constants and enumerators in a set of C headers, found on demand."""

    def __init__(self, files: Mapping[str, bytes], paths: Iterable[str]) -> None:
        paths = tuple(paths)
        self.asked: dict[str, object] = {}
        """What was asked for, in this order, and what was found: all that a model takes from headers."""
        self._types: dict[str, CType | None] = {}
        self._files = asked_of(files, paths, self.asked)
        self._paths = tuple(path for path in paths if path in self._files)
        self._clean: dict[str, str] = {}
        self._places: dict[str, Places] = {}
        self._known: dict[str, Told | None] = {}
        self._open: set[str] = set()

    def value(self, name: str) -> int | None:
        """Return the value of a name, or None when no header tells it."""
        found = self.find(name)
        return found.value if found else None

    def type(self, name: str) -> CType | None:
        """Return what a C type of that name is, when it is an integer or an enumeration."""
        if name not in self._types:
            self._types[name] = None  # a ring of typedefs comes to nothing
            self.asked[f"{TYPE}{name}"] = self._types[name] = self._find_type(name)
        return self._types[name]

    def coder(self, name: str) -> CType | None:
        """Return where C code declares the encoder of a type (``words``: ``xdr_NAME``), else a struct of that name."""
        question = f"{CODER}{name}"
        if question not in self.asked:
            self.asked[question] = self._find_coder(name)
        return self.asked[question]  # type: ignore[return-value]

    def _find_coder(self, name: str) -> CType | None:
        own = re.escape(name)
        declared = re.compile(rf"\bxdr_{own}\s*\(")
        struct = re.compile(rf"\b(?:struct|union)\s+{own}\s*\{{|\}}\s*{own}\s*;")
        needle = name.encode("utf-8", "surrogateescape")
        for pattern, words in ((declared, f"xdr_{name}"), (struct, "")):
            for path in self._paths:
                match = pattern.search(self._text(path)) if needle in self._files[path] else None
                if match is not None:
                    return CType(words, (), path, self._text(path).count("\n", 0, match.start()) + 1)
        return None

    def answer(self, question: str) -> object:
        """Return what stands in ``asked`` under a question."""
        if question.startswith(CODER):
            return self.coder(question.removeprefix(CODER))
        return self.type(question.removeprefix(TYPE)) if question.startswith(TYPE) else self.find(question)

    def _find_type(self, name: str) -> CType | None:
        needle = name.encode("utf-8", "surrogateescape")
        own = re.escape(name)
        word = re.compile(rf"^[ \t]*typedef\s+((?:\w+\s+)+){own}\s*;", re.M)
        tagged = re.compile(rf"\benum\s+{own}\s*\{{")
        typed = re.compile(rf"\btypedef\s+enum\b[^;{{}}]*\{{([^{{}}]*)\}}\s*{own}\s*;")
        for path in self._paths:
            if needle not in self._files[path]:
                continue
            text = self._text(path)
            body = typed.search(text)
            start = body.start(1) if body else -1
            if body is None and (tag := tagged.search(text)) is not None:
                start = tag.end()
            if start >= 0:
                line = text.count("\n", 0, start) + 1
                return CType("", self._enumerators(text, start), path, line)
            plain = word.search(text)
            if plain is not None:
                return self._typedef(plain[1].split(), path, text.count("\n", 0, plain.start()) + 1)
        return None

    def _typedef(self, words: list[str], path: str, line: int) -> CType | None:
        words = [w for w in words if w not in ("const", "volatile", "extern", "signed")] or ["int"]
        if words[0] == "enum":
            found = self.type(words[-1])
            return CType(found.words, found.enumerators, path, line) if found else None
        if words[0] in ("struct", "union"):
            return None
        return CType(" ".join(words), (), path, line)

    def _enumerators(self, text: str, start: int) -> tuple[tuple[str, int | None], ...]:
        end = text.find("}", start)
        body = re.sub(r"^[ \t]*#[^\n]*", "", text[start : end if end >= 0 else None], flags=re.M)
        found = []
        value: int | None = -1
        for part in body.split(","):
            label, equals, expression = part.partition("=")
            if not label.strip():
                continue
            value = evaluate(expression, self.value) if equals else value + 1 if value is not None else None
            found.append((label.split()[0], value))
        return tuple(found)

    def find(self, name: str) -> Told | None:
        """Return value, header and line of a constant."""
        if name not in self._known:
            if name in self._open or len(self._open) > now().protocol_depth:
                return None
            self._open.add(name)
            self._known[name] = self._search(name)
            self._open.discard(name)
        if not self._open:
            self.asked.setdefault(name, self._known[name])
        return self._known[name]

    def _search(self, name: str) -> Told | None:
        needle = name.encode("utf-8", "surrogateescape")
        first: Told | None = None
        others: dict[str, None] = {}
        for path in self._paths:
            if needle not in self._files[path]:
                continue
            for value, text, line in self._defined(path, name):
                if value is not None and first is None:
                    first = Told(value, path, line)
                others[text] = None
        if first is None:
            return None
        return first._replace(others=tuple(text for text in others if text not in ("", str(first.value))))

    def _defined(self, path: str, name: str) -> Iterator[tuple[int | None, str, int]]:
        """Yield each definition of a name in a header: its value, this or else its text, and its line."""
        text = self._text(path)
        places = self._places.get(path)
        if places is None:
            places = self._places[path] = Places.of(text)
        for start in places.defines.get(name, ()):
            body = _BODY.match(text, start)
            assert body is not None
            value = evaluate(body[1].replace("\\\n", " "), self.value)
            told = str(value) if value is not None else " ".join(body[1].split())
            yield value, told, text.count("\n", 0, start) + 1
        for start, end in places.members.get(name, ()):
            value = self._enumerator(text, start, name)
            if value is not None:
                yield value, str(value), text.count("\n", 0, end) + 1

    def _text(self, path: str) -> str:
        if path not in self._clean:
            clean = _COMMENT.sub(lambda m: b"\n" * m[0].count(b"\n") or b" ", self._files[path])
            self._clean[path] = clean.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        return self._clean[path]

    def _enumerator(self, text: str, position: int, name: str) -> int | None:
        """Count through the enumeration that a name stands in."""
        start = text.rfind("{", 0, position + 1)
        if start < 0 or not re.search(r"\benum\b[^;{}]*$", text[max(0, start - 200) : start]):
            return None
        end = text.find("}", start)
        body = re.sub(r"^[ \t]*#[^\n]*", "", text[start + 1 : end if end >= 0 else None], flags=re.M)
        value: int | None = -1
        for part in body.split(","):
            label, equals, expression = part.partition("=")
            if equals:
                value = evaluate(expression, self.value)
            elif value is not None:
                value += 1
            words = label.split()
            if words and words[0] == name:
                return value
        return None
