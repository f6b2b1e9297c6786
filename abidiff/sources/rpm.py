"""The container of an RPM package: its payload, and the digests that it has to agree with (versions 3 and 4).

A lead of 96 bytes, a signature header, a header, and the payload up to the end of the file.  A header is an index of
entries (tag, type, offset, count) and a store of their values.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from abidiff.errors import SourceError
from abidiff.sources.ar import Slice
from abidiff.sources.decompress import chunks
from abidiff.sources.kinds import detect

LEAD = 96
MAGIC = b"\x8e\xad\xe8\x01"
MOST = 64 << 20
"""The most bytes of one header that are read."""

STRING, BINARY, STRINGS = 6, 7, 8
SIZES = {3: 2, 4: 4, 5: 8}
"""The integer types and their bytes."""

SHA1_HEADER, SHA256_HEADER, LONG_SIZE, SIZE, MD5 = 269, 273, 270, 1000, 1004
PAYLOAD_DIGEST, PAYLOAD_ALGORITHM, UNPACKED_DIGEST = 5092, 5093, 5097
ALGORITHMS = {1: "md5", 2: "sha1", 8: "sha256", 9: "sha384", 10: "sha512", 11: "sha224"}
"""OpenPGP's numbers of digests, RFC 4880 section 9.4."""


class Package:
    """An open package: its payload is read once, and held against what it states at the end."""

    def __init__(self, stream: BinaryIO, what: str) -> None:
        self.what = what
        self._end = stream.seek(0, os.SEEK_END)
        stream.seek(LEAD)
        signature, raw = self._header(stream)
        stream.read(-len(raw) % 8)
        start = stream.tell()
        self._tags, raw = self._header(stream)
        self._signature = signature
        self._check("header", signature.get(SHA1_HEADER), hashlib.sha1(raw, usedforsecurity=False))
        self._check("header", signature.get(SHA256_HEADER), hashlib.sha256(raw))
        size = signature.get(LONG_SIZE, signature.get(SIZE))
        if isinstance(size, int) and size != self._end - start:
            raise self._damaged(f"{self._end - start:,} bytes where it states {size:,}")
        self._whole = hashlib.md5(raw, usedforsecurity=False)
        algorithm = self._tags.get(PAYLOAD_ALGORITHM)
        name = ALGORITHMS.get(algorithm if isinstance(algorithm, int) else 8, "")
        self._packed = hashlib.new(name, usedforsecurity=False) if name else None
        self._unpacked = self._packed.copy() if self._packed is not None else None
        at = stream.tell()
        self._compression = detect(stream.read(8))
        self._payload = io.BufferedReader(_Told(stream, at, self._end - at, self._read), 1 << 16)

    def chunks(self) -> Iterator[bytes]:
        """Yield what the payload unpacks to.  Raises SourceError at its end when a digest is another."""
        for chunk in chunks(self._payload, self._compression, self.what):
            if self._unpacked is not None:
                self._unpacked.update(chunk)
            yield chunk
        self._check("package", self._signature.get(MD5), self._whole)
        self._check("payload", self._tags.get(PAYLOAD_DIGEST), self._packed)
        self._check("payload", self._tags.get(UNPACKED_DIGEST), self._unpacked)

    def _read(self, data: bytes) -> None:
        self._whole.update(data)
        if self._packed is not None:
            self._packed.update(data)

    def _check(self, part: str, stated: Any, found: Any) -> None:
        value = stated[0] if isinstance(stated, list) and stated else stated
        if found is not None and value and value not in (found.hexdigest().encode(), found.digest()):
            raise self._damaged(f"the {found.name} digest of its {part} is not the one that it states")

    def _header(self, stream: BinaryIO) -> tuple[dict[int, Any], bytes]:
        """Return what a header states, and its bytes."""
        intro = stream.read(16)
        count, size = int.from_bytes(intro[8:12]), int.from_bytes(intro[12:16])
        if len(intro) < 16 or not intro.startswith(MAGIC) or count * 16 + size > MOST:
            raise self._damaged("it has no header that can be read")
        rest = stream.read(count * 16 + size)
        if len(rest) < count * 16 + size:
            raise self._damaged("it is cut off")
        store, found = rest[count * 16 :], {}
        for at in range(0, count * 16, 16):
            tag, kind, offset, number = (int.from_bytes(rest[at + n : at + n + 4]) for n in (0, 4, 8, 12))
            if tag in _ASKED:
                found[tag] = _value(store, kind, offset, number)
        return found, intro + rest

    def _damaged(self, why: str) -> SourceError:
        return SourceError(f"{self.what}: can't be read: {why}", hint="the package is damaged; fetch it again")


_ASKED = frozenset(
    (SHA1_HEADER, SHA256_HEADER, LONG_SIZE, SIZE, MD5, PAYLOAD_DIGEST, PAYLOAD_ALGORITHM, UNPACKED_DIGEST)
)


def _value(store: bytes, kind: int, offset: int, count: int) -> Any:
    """Return an integer, a text, bytes, or a list of texts; something that equals no digest for other types."""
    if kind in SIZES:
        return int.from_bytes(store[offset : offset + SIZES[kind]])
    if kind == BINARY:
        return store[offset : offset + count]
    if kind == STRING:
        return store[offset:].partition(b"\0")[0]
    return store[offset:].split(b"\0", min(count, 16))[: min(count, 16)] if kind == STRINGS else b""


class _Told(Slice):
    """A stretch of a file whose bytes are told as they are read."""

    def __init__(self, stream: BinaryIO, start: int, size: int, tell: Callable[[bytes], None]) -> None:
        super().__init__(stream, start, size)
        self._tell = tell

    def readinto(self, buffer: object) -> int:
        """Read into a buffer, not beyond the end of the stretch."""
        size = super().readinto(buffer)
        self._tell(memoryview(buffer).cast("B")[:size].tobytes())  # type: ignore[arg-type]
        return size
