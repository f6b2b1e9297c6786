"""Bounds on what an input may cost: every input is taken for hostile."""

from __future__ import annotations

import time

import msgspec

from abidiff.errors import LimitError


class Limits(msgspec.Struct, frozen=True):
    """How much one release may cost to read.

    ``file_bytes``     largest single file that is kept.
    ``kept_bytes``     sum of all the files that are kept.
    ``kept_files``     number of files that are kept.
    ``members``        members of an archive, entries of a directory tree, paths of a git tree.
    ``unpacked_bytes`` sum of all members of an archive, wanted or not.
    ``ratio``          unpacked : packed, once more than ``ratio_from`` bytes are unpacked.
    ``seconds``        wall time for reading one release.
    ``depth``          links followed to reach one file, and depth of a directory tree.
    """

    file_bytes: int = 32 << 20
    kept_bytes: int = 512 << 20
    kept_files: int = 100_000
    members: int = 2_000_000
    unpacked_bytes: int = 16 << 30
    ratio: int = 400
    ratio_from: int = 256 << 20
    seconds: float = 300.0
    depth: int = 64


DEFAULT = Limits()


class Deadline:
    """Raises :class:`LimitError` once the time is over; cheap enough for every chunk."""

    __slots__ = ("_seconds", "_until", "_what")

    def __init__(self, seconds: float, what: str) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._what = what

    def check(self) -> None:
        """Raise when the time is over."""
        if time.monotonic() > self._until:
            raise LimitError(f"{self._what}: not read within {self._seconds:g} seconds")
