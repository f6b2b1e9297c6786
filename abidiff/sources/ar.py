"""The ``ar`` container of a Debian package: deb(5)."""

from __future__ import annotations

import io
import re
from typing import BinaryIO

from abidiff.errors import SourceError
from abidiff.sources.kinds import detect

MAGIC = b"!<arch>\n"
HEADER = 60
MAX_MEMBERS = 64
FETCH = "the package is damaged; fetch it again"
FIRST = b"debian-binary"
REPACK = "repack it as deb(5) says: debian-binary, control.tar, data.tar"
_VERSION = re.compile(rb"([0-9]{1,9})\.[0-9]{1,9}(?:\n|\Z)")
_DATA = re.compile(rb"data\.tar(?:\.(?:gz|xz|zst|bz2|lzma))?\Z")
_IGNORED = re.compile(rb"_|control\.tar(?:\.(?:gz|xz|zst))?\Z")
"""Names of members before `data.tar` that a reader may pass over; others it must not (deb(5))."""


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
    at, found, foreign = len(MAGIC), None, True
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
        name = header[:16].rstrip(b" /")
        if at == len(MAGIC):
            foreign = name != FIRST
            if not foreign:
                _version(stream.read(min(size, 32)), what)
        elif foreign and name.startswith(b"data.tar"):
            raise SourceError(f"{what}: data.tar is there, but debian-binary is not the first member", hint=REPACK)
        elif not foreign and found is None and not _DATA.match(name) and not _IGNORED.match(name):
            raise SourceError(
                f"{what}: the member {name.decode('latin-1')!r} at byte {at} may not be passed over (deb(5))",
                hint=REPACK,
            )
        if name.startswith(b"data.tar"):
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


def _version(text: bytes, what: str) -> None:
    """Raise where `debian-binary` does not say 2.N: a minor number may grow, a major one ends what is known."""
    version = _VERSION.match(text)
    if version is None or int(version[1]) != 2:
        line = text.partition(b"\n")[0].decode("latin-1")
        raise SourceError(
            f"{what}: its debian-binary says format version {line!r}; 2.0 is known", hint="give a package of format 2.0"
        )
