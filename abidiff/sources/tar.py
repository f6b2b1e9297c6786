"""Tar archives with the standard library: ustar, pax and GNU names, streaming.

POSIX.1-2017 "pax", section "ustar Interchange Format" and "pax Extended Header".  Unlike
``tarfile`` it makes no object of a member that nobody wants, which is nearly all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from zlib import adler32

from abidiff.errors import AbidiffError, LimitError, SourceError
from abidiff.sources.collect import Collector, Kind
from abidiff.sources.request import printable

BLOCK = 512
MAX_EXTENDED = 1 << 20
KINDS = {
    0x00: Kind.FILE,
    0x30: Kind.FILE,
    0x31: Kind.HARDLINK,
    0x32: Kind.SYMLINK,
    0x33: Kind.OTHER,
    0x34: Kind.OTHER,
    0x35: Kind.FOLDER,
    0x36: Kind.OTHER,
    0x37: Kind.FILE,
    0x44: Kind.OTHER,
    0x4D: Kind.OTHER,
    0x4E: Kind.OTHER,
    0x53: Kind.OTHER,
    0x56: Kind.OTHER,
}
EXTENDED = frozenset(b"xgXLK")
PLAIN = frozenset(b"\x000")
ZERO = bytes(BLOCK)


class Bytes:
    """Bytes from chunks: take some, skip some."""

    def __init__(self, chunks: Iterator[bytes], collector: Collector) -> None:
        self.chunks, self.collector = chunks, collector
        self.buffer = b""
        self.at = 0
        self.total = 0

    def fill(self, size: int) -> bool:
        """Make sure that so many bytes are at hand; False at the end of the input."""
        parts = [self.buffer[self.at :]]
        have = len(parts[0])
        while have < size:
            chunk = next(self.chunks, b"")
            if not chunk:
                break
            self.total += len(chunk)
            self.collector.progress_bytes(self.total)
            parts.append(chunk)
            have += len(chunk)
        self.buffer, self.at = b"".join(parts), 0
        return have >= size

    def take(self, size: int) -> bytes:
        """Return so many bytes."""
        if len(self.buffer) - self.at < size and not self.fill(size):
            raise self.cut()
        data = self.buffer[self.at : self.at + size]
        self.at += size
        return data

    def skip(self, size: int) -> None:
        """Pass over so many bytes without keeping them."""
        have = len(self.buffer) - self.at
        while size > have:
            size -= have
            self.buffer, self.at = b"", 0
            if not self.fill(1):
                raise self.cut()
            have = len(self.buffer)
        self.at += size

    def drain(self) -> None:
        """Read to the end, for the checksums that stand there."""
        for chunk in self.chunks:
            self.total += len(chunk)
            self.collector.progress_bytes(self.total)

    def cut(self) -> AbidiffError:
        """Return the error for input that ends in the middle of a member."""
        return SourceError(
            f"{self.collector.what}: can't be read: the archive ends in the middle of a member",
            hint="the archive is damaged or cut off; fetch it again",
        )


class Tar:
    """One pass over a tar archive."""

    def __init__(self, chunks: Iterator[bytes], collector: Collector) -> None:
        self.input = Bytes(chunks, collector)
        self.collector = collector
        self.common: dict[str, str] = {}
        self.own: dict[str, str] = {}

    def run(self) -> None:
        """Give all members to the collector."""
        source, passes = self.input, self.passes
        while True:
            at = source.at
            if len(source.buffer) - at < BLOCK:
                if not source.fill(BLOCK):
                    if source.buffer:
                        raise source.cut()
                    return
                at = 0
            header = source.buffer[at : at + BLOCK]
            source.at = at + BLOCK
            if header[0] == 0 and header == ZERO:
                source.drain()
                return
            self.verify(header)
            size = number(header, 124, 136)
            flag = header[156]
            if flag in EXTENDED:
                self.extended(flag, size)
                continue
            if flag in PLAIN and not self.own and not self.common and size >= 0 and passes(raw_name(header)):
                source.skip(-(-size // BLOCK) * BLOCK)
            else:
                self.member(header, size, flag)
                self.own = {}

    def passes(self, raw: bytes) -> bool:
        """Tell whether nobody wants a plain file of that name."""
        return self.collector.closed(raw) or self.collector.ignores(raw)

    def member(self, header: bytes, size: int, flag: int) -> None:
        """Look at a member closely."""
        name = raw_name(header).decode("utf-8", "surrogateescape")
        if self.own or self.common:
            name, size = self.amend(name, size)
        if size < 0:
            raise self.damaged(name)
        kind = KINDS.get(flag, Kind.FILE)
        if kind is Kind.FILE and name[-1:] == "/":
            kind = Kind.FOLDER
        stored = size if kind in (Kind.FILE, Kind.OTHER) and flag not in b"346" else 0
        name, kind, link = self.describe(name, kind, header)
        raw = name.encode("utf-8", "surrogateescape")
        if self.collector.closed(raw) or (kind is Kind.FILE and self.collector.ignores(raw)):
            path = None
        else:
            path = self.collector.member(name, kind, link)
        if path is None or kind is not Kind.FILE:
            self.input.skip(-(-stored // BLOCK) * BLOCK)
        else:
            self.keep(path, size, header)

    def describe(self, name: str, kind: Kind, header: bytes) -> tuple[str, Kind, str]:
        """Return what the collector wants to know of a member."""
        if kind is Kind.FILE and any(key.startswith("GNU.sparse.") for key in self.own):
            return self.own.get("GNU.sparse.name", name), Kind.OTHER, ""
        if kind is Kind.SYMLINK or kind is Kind.HARDLINK:
            return name, kind, self.own.get("linkpath") or field(header, 157, 257)
        return name, kind, ""

    def amend(self, name: str, size: int) -> tuple[str, int]:
        """Apply the extended headers that stand before a member."""
        values = {**self.common, **self.own}
        if "size" in values:
            if not values["size"].isdecimal() or len(values["size"]) > 20:
                raise self.damaged(name)
            size = int(values["size"])
        return values.get("path", name), size

    def keep(self, path: str, size: int, header: bytes) -> None:
        """Read a wanted member."""
        self.collector.check_size(path, size)
        data = self.input.take(size)
        self.input.skip(-size % BLOCK)
        self.collector.keep(path, data, self.mtime(header))

    def mtime(self, header: bytes) -> float:
        """Return the time stamp of a member."""
        stated = self.own.get("mtime") or self.common.get("mtime")
        try:
            return float(stated) if stated else number(header, 136, 148)
        except ValueError:
            return 0.0

    def verify(self, header: bytes) -> None:
        """Check the header's sum: Adler-32 gives the sum of the bytes (modulo 65521) at C's speed."""
        try:
            stated = int(header[148:156].strip(b"\0 ") or b"-1", 8)
        except ValueError:
            stated = -1
        total = (adler32(header) & 0xFFFF) - 1 - sum(header[148:156]) + 8 * 32
        if stated < 0 or (total - stated) % 65521:
            raise SourceError(
                f"{self.collector.what}: can't be read: damaged tar header after {self.collector.members} members",
                hint="the archive is damaged; fetch it again",
            )

    def extended(self, flag: int, size: int) -> None:
        """Read a pax or GNU header that tells more of the member behind it."""
        if not 0 <= size <= MAX_EXTENDED:
            raise LimitError(f"{self.collector.what}: an extended header of {size} bytes")
        data = self.input.take(size)
        self.input.skip(-size % BLOCK)
        if flag in b"LK":
            text = data.rstrip(b"\0").decode("utf-8", "surrogateescape")
            self.own["path" if flag == 0x4C else "linkpath"] = text
        else:
            (self.common if flag == 0x67 else self.own).update(self.records(data))

    def records(self, data: bytes) -> dict[str, str]:
        """Return the records ``length key=value`` of a pax header."""
        out: dict[str, str] = {}
        at = 0
        while at < len(data):
            space = data.find(b" ", at, at + 12)
            digits = data[at:space] if space > 0 else b""
            end = at + int(digits) if digits.isdigit() else 0
            key, equals, value = data[space + 1 : end - 1].partition(b"=")
            if end <= space or end > len(data) or data[end - 1 : end] != b"\n" or not equals:
                raise self.damaged("pax header")
            out[key.decode("utf-8", "surrogateescape")] = value.decode("utf-8", "surrogateescape")
            at = end
        return out

    def damaged(self, name: str) -> AbidiffError:
        """Return the error for a header that can't be true."""
        return SourceError(
            f"{self.collector.what}: can't be read: {printable(name)}: damaged tar header",
            hint="the archive is damaged; fetch it again",
        )


