"""Which releases a survey compares: a table, or two folders of packages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from abidiff.errors import ParseError, SourceError
from abidiff.location import Location

_DEBIAN = re.compile(r"([a-z0-9][a-z0-9+.-]*)_[0-9].*\.u?deb\Z")
_OTHER = re.compile(r"([A-Za-z0-9][A-Za-z0-9+._-]*?)-v?[0-9].*\.(?:rpm|tar\.[a-z0-9]+|tgz|zip)\Z")
_MAX_TABLE = 16 << 20
MAX_PAIRS = 100_000


class Pair(msgspec.Struct, frozen=True, array_like=True):
    """Two releases under one name."""

    name: str
    old: str
    new: str


def of_table(path: Path) -> tuple[Pair, ...]:
    """Return the pairs of a table: `OLD NEW` or `NAME OLD NEW` a line, with tabs between; `#` begins a comment.

    Paths are those from the folder of the table.  Raises ParseError with the place.
    """
    if path.stat().st_size > _MAX_TABLE:
        raise SourceError(f"{path}: too large for a table of pairs")
    found: dict[str, Pair] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 at byte {error.start}: no table of pairs") from None
    for number, line in enumerate(lines, 1):
        fields = [field.strip() for field in line.split("\t")]
        if not line.strip() or line.startswith("#"):
            continue
        place = Location(str(path), number, 1)
        if len(fields) not in (2, 3) or not all(fields):
            raise ParseError("OLD and NEW, or NAME, OLD and NEW are expected, with tabs between", place, line_text=line)
        old, new = (_from(path.parent, field) for field in fields[-2:])
        name = fields[0] if len(fields) == 3 else package(fields[0]) or fields[0]
        if name in found:
            raise ParseError(f"{name!r} is the name of two pairs", place, line_text=line, hint="give NAME, OLD and NEW")
        found[name] = Pair(name, old, new)
        if len(found) > MAX_PAIRS:
            raise ParseError(f"more than {MAX_PAIRS} pairs", place)
    return tuple(found.values())


def _from(folder: Path, argument: str) -> str:
    """Return an argument as seen from here; `A+B` names several packages."""
    if (folder / argument).exists():
        return str(folder / argument)
    parts = argument.split("+")
    return "+".join(str(folder / part) if (folder / part).exists() else part for part in parts)


def package(path: str) -> str:
    """Return the name of a package file, without its version; empty for none."""
    name = path.rpartition("/")[2]
    found = _DEBIAN.match(name) or _OTHER.match(name)
    return found[1] if found else ""


def of_folders(old: Path, new: Path) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Return the pairs of packages that two folders have by the same name, and what only one of them has."""
    before, after = dict(_packages(old)), dict(_packages(new))
    pairs = tuple(Pair(name, before[name], after[name]) for name in sorted(before.keys() & after.keys()))
    alone = tuple(sorted(f"{name}: only in {old if name in before else new}" for name in before.keys() ^ after.keys()))
    return pairs, alone


def _packages(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        name = package(path.name)
        if name and path.is_file():
            yield name, str(path)
