"""The ``ar`` container of a Debian package: deb(5)."""

from __future__ import annotations

import io
from typing import BinaryIO

from abidiff.errors import SourceError
from abidiff.sources.kinds import detect

HEADER = 60
MAX_MEMBERS = 64
FETCH = "the package is damaged; fetch it again"


class Slice(io.RawIOBase):
    """A stretch of an open file as a file of its own."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self._stream, self._left = stream, size
        stream.seek(start)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """Read into a buffer, not beyond the end of the stretch."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self._stream.read(min(len(view), self._left))
        view[: len(data)] = data
        self._left -= len(data)
        return len(data)


def data_member(stream: BinaryIO, what: str) -> tuple[BinaryIO, str]:
    """Return the ``data.tar`` of a .deb and its compression (by content, not by name)."""
    at, found = 8, None
    end = stream.seek(0, io.SEEK_END)
    for _ in range(MAX_MEMBERS):
        stream.seek(at)
        header = stream.read(HEADER)
        if not header:
            break
        if len(header) < HEADER:
            raise SourceError(f"{what}: something stands behind the end of the package", hint=FETCH)
        digits = header[48:58].strip()
        if header[58:60] != b"`\n" or not digits.isdigit():
            raise SourceError(f"{what}: damaged ar header at byte {at}")
        size = int(digits)
        if at + HEADER + size > end:
            raise SourceError(f"{what}: cut off", hint=FETCH)
        if header[:16].rstrip(b" /").startswith(b"data.tar"):
            if found is not None:
                raise SourceError(f"{what}: data.tar is there twice", hint=FETCH)
            if size == 0:
                raise SourceError(f"{what}: its data.tar is empty", hint=FETCH)
            found = at + HEADER, size
        at += HEADER + size + size % 2
    else:
        if found is not None:
            raise SourceError(f"{what}: more than {MAX_MEMBERS} members, which no package has", hint=FETCH)
    if found is not None:
        stream.seek(found[0])
        head = stream.read(8)
        return io.BufferedReader(Slice(stream, *found)), detect(head)
    raise SourceError(
        f"{what}: an ar archive without data.tar: not a Debian package",
        hint="a static archive (.a) is not judged: give the shared library",
    )
