"""Which packages two suites of Debian have, from their lists (``Packages``, as in an archive or as apt keeps them)."""

from __future__ import annotations

import fnmatch
import gzip
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from abidiff.errors import ParseError, SourceError
from abidiff.location import Location
from abidiff.survey.pairs import MAX_PAIRS, Pair

MAX_BYTES = 1 << 30
MAX_LINE = 1 << 20
_FIELDS = ("Package", "Version", "Filename")
_HINT = "two lists of packages have fields such as Package: and Filename:, with an empty line between packages"


class Listed(NamedTuple):
    """A package of a suite: its version and where its file is."""

    version: str
    path: Path


def is_list(path: Path) -> bool:
    """Tell whether a file has the name of a list of packages."""
    return path.is_file() and path.name.removesuffix(".gz").removesuffix(".xz").endswith("Packages")


def of_lists(old: Path, new: Path, only: str) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Return the pairs of packages that two suites list under a name that fits a glob, and what is not compared.

    Left out, and counted in what is returned beside the pairs: names that one suite has, versions that are the same,
    and files that are not there.  Raises ParseError with the place, SourceError for a list that can't be read.
    """
    before, after = read(old, only), read(new, only)
    both = sorted(before.keys() & after.keys())
    changed = [name for name in both if before[name].version != after[name].version]
    there = [name for name in changed if before[name].path.is_file() and after[name].path.is_file()]
    if len(there) > MAX_PAIRS:
        raise SourceError(f"{old}: more than {MAX_PAIRS} pairs")
    counts = (
        (len(before.keys() - after.keys()), f"packages only in {old}"),
        (len(after.keys() - before.keys()), f"packages only in {new}"),
        (len(both) - len(changed), "packages have the same version in both"),
        (len(changed) - len(there), "packages whose files are not there"),
    )
    pairs = tuple(Pair(name, str(before[name].path), str(after[name].path)) for name in there)
    return pairs, tuple(f"not compared: {count} {what}" for count, what in counts if count)


def read(path: Path, only: str) -> dict[str, Listed]:
    """Return the packages of a list by name; of a name that stands twice the last counts."""
    root = _root(path)
    found: dict[str, Listed] = {}
    for number, fields in _paragraphs(path):
        missing = [name for name in _FIELDS if not fields.get(name)]
        place = Location(str(path), number, 1)
        if missing:
            raise ParseError(f"a package without {missing[0]}", place, hint=_HINT)
        name, file = fields["Package"], fields["Filename"]
        if not fnmatch.fnmatchcase(name, only):
            continue
        if file.startswith("/") or ".." in file.split("/") or "\0" in file:
            raise ParseError(f"{file!r} leads out of the archive", place)
        found[name] = Listed(fields["Version"], _place(path, root / file, fields["Version"]))
    return found


def _place(path: Path, inside: Path, version: str) -> Path:
    """Return where the file of a package is: in the archive, else beside the list; apt adds the epoch to its name."""
    epoch = version.partition(":")[0] if ":" in version else ""
    beside = path.parent / inside.name
    with_epoch = path.parent / inside.name.replace("_", f"_{epoch}%3a", 1)
    return next((found for found in (inside, beside, with_epoch) if found.is_file()), inside)


def _root(path: Path) -> Path:
    """Return the top of the archive that a list is of: the folder that holds ``dists``, else that of the list."""
    for folder in path.absolute().parents:
        if folder.name == "dists":
            return folder.parent
    return path.parent


def _paragraphs(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the fields of each package that count here, with the number of its first line."""
    fields: dict[str, str] = {}
    first = 0
    for number, line in _lines(path):
        if not line.strip():
            if fields:
                yield first, fields
            fields, first = {}, 0
            continue
        first = first or number
        name, colon, value = line.partition(":")
        if line[:1] in " \t":
            continue
        if not colon:
            raise ParseError(
                "a field and a colon are expected", Location(str(path), number, 1), line_text=line, hint=_HINT
            )
        if name in _FIELDS or not fields:  # the first one too, so that a package without these is one
            fields[name] = value.strip()
    if fields:
        yield first, fields


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a list, packed or not, within bounds; a list that is cut off or no UTF-8 is refused."""
    try:
        with _opened(path) as file:
            size = 0
            for number in range(1, MAX_BYTES):
                line = file.readline(MAX_LINE + 1)
                size += len(line)
                if not line:
                    return
                if len(line) > MAX_LINE or size > MAX_BYTES:
                    raise SourceError(f"{path}:{number}: too large for a list of packages")
                yield number, line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 ({error.reason}): no list of packages") from None
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile, OSError) as error:
        raise SourceError(f"{path}: can't be read: {error}") from None


def _opened(path: Path) -> BinaryIO:
    """Open a list; its first bytes tell how it is packed."""
    with path.open("rb") as file:
        magic = file.read(6)
    if magic[:2] == b"\x1f\x8b":
        return cast("BinaryIO", gzip.open(path))
    if magic == b"\xfd7zXZ\0":
        return cast("BinaryIO", lzma.open(path))
    return path.open("rb")
