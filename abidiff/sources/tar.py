"""Tar archives with the standard library: ustar, pax and GNU names, streaming.

POSIX.1-2017 "pax", section "ustar Interchange Format" and "pax Extended Header".  Unlike
``tarfile`` it makes no object of a member that nobody wants, which is nearly all of them.
Programs that unpack guess in different ways what a damaged header means; here nothing is guessed: what the
formats do not allow, or leave open, is refused.
"""

from __future__ import annotations

import re
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
    0x53: Kind.OTHER,
}
STORED = frozenset(b"\x0007S")
"""Flags of members with bytes behind them."""
MAGIC = (b"ustar\x0000", b"ustar  \0", bytes(8))
NUMBER = re.compile(rb"[ ]*([0-7]*)[ \0]*")
MOST = 1 << 40
MOST_ALIKE = 64
USUAL = re.compile(
    rb"(?s).{100}(?:[0-7]{7}[ \0]){3}([0-7]{11})[ \0][0-7]{11}[ \0]([0-7]{6})(?:\0 | \0)"
    rb".{101}(?:ustar\x0000|ustar  \0|\0{8})"
)
NAMELESS = (b"", b"/")
COMMAS = re.compile(r"\d{1,12}(?:,\d{1,12}){0,9999}")
HARMLESS = frozenset(("comment", "mtime", "atime", "ctime", "uname", "gname", "uid", "gid"))
"""What a global header may tell."""
TIMES = frozenset(("mtime", "atime", "ctime", "LIBARCHIVE.creationtime"))
TIME = re.compile(rb"-?\d{1,12}(?:\.\d{0,20})?")
STAMPS = re.compile(
    rb"(\d\d) mtime=(T)\n((\d\d) atime=T\n)?((\d\d) ctime=T\n)?".replace(b"T", rb"\d{1,12}(?:\.\d{1,20})?")
)
LONG = re.compile(rb"([1-9]\d{1,2}) path=([^\n\0]+)\n([1-9]\d) mtime=(\d{1,12}(?:\.\d{1,20})?)\n")
"""A header that tells a long name and the time, as those of long names do."""
CHARSETS = (b"ISO-IR 10646 2000 UTF-8", b"ISO-IR 10646-1:2000 UTF-8", b"BINARY")
UNCLEAR = frozenset(("SCHILY.realsize", "SCHILY.filetype", "LIBARCHIVE.symlinktype", "GNU.dumpdir"))
"""Records that change what a member is."""
EXTENDED = frozenset(b"xgXLK")
PLAIN = frozenset(b"\x000")
PASSED = frozenset(b"\x00025")
"""Flags of files, symbolic links and folders."""
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
        self.buffer, self.at = parts[1] if len(parts) == 2 and not parts[0] else b"".join(parts), 0
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

    def next(self) -> bytes:
        """Return the next bytes as they come; none at the end."""
        chunk = next(self.chunks, b"")
        self.total += len(chunk)
        self.collector.progress_bytes(self.total)
        return chunk

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
        self.stamp = b""  # when a member was changed, where its extended header tells nothing else
        self.before = b""  # the flags of the extended headers that stand before a member

    def run(self) -> None:
        """Give all members to the collector.

        Nearly all are plain files in folders that were seen to be closed: what is asked of these stands here.
        """
        source, collector = self.input, self.collector
        shut, extra, usually = collector.shut, collector.extra_names, USUAL.match
        sizes: dict[bytes, int] = {}  # of extended headers, most of which are alike
        stamps: dict[bytes, bytes] = {}  # what they tell → the time of change
        long = b""  # the name of the next member where that, and perhaps the time, is all that was told of it
        while True:
            at = source.at
            if len(source.buffer) - at < BLOCK:
                if not source.fill(BLOCK):
                    if source.buffer or self.before:
                        raise source.cut()
                    return
                at = 0
            buffer = source.buffer
            header = buffer[at : at + BLOCK]
            source.at = at + BLOCK
            flag = header[156]
            if flag == 0x78:
                size = sizes.get(header, -1)
                if size < 0:
                    size = self.size(header)
                    if len(sizes) < MOST_ALIKE:
                        sizes[header] = size
                if self.before:
                    self.extended(flag, size)
                    continue
                text = buffer[at + BLOCK : at + BLOCK + size] if size <= BLOCK <= len(buffer) - at - BLOCK else b""
                stamp = stamps.get(text)
                if stamp is not None:
                    self.stamp, self.before = stamp, b"x"
                    source.at = at + 2 * BLOCK
                elif self.stamped(size):
                    if len(stamps) < MOST_ALIKE:
                        stamps[text] = self.stamp
                else:
                    long = self.named(text)
                    if not long:
                        self.extended(flag, size)
                continue
            if header[0] == 0 and header == ZERO:
                self.end()
                return
            if header[262] == 0 and usually(header) and summed(header) == int(header[148:154], 8) > 0:
                size = int(header[124:135], 8)
            else:
                size = self.size(header)
            if flag in EXTENDED:
                self.extended(flag, size)
                long = b""
                continue
            raw = long or (header[:100].partition(b"\0")[0] if not header[345] else raw_name(header))
            plainly = not self.own or bool(long)
            long = b""
            if plainly and flag in PASSED and raw not in extra and shut.get(raw[: raw.rfind(b"/") + 1]):
                simple = raw[-1:] != b"/" if flag != 0x35 else not size
                if simple and (flag != 0x32 or (not size and header[157])):
                    collector.pass_by(raw)
                    if self.own:
                        self.own = {}
                    self.before = b""
                    size = -(-size // BLOCK) * BLOCK
                    if size <= len(buffer) - source.at:
                        source.at += size
                    else:
                        source.skip(size)
                    continue
            if flag in PLAIN and not self.own and self.passes(raw):
                source.skip(-(-size // BLOCK) * BLOCK)
                self.before = b""
            elif flag == 0x32 and not size and header[157] and not self.own and self.led_past(raw):
                self.before = b""
            else:
                self.member(header, size, flag)
                self.own = {}
                self.before = b""

    def end(self) -> None:
        """Read to the end, for the checksums that stand there; nothing but zeros may follow the end of an archive."""
        source = self.input
        if self.before:
            raise self.damaged("an extended header of no member")
        rest = source.buffer[source.at :]
        while True:
            if rest.strip(b"\0"):
                raise SourceError(
                    f"{self.collector.what}: can't be read: something stands behind the end of the archive",
                    hint="the archive is damaged, or two are put together; fetch it again",
                )
            rest = source.next()
            if not rest:
                return

    def passes(self, raw: bytes) -> bool:
        """Tell whether nobody wants a plain file of that name."""
        return raw[-1:] not in NAMELESS and (self.collector.closed(raw) or self.collector.ignores(raw))

    def led_past(self, raw: bytes) -> bool:
        """Tell whether a symbolic link lies in a folder in which nothing can be wanted."""
        return raw != b"" and self.collector.closed(raw)

    def member(self, header: bytes, size: int, flag: int) -> None:
        """Look at a member closely."""
        name = raw_name(header).decode("utf-8", "surrogateescape")
        if self.own:
            name, size = self.own.get("path", name), int(self.own.get("size", size))
        kind = KINDS.get(flag)
        if kind is None or not name or "\0" in name or (size and flag not in STORED):
            raise self.damaged(name)
        if flag == 0x53 and (header[262] != 0x20 or header[482] or holes(header)):
            raise self.damaged(name)
        if kind is Kind.FILE and name[-1:] == "/":
            kind = Kind.FOLDER
            if size:
                raise self.damaged(name)
        stored = size
        name, kind, link = self.describe(name, kind, header)
        raw = name.encode("utf-8", "surrogateescape")
        if self.collector.closed(raw) or (kind is Kind.FILE and self.collector.ignores(raw)):
            path = None
        else:
            path = self.collector.member(name, kind, link)
        if self.own and any(key.startswith("GNU.sparse.") for key in self.own):
            self.sparse(name, KINDS[flag], size)
        elif path is None or kind is not Kind.FILE:
            self.input.skip(-(-stored // BLOCK) * BLOCK)
        else:
            self.keep(path, size, header)

    def sparse(self, name: str, kind: Kind, size: int) -> None:
        """Read past a sparse member of pax, whose map has to be one (GNU tar, sparse formats 0.1 and 1.0)."""
        stated = {key[11:]: value for key, value in self.own.items() if key.startswith("GNU.sparse.")}
        form = stated.get("major"), stated.get("minor")
        whole = stated.get("realsize") or stated.get("size", "")
        if kind is not Kind.FILE or not whole.isdecimal() or len(whole) > 12:
            raise self.damaged(name)
        if form == ("1", "0"):
            numbers, size = self.map(name, size)
        elif form == (None, None) and COMMAS.fullmatch(stated.get("map", "")):
            numbers = [int(text) for text in stated["map"].split(",")]
        else:
            raise self.damaged(name)
        self.input.skip(-(-size // BLOCK) * BLOCK)
        at = 0
        for offset, length in zip(numbers[0::2], numbers[1::2], strict=False):
            if offset < at:
                raise self.damaged(name)
            at = offset + length
        if len(numbers) % 2 or at > int(whole) or sum(numbers[1::2]) != size:
            raise self.damaged(name)

    def map(self, name: str, size: int) -> tuple[list[int], int]:
        """Return the numbers of the map before a member's bytes, and how many bytes follow."""
        data = b""
        while len(data) < min(size, MAX_EXTENDED):
            data += self.input.take(BLOCK)
            lines = data.split(b"\n")
            count = 2 * int(lines[0]) + 1 if lines[0].isdigit() and len(lines[0]) < 7 else -1
            if count < 0 and len(lines) > 1:
                break
            if 0 < count < len(lines):
                if not all(line.isdigit() and len(line) < 13 for line in lines[1:count]):
                    break
                return [int(line) for line in lines[1:count]], size - len(data)
        raise self.damaged(name)

    def describe(self, name: str, kind: Kind, header: bytes) -> tuple[str, Kind, str]:
        """Return what the collector wants to know of a member."""
        if kind is Kind.FILE and self.own and any(key.startswith("GNU.sparse.") for key in self.own):
            return self.own.get("GNU.sparse.name", name), Kind.OTHER, ""
        if kind is Kind.SYMLINK or kind is Kind.HARDLINK:
            link = self.own.get("linkpath") or field(header, 157, 257)
            if not link or "\0" in link:
                raise self.damaged(name)
            return name, kind, link
        return name, kind, ""

    def keep(self, path: str, size: int, header: bytes) -> None:
        """Read a wanted member."""
        self.collector.check_size(path, size)
        data = self.input.take(size)
        self.input.skip(-size % BLOCK)
        self.collector.keep(path, data, self.mtime(header))

    def mtime(self, header: bytes) -> float:
        """Return the time stamp of a member."""
        if self.stamp and b"x" in self.before:
            return float(self.stamp)
        stated = self.own.get("mtime") or self.common.get("mtime")
        return float(stated) if stated else number(header, 136, 148)

    def size(self, header: bytes) -> int:
        """Return the size that a header tells, after its sum and its numbers have been checked.

        Nearly all headers are as GNU tar and Python write them: those are told by one pattern, and the sum by
        Adler-32 (modulo 65521), at C's speed.
        """
        usual = USUAL.match(header)
        if usual:
            size, stated, right = int(usual[1], 8), int(usual[2], 8), True
        else:
            stated, size, right = number(header, 148, 156), number(header, 124, 136), plain(header)
        if header[262] == 0x20 and header[156] != 0x53 and header[381:495].strip(b"\0"):
            right = False
        if stated <= 0 or stated % 65521 != summed(header):
            raise SourceError(
                f"{self.collector.what}: can't be read: damaged tar header after {self.collector.members} members",
                hint="the archive is damaged; fetch it again"
                if self.collector.members
                else "the archive is damaged, or what is packed in it is no tar archive",
            )
        if not right or not 0 <= size < MOST:
            raise self.damaged(field(header, 0, 100))
        return size

    def stamped(self, size: int) -> bool:
        """Pass over a pax header that tells nothing but times, as nearly all do; keep the time of change."""
        source = self.input
        at = source.at
        if size > BLOCK or len(source.buffer) - at < BLOCK:
            return False
        found = STAMPS.fullmatch(source.buffer, at, at + size)
        if found is None or int(found[1]) != found.end(2) + 1 - at:
            return False
        if int(found[1]) < size and any(found[n] and int(found[n + 1]) != len(found[n]) for n in (3, 5)):
            return False
        self.stamp = found[2]
        self.before = b"x"
        source.at = at + BLOCK
        return True

    def named(self, text: bytes) -> bytes:
        """Take a pax header that tells a name and the time of change; return the name, nothing when it is another."""
        found = LONG.fullmatch(text) if not self.own else None
        if found is None or int(found[1]) != found.end(2) + 1 or int(found[3]) != len(text) - found.end(2) - 1:
            return b""
        self.own = {"path": found[2].decode("utf-8", "surrogateescape"), "mtime": found[4].decode()}
        self.stamp, self.before = b"", b"x"
        self.input.at += BLOCK
        return found[2]

    def extended(self, flag: int, size: int) -> None:
        """Read a pax or GNU header that tells more of the member behind it."""
        if size > MAX_EXTENDED:
            raise LimitError(f"{self.collector.what}: an extended header of {size} bytes")
        if flag in self.before or (flag == 0x67 and self.before):
            raise self.damaged("a second extended header of one member")
        data = self.input.take(size)
        self.input.skip(-size % BLOCK)
        if flag == 0x67:
            found = self.records(data)
            if not found.keys() <= HARMLESS:
                raise self.damaged("global pax header")
            self.common.update(found)
            return
        self.before += bytes([flag])
        if flag == 0x78:
            self.stamp = b""
        if flag in b"LK":
            name = data.rstrip(b"\0")
            if not name or b"\0" in name:
                raise self.damaged("long name")
            found = {"path" if flag == 0x4C else "linkpath": name.decode("utf-8", "surrogateescape")}
        else:
            found = self.records(data)
        if found.keys() & self.own.keys() or not found:
            raise self.damaged("extended header")
        self.own.update(found)

    def records(self, data: bytes) -> dict[str, str]:
        """Return the records ``length key=value`` of a pax header."""
        out: dict[str, str] = {}
        at = 0
        while at < len(data):
            space = data.find(b" ", at, at + 12)
            digits = data[at:space] if space > 0 else b""
            end = at + int(digits) if digits.isdigit() and digits[:1] != b"0" else 0
            key, equals, value = data[space + 1 : end - 1].partition(b"=")
            if end <= space or end > len(data) or data[end - 1 : end] != b"\n" or not equals:
                raise self.damaged("pax header")
            name = key.decode("utf-8", "surrogateescape")
            if name in out or not self.fits(name, value):
                raise self.damaged("pax header")
            out[name] = value.decode("utf-8", "surrogateescape")
            at = end
        return out

    def fits(self, key: str, value: bytes) -> bool:
        """Tell whether a record is one whose meaning is plain."""
        if key in ("path", "linkpath", "GNU.sparse.name"):
            return bool(value) and b"\0" not in value
        if key == "size":
            return value.isdigit() and len(value) < 13
        if key in TIMES:
            return TIME.fullmatch(value) is not None
        if key == "hdrcharset":
            return value in CHARSETS
        return bool(key) and key not in UNCLEAR and b"\0" not in value

    def damaged(self, name: str) -> AbidiffError:
        """Return the error for a header that can't be true."""
        return SourceError(
            f"{self.collector.what}: can't be read: {printable(name)}: damaged tar header",
            hint="the archive is damaged; fetch it again",
        )


def summed(header: bytes) -> int:
    """Return the sum of a header's bytes, its own sum taken as blanks, modulo 65521."""
    return ((adler32(header) & 0xFFFF) - (adler32(header[148:156]) & 0xFFFF) + 8 * 32) % 65521


def raw_name(header: bytes) -> bytes:
    """Return the name of a member as it stands in its header."""
    name = header[:100].partition(b"\0")[0]
    if header[345] and header[257:263] == b"ustar\0":
        return header[345:500].partition(b"\0")[0] + b"/" + name
    return name


def plain(header: bytes) -> bool:
    """Tell whether a header is one of the three forms, with numbers where numbers have to be."""
    return header[257:265] in MAGIC and all(
        header[start] in (0x80, 0xFF) or number(header, start, end) >= 0
        for start, end in ((100, 108), (108, 116), (116, 124), (136, 148))
    )


def holes(header: bytes) -> bool:
    """Tell whether an old GNU sparse member has no right map: stretches in order, as long as what is stored."""
    at = total = 0
    for start in range(386, 482, 24):
        offset, length = number(header, start, start + 12), number(header, start + 12, start + 24)
        if not header[start] and not header[start + 12]:
            break
        if offset < at or length < 0:
            return True
        at, total = offset + length, total + length
    return not total or total != number(header, 124, 136) or at > number(header, 483, 495)


def field(header: bytes, start: int, end: int) -> str:
    """Return a text field, up to its first NUL."""
    data = header[start:end]
    cut = data.find(0)
    return (data if cut < 0 else data[:cut]).decode("utf-8", "surrogateescape")


def number(header: bytes, start: int, end: int) -> int:
    """Return a numeric field: octal digits, or GNU's base 256 of no negative number; -1 when it is neither."""
    data = header[start:end]
    if data[0] == 0x80:
        return int.from_bytes(data[1:], "big")
    found = NUMBER.fullmatch(data)
    return int(found[1] or b"0", 8) if found else -1


def looks_like(head: bytes) -> bool:
    """Tell whether bytes begin a tar archive: the header's own sum is right."""
    if len(head) < BLOCK or not head[0]:
        return False
    stated = number(head, 148, 156)
    return stated > 0 and sum(head[:148]) + 256 + sum(head[156:BLOCK]) == stated
