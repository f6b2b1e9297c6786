"""The release of the library that an application says it needs, read from its own build files and packages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from abidiff.location import Location
from abidiff.requires.build_files import Names, reader
from abidiff.requires.model import Version, parsed

MOST_BYTES = 4 << 20


class Declared(NamedTuple):
    """A version that stands somewhere, and what it is a promise about.

    ``rank``  0: what the application checks at run time, 1: what its build asks for, 2: what its packages do,
    3: the release of the bindings, which is only about as old as that of the library.
    """

    rank: int
    version: Version
    location: Location


def is_declaration(path: str) -> bool:
    """Tell whether a file of that name may say which release is needed."""
    return reader(path) is not None


def declared(files: Mapping[str, bytes], library: str) -> tuple[Declared, ...]:
    """Return what an application declares, the most binding first; of equals the oldest release."""
    found: list[Declared] = []
    names = Names(library)
    for path, data in files.items():
        read = reader(path)
        if read is None or len(data) > MOST_BYTES or names.bytes not in data.lower():
            continue
        text = data.decode("utf-8", "replace")
        for rank, number, offset in read(text, names):
            line = text.count("\n", 0, offset) + 1
            column = offset - text.rfind("\n", 0, offset)
            if version := parsed(number):
                found.append(Declared(rank, version, Location(path, line, column)))
    return tuple(sorted(found))
