"""The text that `readelf -h -d --dyn-syms -W` prints of a library, as input."""

from __future__ import annotations

import re

from abidiff.errors import ParseError
from abidiff.limits import now
from abidiff.location import Location
from abidiff.surfaces.exports.model import Exported, SharedLibrary

_SONAME = re.compile(r"\(SONAME\)\s{1,40}Library soname: \[([^\]\n]{1,200})\]")
_ROW = re.compile(
    r"\s*\d+:\s+[0-9a-fA-F]+\s+(0x[0-9a-fA-F]+|\d+)\s+(\w+)\s+(GLOBAL|WEAK|UNIQUE|LOCAL)\s+(\w+)\s+"
    r"(?:\[[^\]\n]*\]\s+)?(\w+)(?:\s+([^\s@]+)(?:(@@?)(\S+))?)?(?:\s+\(\d+\))?\s*\Z"
)
_MACHINE = re.compile(r"^ {2}Machine:\s+(\S.{0,80}?)\s*$", re.M)
_NUMBERED = re.compile(r"\s*\d+:\s")


def read(unit: str, path: str, text: str) -> SharedLibrary:
    """Return the library that a text describes; raises :class:`ParseError` with the place."""
    soname = _SONAME.search(text)
    symbols: list[Exported] = []
    nodes: set[str] = set()
    versioned = False
    lines = text.splitlines()
    if len(lines) > now().map_symbols:
        raise ParseError(f"more than {now().map_symbols} lines (limit map-symbols)", Location(path))
    for number, line in enumerate(lines, 1):
        row = _ROW.match(line)
        if row is None:
            if _NUMBERED.match(line) and "GNU_" not in line:
                raise ParseError("not a row of `readelf --dyn-syms -W`", Location(path, number, 1), line_text=line)
            continue
        size, kind, binding, visibility, index, name, at, version = row.groups()
        versioned = versioned or bool(version)
        if not name or index == "UND" or binding == "LOCAL" or visibility not in ("DEFAULT", "PROTECTED"):
            continue
        if version:
            nodes.add(version)
        place = Location(path, number)
        protected = visibility == "PROTECTED"
        symbols.append(Exported(name, version or "", at != "@", binding, kind, int(size, 0), None, place, protected))
    if not symbols and soname is None:
        raise ParseError("no symbols in it", Location(path), hint="readelf -h -d --dyn-syms -W LIBRARY > FILE.readelf")
    own = tuple(symbol for symbol in symbols if symbol.name not in nodes)
    machine = _MACHINE.search(text)
    file = path.rpartition("/")[2].removesuffix(".readelf")
    return SharedLibrary(
        unit, path, soname[1] if soname else file, machine[1] if machine else "", tuple(sorted(nodes)), own,
        versioned=versioned,
    )  # fmt: skip
