"""Protocol files definition by definition: what was parsed before is not parsed again.

A definition ends with the ``;`` that stands outside of all braces (RFC 4506 section 6.3, RFC 5531
section 12.2), so a file can be cut without being parsed.  What a definition's text comes to depends on
that text alone; where it stands is added by ``Item.base``.  Comments are blank when the grammar sees the
text (scan.py), and what they say is read from the file each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec

from abidiff.grammar.run import UnacceptedError
from abidiff.grammar.tables import Token
from abidiff.surfaces.xdr.read.scan import Source, printable
from abidiff.surfaces.xdr.read.syntax import Declaration, EnumeratorNode, Item, UnionBody, grammar

_BLANK = re.compile(r"\s*")
_PLAIN = re.compile(r"[^;{}\"']*(?:\{[^{}\"']*\}[^;{}\"']*)?;")
_MARK = re.compile(r"[;{}]|\"[^\"\n]*\"|'[^'\n]'|[\"']")


class Known(msgspec.Struct):
    """The trees of definitions by the hash of their text; those with bodies inside of bodies are not kept."""

    const: dict[bytes, tuple[Token, Token]] = {}
    typedef: dict[bytes, tuple[Token, Declaration]] = {}
    enum: dict[bytes, tuple[Token, tuple[EnumeratorNode, ...]]] = {}
    struct: dict[bytes, tuple[Token, tuple[Declaration, ...]]] = {}
    union: dict[bytes, tuple[Token, UnionBody]] = {}


class KnownDefinitions(msgspec.Struct):
    """What is known, and what of it (or new) the files that are parsed now consist of."""

    known: Known = msgspec.field(default_factory=Known)
    used: Known = msgspec.field(default_factory=Known)
    fresh: int = 0
    _items: dict[bytes, tuple[str, Any]] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in Known.__struct_fields__:
            for key, parts in getattr(self.known, kind).items():
                self._items[key] = (kind, parts)

    def items(self, code: str, parse: Callable[[str], tuple[Item, ...]]) -> tuple[Item, ...] | None:
        """Return the definitions of a file, None when it cannot be cut into them.

        ``parse`` returns the definitions of a text; what it raises goes to the caller.
        """
        pieces = cut(code)
        if pieces is None:
            return None
        found = []
        for start, end in pieces:
            text = code[start:end]
            key = sha256(text.encode("utf-8", "surrogateescape")).digest()[:16]
            if key in self._items:
                kind, parts = self._items[key]
            else:
                items = parse(text)
                if len(items) != 1:
                    return None
                kind, parts = items[0].kind, (items[0].name, items[0].body)
                self._items[key] = (kind, parts)
                self.fresh += 1
            if kind != "program" and text.count("{") <= (kind != "typedef"):
                getattr(self.used, kind)[key] = parts
            found.append(Item(kind, parts[0], parts[1], start))
        return tuple(found)

    @property
    def is_stale(self) -> bool:
        """Whether so much is new that keeping it is worth its while."""
        return self.fresh * 8 > sum(len(getattr(self.used, kind)) for kind in Known.__struct_fields__)


def cut(code: str) -> list[tuple[int, int]] | None:
    """Return where each definition of a file starts and ends, None when something is left over."""
    found = []
    at = _end(_BLANK, code, 0)
    while at < len(code):
        end = _end(_PLAIN, code, at)
        if end < 0:
            end = _behind(code, at)
        if end < 0:
            return None
        found.append((at, end))
        at = _end(_BLANK, code, end)
    return found


def _end(pattern: re.Pattern[str], code: str, at: int) -> int:
    match = pattern.match(code, at)
    return match.end() if match else -1


def _behind(code: str, at: int) -> int:
    """Return the position behind the ``;`` outside of braces, -1 when there is none."""
    depth = 0
    for match in _MARK.finditer(code, at):
        mark = match[0]
        depth += (mark == "{") - (mark == "}")
        if depth < 0 or mark in "\"'":
            return -1
        if mark == ";" and not depth:
            return match.end()
    return -1


def parse_source(source: Source, memory: KnownDefinitions | None = None) -> tuple[Item, ...]:
    """Return the definitions of a scanned file; raises :class:`ParseError`, for a part in another file too.

    With a memory, only those are parsed that it does not know.
    """
    _whole(source)
    parser = grammar()
    try:
        known = memory.items(source.code, parser.attempt) if memory is not None else None
        return known if known is not None else parser.attempt(source.code)
    except UnacceptedError:
        from abidiff.surfaces.xdr.read.explain import parse_or_explain

        return parse_or_explain(parser, source)  # type: ignore[no-any-return]


def _whole(source: Source) -> None:
    """Refuse a definition of which a part is included: the file that is named holds no definitions of its own."""
    if not source.includes:
        return
    pieces = cut(source.code) or []  # what cannot be cut does not parse
    for name, at in source.includes:
        if any(start < at < end for start, end in pieces):
            raise source.error(
                f"a part of this definition is in {printable(name)}, which is not read",
                at,
                "put the definitions themselves into the file, as the preprocessor does (cpp -P)",
            )
