"""Headers of other projects, which those of a release include: read, and never compared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

from abidiff.errors import SourceError
from abidiff.files import OTHERS, POINTER, Files, Joined, digests
from abidiff.sources import open_release
from abidiff.sources.identify import identify
from abidiff.sources.request import printable

_HEADER = re.compile(r"\.(?:h|hh|hpp|inc|def)\Z")


class _Headers:
    """All that may be included, by its name.

    ``as_it_is``  a folder that holds nothing but one folder does not stand for that one: headers are in it by name.
    """

    as_it_is = True
    endings = (".h", ".hh", ".hpp", ".inc", ".def")

    def __call__(self, path: str) -> bool:
        return _HEADER.search(path) is not None

    def anchored(self, _folder: str) -> bool:
        return False


@lru_cache(maxsize=4)
def read(arguments: tuple[str, ...]) -> Files:
    """Return the headers of packages, archives or folders by their path below :data:`abidiff.files.OTHERS`.

    They are read once in the life of a process.
    """
    found: dict[str, bytes] = {}
    for number, argument in enumerate(arguments):
        name, files = headers_of(argument)
        found.update((f"{OTHERS}{number}-{name}/{path}", data) for path, data in files.items())
    return Files(found)


def headers_of(argument: str) -> tuple[str, Mapping[str, bytes]]:
    """Return the name and the headers, by their paths in it, of a package or folder; errors: SourceError."""
    release = open_release(argument, _Headers())
    if not release.files or release.single_file:
        raise SourceError(
            f"{printable(argument)}: no headers in it",
            hint="give a -dev package, an archive, or a folder such as one named include",
        )
    pointer = next((path for path, data in release.files.items() if data.startswith(POINTER)), "")
    if pointer:
        raise SourceError(
            f"{printable(argument)}: {printable(pointer)}: a pointer of Git LFS and not the file itself",
            hint="bring the files: git lfs pull",
        )
    return re.sub(r"[^\w.+-]", "_", release.label) or "headers", release.files


def joined(files: Mapping[str, bytes], arguments: tuple[str, ...]) -> Files:
    """Return the files of a release with the headers of others beside them."""
    return Joined(files if isinstance(files, Files) else Files(files), read(arguments))


@lru_cache(maxsize=4)
def identity(arguments: tuple[str, ...]) -> str | None:
    """Return what the arguments hold, without reading archives; None when only reading tells."""
    found = [identify(argument) for argument in arguments]
    return hashlib.sha256("\0".join(found).encode()).hexdigest() if all(found) else None


def digest(arguments: tuple[str, ...]) -> str:
    """Return a hash over all of the headers."""
    found = read(arguments) if arguments else Files({})
    return digests(found, found) if found else ""
