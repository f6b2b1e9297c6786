"""Streams of chunks out of compressed input with the standard library, bounded at every step."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from abidiff.errors import SourceError
from abidiff.sources.kinds import MAGIC

BLOCK = 1 << 16
CHUNK = 1 << 20
MEMORY = 512 << 20
BITE = 1 << 10


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._tail = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._inner.decompress(self._tail + data, max_length)
        self._tail = self._inner.unconsumed_tail
        return out


def _lzma() -> Any:
    return lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=MEMORY)


MAKERS: dict[str, Callable[[], Any]] = {
    "xz": _lzma,
    "lzma": _lzma,
    "gz": _Gzip,
    "bz2": bz2.BZ2Decompressor,
}


def chunks(stream: BinaryIO, compression: str, what: str) -> Iterator[bytes]:
    """Yield what a stream unpacks to, in pieces of at most ``CHUNK`` bytes."""
    try:
        if not compression:
            yield from iter(lambda: stream.read(CHUNK), b"")
        elif compression == "zst":
            yield from _zstd(stream)
        else:
            yield from _streams(stream, compression)
    except (EOFError, zlib.error, lzma.LZMAError, OSError, ValueError) as error:
        raise SourceError(
            f"{what}: can't be read: {str(error) or 'damaged'}",
            hint="the archive is damaged or cut off; fetch it again",
        ) from None


def _streams(stream: BinaryIO, compression: str) -> Iterator[bytes]:
    """Unpack one compressed stream after the other, as the command-line tools do."""
    pending = stream.read(BLOCK)
    magic = next(magic for magic, name in MAGIC if name == compression)
    while pending:
        one = MAKERS[compression]()
        while not one.eof:
            if one.needs_input and not pending:
                pending = stream.read(BLOCK)
                if not pending:
                    raise EOFError("truncated input")
            data = one.decompress(pending, CHUNK)
            pending = b""
            if data:
                yield data
        pending = one.unused_data or stream.read(BLOCK)
        pending = pending.lstrip(b"\0")
        if pending and len(pending) < len(magic):
            pending += stream.read(BLOCK)
        if pending and not pending.startswith(magic):
            raise EOFError("something stands behind the end of the compressed data")


def _zstd(stream: BinaryIO) -> Iterator[bytes]:
    """Unpack zstd frames; fed in small bites, since a bite of 1 KiB can become 32 MiB and no more."""
    import zstandard

    maker = zstandard.ZstdDecompressor(max_window_size=MEMORY)
    frame = None
    try:
        while block := stream.read(BLOCK):
            for at in range(0, len(block), BITE):
                pending = block[at : at + BITE]
                while pending:
                    frame = frame or maker.decompressobj()
                    data = frame.decompress(pending)
                    pending = frame.unused_data if frame.eof else b""
                    frame = None if frame.eof else frame
                    yield from (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    except zstandard.ZstdError as error:
        raise EOFError(str(error)) from None
    if frame is not None:
        raise EOFError("truncated input")
