"""Debian's `symbols` files (deb-symbols(5), deb-src-symbols(5)) read: each library with its symbols.

Tags: ``optional`` names are no promise; ``arch``, ``arch-bits`` and ``arch-endian`` are taken as given for the machine;
``symver``, ``regex`` and ``c++`` stand for names that are not known, and so do the old wildcards (``*@NODE``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from abidiff.errors import ParseError
from abidiff.location import Location
from abidiff.surfaces.exports.model import Exported, SharedLibrary

_HEAD = re.compile(r"(\S+)\s+(\S.*)\Z")
_TAGS = re.compile(r"\(([^()\n]{0,2000}(?:\([^()\n]*\)[^()\n]{0,2000})*)\)")
_NAME = re.compile(r'(?:"([^"\n]*)"|\'([^\'\n]*)\'|(\S+))(?:\s+(\S.*))?\Z')
_GONE = re.compile(r"#(?:DEPRECATED|MISSING): ([^#\n]{1,200})#\s*(\S.*)")
_PATTERNS = frozenset(("symver", "regex", "c++"))


class Line(NamedTuple):
    """A line of a `symbols` file: (tags, symbol with version, minimal version and the rest, its place).

    ``missing``  the version of the package since which it is gone (`#MISSING: 2.0#`); empty for one that is there.
    """

    tags: tuple[str, ...]
    symbol: str
    version: str
    place: Location
    missing: str = ""

    def __str__(self) -> str:
        quote = self.symbol if not any(c.isspace() for c in self.symbol) else f'"{self.symbol}"'
        tags = f"({'|'.join(self.tags)})" if self.tags else ""
        return f"{f'#MISSING: {self.missing}#' if self.missing else ''} {tags}{quote} {self.version}"

    @property
    def blurred(self) -> bool:
        """Whether it is a pattern that is not evaluated: a regular expression, or a name of C++ as it is written."""
        return bool({"regex", "c++"}.intersection(tag.partition("=")[0] for tag in self.tags))

    def stands_for(self, symbol: str) -> bool:
        """Tell whether it is a pattern over a version node that takes `name@node`."""
        if self.blurred or not self.pattern:
            return False
        return symbol.rpartition("@")[2] == self.symbol.rpartition("@")[2]

    @property
    def pattern(self) -> bool:
        """Whether it stands for names that it does not spell."""
        return bool(_PATTERNS.intersection(tag.partition("=")[0] for tag in self.tags)) or self.symbol.startswith("*@")

    @property
    def optional(self) -> bool:
        """Whether the symbol may go."""
        return self.symbol.startswith("*@") or any(tag.partition("=")[0] == "optional" for tag in self.tags)


class Section(NamedTuple):
    """A library of a `symbols` file: its dependency template and further lines as they stand, and its symbols."""

    soname: str
    dependency: str
    fields: tuple[str, ...]
    lines: tuple[Line, ...]
    place: Location


def sections(path: str, text: str) -> tuple[Section, ...]:
    """Return the libraries of a file; raises :class:`ParseError` with the place."""
    found: list[tuple[str, str, list[str], list[Line], Location]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if (gone := _GONE.match(line)) and found:
            found[-1][3].append(_line(gone[2], Location(path, number, 1))._replace(missing=gone[1].strip()))
            continue
        if not line.strip() or (line.startswith("#") and not line.startswith("#include")):
            continue
        place = Location(path, number, 1)
        if line.startswith("#include"):
            raise ParseError(
                "`#include` is not followed", place, line_text=line, hint="give the file that dpkg-gensymbols wrote"
            )
        if line[0] not in " \t|*":
            head = _HEAD.match(line)
            if head is None:
                raise ParseError("a SONAME and a dependency are expected", place, line_text=line)
            found.append((head[1], head[2], [], [], place))
        elif not found:
            raise ParseError(
                "a symbol before any SONAME", place, line_text=line, hint="the first line is `SONAME package #MINVER#`"
            )
        elif line[0] in "|*":
            found[-1][2].append(line)
        else:
            found[-1][3].append(_line(line, place))
    if not found:
        raise ParseError("no library in it", Location(path))
    return tuple(Section(soname, rest, tuple(fields), tuple(lines), at) for soname, rest, fields, lines, at in found)


def _line(line: str, place: Location) -> Line:
    body = line.strip()
    tags: tuple[str, ...] = ()
    if body.startswith("("):
        given = _TAGS.match(body)
        if given is None:
            raise ParseError("a tag without an end", place, line_text=line)
        tags, body = tuple(given[1].split("|")), body[given.end() :]
    name = _NAME.match(body)
    if name is None or not name[4]:
        raise ParseError("a symbol and the version since which it is there are expected", place, line_text=line)
    return Line(tags, name[1] or name[2] or name[3], name[4], place)


def read(unit: str, path: str, text: str) -> list[SharedLibrary]:
    """Return the libraries that a file describes, without what is optional."""
    return [_library(unit, path, section) for section in sections(path, text)]


def _library(unit: str, path: str, section: Section) -> SharedLibrary:
    symbols: list[Exported] = []
    patterns: list[str] = []
    for line in section.lines:
        if line.optional or line.missing:
            continue
        if line.pattern:
            patterns.append(f"({'|'.join(line.tags)}){line.symbol}")
            continue
        name, _, version = line.symbol.rpartition("@") if "@" in line.symbol else (line.symbol, "", "Base")
        node = "" if version == "Base" else version
        kind = "NOTYPE"
        symbols.append(Exported(name, node, True, "GLOBAL", kind, 0, None, line.place))
    nodes = {symbol.version for symbol in symbols} - {""}
    own = tuple(symbol for symbol in symbols if symbol.name not in nodes)
    return SharedLibrary(
        unit, path, section.soname, "", tuple(sorted(nodes)), own, whole=False, patterns=tuple(patterns)
    )
