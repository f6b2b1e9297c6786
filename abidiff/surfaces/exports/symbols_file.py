"""Debian's `symbols` files (deb-symbols(5), deb-src-symbols(5)) read: each library with its symbols.

Tags: ``optional`` names are no promise; ``arch``, ``arch-bits`` and ``arch-endian`` are taken as given for the machine;
``symver``, ``regex`` and ``c++`` stand for names that are not spelled, and so do the old wildcards (``*@NODE``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from abidiff.errors import ParseError
from abidiff.location import Location
from abidiff.surfaces.exports.model import Exported, SharedLibrary

_HEAD = re.compile(r"(\S+)\s+(\S.*)\Z")
_TAGS = re.compile(r"\(([^)\n]+)\)")
_QUOTED = re.compile(r"""(["'])(.*?)\1""")
_WORD = re.compile(r"\S+")
_SINCE = re.compile(r"\s(\S+)(?:\s([0-9]+)\b)?")
_GONE = re.compile(r"#(?:DEPRECATED|MISSING): ([^#\n]{1,200})#\s*(\S.*)")
_FIELD = re.compile(r"\*\s*([^:]+):\s*(.*\S)")
_PATTERNS = frozenset(("symver", "regex", "c++"))
_WILDCARD = "*@"
_INCLUDE = re.compile(r"(?:\(.*\))?#include\b")


class Line(NamedTuple):
    """A line of a `symbols` file: (tags, symbol with version, since which version of the package, its place).

    ``dependency``  the number of the dependency template, as it stands; empty for the first one.
    ``missing``     the version of the package since which it is gone (`#MISSING: 2.0#`); empty for one that is there.
    ``quote``       what the symbol is put in; only behind tags it is more than a part of the name.
    """

    tags: tuple[str, ...]
    symbol: str
    version: str
    place: Location
    dependency: str = ""
    missing: str = ""
    quote: str = ""

    def __str__(self) -> str:
        tags = f"({'|'.join(self.tags)}){self.quote}" if self.tags else ""
        name = f"{tags}{self.symbol}{self.quote if tags else ''}"
        more = f" {self.dependency}" if self.dependency.strip("0") else ""
        return f"{f'#MISSING: {self.missing}#' if self.missing else ''} {name} {self.version}{more}"

    def tagged(self, *names: str) -> bool:
        """Tell whether it has one of these tags, with a value or without."""
        return any(tag.partition("=")[0] in names for tag in self.tags)

    @property
    def name(self) -> str:
        """What a pattern compares with: an old wildcard (`*@NODE`) stands for its node."""
        return self.symbol.removeprefix(_WILDCARD)

    @property
    def pattern(self) -> bool:
        """Whether it stands for names that it does not spell."""
        return self.tagged(*_PATTERNS)

    @property
    def optional(self) -> bool:
        """Whether the symbol may go."""
        return self.tagged("optional")


class Section(NamedTuple):
    """A library of a `symbols` file: its dependency template and further lines as they stand, and its symbols."""

    soname: str
    dependency: str
    fields: tuple[str, ...]
    lines: tuple[Line, ...]
    place: Location


def sections(path: str, text: str) -> tuple[Section, ...]:
    """Return the libraries of a file; raises :class:`ParseError` with the place."""
    found: dict[str, tuple[str, list[str], dict[str, str], list[Line], Location]] = {}
    soname = ""
    for number, line in enumerate(text.split("\n"), 1):
        place = Location(path, number, 1)
        if (gone := _GONE.match(line)) and found:
            found[soname][3].append(_line(gone[2], place)._replace(missing=gone[1].strip()))
            continue
        if not line.strip() or (line.startswith("#") and not line.startswith("#include")):
            continue
        if _INCLUDE.match(line):
            raise ParseError(
                "`#include` is not followed", place, line_text=line, hint="give the file that dpkg-gensymbols wrote"
            )
        if line[0] not in " \t|*":
            head = _HEAD.match(line)
            if head is None:
                raise ParseError("a SONAME and a dependency are expected", place, line_text=line)
            soname = head[1]
            _, _, fields, lines, at = found.get(soname, ("", [], {}, [], place))
            found[soname] = (head[2].rstrip("\r"), [], fields, lines, at)
        elif not found:
            raise ParseError(
                "a symbol before any SONAME", place, line_text=line, hint="the first line is `SONAME package #MINVER#`"
            )
        elif line[0] == "|":
            found[soname][1].append(f"| {line[1:].strip()}")
        elif line[0] == "*":
            name, value = _field(line, place)
            found[soname][2][name] = value
        else:
            found[soname][3].append(_line(line, place))
    if not found:
        raise ParseError("no library in it", Location(path))
    return tuple(
        Section(name, rest, (*more, *(f"* {field}: {fields[field]}" for field in sorted(fields))), tuple(lines), at)
        for name, (rest, more, fields, lines, at) in found.items()
    )


def _field(line: str, place: Location) -> tuple[str, str]:
    field = _FIELD.match(line)
    if field is None:
        raise ParseError("a field `* Name: value` is expected", place, line_text=line)
    return "-".join(part.capitalize() for part in field[1].split("-")), field[2]


def _line(line: str, place: Location) -> Line:
    """Return a symbol (`(tag|tag=value)"name@NODE" SINCE [DEPENDENCY]`); an old wildcard gets the tags it means."""
    body, tags = line.strip(), list[str]()
    if body.startswith("(") and not body.startswith("()"):
        given = _TAGS.match(body)
        if given is None:
            raise ParseError("a tag without an end", place, line_text=line)
        tags, body = given[1].split("|"), body[given.end() :]
    quoted = _QUOTED.match(body) if tags else None
    name = quoted or _WORD.match(body)
    since = _SINCE.match(body, name.end()) if name is not None else None
    if name is None or since is None:
        raise ParseError(
            "a symbol and, after one space, the version since which it is there are expected", place, line_text=line
        )
    quote, symbol = (quoted[1], quoted[2]) if quoted else ("", name[0])
    found = Line(tuple(tags), symbol, since[1], place, since[2] or "", "", quote)
    if symbol.startswith(_WILDCARD):
        meant = tuple(tag for tag in ("symver", "optional") if not found.tagged(tag))
        found = found._replace(tags=(*tags, *meant), symbol=symbol if tags else symbol.removeprefix(_WILDCARD))
    if found.tagged("symver") and found.name == "Base":
        raise ParseError("the tag `symver` stands for a version node, and `Base` is none", place, line_text=line)
    return found


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