def raw_name(header: bytes) -> bytes:
    """Return the name of a member as it stands in its header."""
    name = header[:100].partition(b"\0")[0]
    if header[345] and header[257:263] == b"ustar\0":
        return header[345:500].partition(b"\0")[0] + b"/" + name
    return name


def field(header: bytes, start: int, end: int) -> str:
    """Return a text field, up to its first NUL."""
    data = header[start:end]
    cut = data.find(0)
    return (data if cut < 0 else data[:cut]).decode("utf-8", "surrogateescape")


def number(header: bytes, start: int, end: int) -> int:
    """Return a numeric field: octal digits, or GNU's base 256; -1 when it is neither."""
    data = header[start:end]
    if data[0] & 0x80:
        value = int.from_bytes(data, "big", signed=False) & ((1 << (8 * len(data) - 1)) - 1)
        return value if not data[0] & 0x40 else -1
    try:
        return int(data.strip(b"\0 ") or b"0", 8)
    except ValueError:
        return -1


def looks_like(head: bytes) -> bool:
    """Tell whether bytes begin a tar archive: the header's own sum is right."""
    if len(head) < BLOCK or not head[0]:
        return False
    try:
        stated = int(head[148:156].strip(b"\0 "), 8)
    except ValueError:
        return False
    return sum(head[:148]) + 256 + sum(head[156:BLOCK]) == stated
