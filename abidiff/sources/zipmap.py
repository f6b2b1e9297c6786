"""Whether a zip can be read in one way only: its directory, and what stands before each member, tell the same.

APPNOTE 4.3: members one behind the other from the first byte on, each with its local header, then the central
directory, then its end, and nothing else.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
ZIP64_END, ZIP64_PLACE = 56, 20
DESCRIBED, UTF8 = 0x08, 0x800
KNOWN_FLAGS = 0x06 | DESCRIBED | UTF8 | 1
FULL = 0xFFFFFFFF
LARGE, UNICODE_NAME, STRONG = 0x0001, 0x7075, 0x0017
METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
FAT, UNIX = 0, 3
DIRECTORY = 0x10


class Member(NamedTuple):
    """A member as the central directory tells it, but for what :class:`zipfile.ZipInfo` has."""

    name: bytes
    flags: int
    method: int
    extra: bytes


def check(path: Path, start: int, members: Sequence[zipfile.ZipInfo]) -> None:
    """Raise BadZipFile for an archive that can be read in two ways.  ``start`` is where its directory begins."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(start)
        raw, at = _directory(stream.read(size - start), len(members))
        _end(stream, start, start + at, size, len(members))
        behind = 0
        for info, member in sorted(zip(members, raw, strict=True), key=lambda pair: pair[0].header_offset):
            _sane(info, member)
            if info.header_offset != behind:
                raise zipfile.BadZipFile("members overlap, or something stands between them")
            behind = _local(stream, info, member, start)
        if behind != start:
            raise zipfile.BadZipFile("something stands between the members and their directory")


def _directory(data: bytes, count: int) -> tuple[list[Member], int]:
    found, at = [], 0
    for _ in range(count):
        if len(data) < at + CENTRAL.size:
            raise zipfile.BadZipFile("the directory is cut off")
        head = CENTRAL.unpack_from(data, at)
        name_at = at + CENTRAL.size
        extra_at = name_at + head[10]
        at = extra_at + head[11] + head[12]
        extra = data[extra_at : extra_at + head[11]]
        found.append(Member(data[name_at:extra_at], head[3], head[4], extra))
        if head[0] != b"PK\x01\x02" or head[13] != 0:
            raise zipfile.BadZipFile("damaged directory")
    return found, at


def _end(stream: BinaryIO, start: int, at: int, size: int, count: int) -> None:
    """Check the end of the directory, which begins at ``at``."""
    stream.seek(at)
    data = stream.read(size - at)
    if data.startswith(b"PK\x06\x06"):
        record, place = data[:ZIP64_END], data[ZIP64_END : ZIP64_END + ZIP64_PLACE]
        whole = struct.pack("<QQQQ", count, count, at - start, start)
        if record[24:56] != whole or record[4:12] != struct.pack("<Q", 44) or record[16:24] != bytes(8):
            raise zipfile.BadZipFile("damaged end of the directory")
        if place != b"PK\x06\x07" + struct.pack("<IQI", 0, at, 1):
            raise zipfile.BadZipFile("damaged end of the directory")
        data = data[ZIP64_END + ZIP64_PLACE :]
    if len(data) < END.size:
        raise zipfile.BadZipFile("the archive is cut off")
    mark, disk, first, here, every, length, offset, comment = END.unpack_from(data)
    numbers = ((here, count, 0xFFFF), (every, count, 0xFFFF), (length, at - start, FULL), (offset, start, FULL))
    if mark != b"PK\x05\x06" or disk or first or any(told not in (right, full) for told, right, full in numbers):
        raise zipfile.BadZipFile("damaged end of the directory")
    if len(data) != END.size + comment:
        raise zipfile.BadZipFile("something stands behind the end of the archive")


def _sane(info: zipfile.ZipInfo, member: Member) -> None:
    """Refuse what readers take in different ways."""
    fields = _extra(member.extra)
    mode = info.external_attr >> 16 if info.create_system == UNIX else 0
    folder, kind = member.name.endswith(b"/"), mode & 0o170000
    if member.flags & ~KNOWN_FLAGS or UNICODE_NAME in fields or STRONG in fields or not member.name:
        raise zipfile.BadZipFile("a member of a kind that is not read")
    if b"\0" in member.name or b"\\" in member.name or info.create_system not in (FAT, UNIX, 10, 11, 19):
        raise zipfile.BadZipFile("a member whose name can be read in two ways")
    if member.flags & UTF8:
        member.name.decode()
    if info.file_size and (folder or kind == 0o040000):
        raise zipfile.BadZipFile("a folder with content")
    if folder != (kind == 0o040000) and kind and (folder or kind == 0o040000):
        raise zipfile.BadZipFile("a member that is a folder by its name or by its mode, but not by both")
    if not folder and info.create_system != UNIX and info.external_attr & DIRECTORY:
        raise zipfile.BadZipFile("a folder without / at its end")
    if member.method not in METHODS or (member.method == 0 and info.file_size != info.compress_size):
        raise zipfile.BadZipFile("a compression that is not read")


def _extra(data: bytes) -> dict[int, bytes]:
    """Return the extra fields of a header."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("<HH", data, at) if at + 4 <= len(data) else (0, FULL)
        if at + 4 + size > len(data) or kind in found:
            raise zipfile.BadZipFile("damaged extra field")
        found[kind] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return found


def _local(stream: BinaryIO, info: zipfile.ZipInfo, member: Member, start: int) -> int:
    """Check the local header of a member; return where the member ends."""
    stream.seek(info.header_offset)
    data = stream.read(LOCAL.size)
    if len(data) < LOCAL.size:
        raise zipfile.BadZipFile("a member is cut off")
    mark, _, flags, method, _, _, crc, packed, size, name, extra = LOCAL.unpack(data)
    if mark != b"PK\x03\x04" or flags != member.flags or method != member.method or stream.read(name) != member.name:
        raise zipfile.BadZipFile("the directory and a member tell different things")
    fields = _extra(stream.read(extra))
    end = stream.tell() + info.compress_size
    right = (info.CRC, info.compress_size, info.file_size)
    told = (crc, *_large(fields, packed, size))
    if end > start or (told != right and not (flags & DESCRIBED and told == (0, 0, 0))):
        raise zipfile.BadZipFile("the directory and a member tell different sizes or sums")
    return _described(stream, end, right) if flags & DESCRIBED else end


def _large(fields: dict[int, bytes], packed: int, size: int) -> tuple[int, int]:
    """Return the sizes of a local header, where they are too large for it from the extra field."""
    large = fields.get(LARGE, b"")
    if packed == size == FULL and len(large) == 16:
        size, packed = struct.unpack("<QQ", large)
    return packed, size


def _described(stream: BinaryIO, end: int, right: tuple[int, int, int]) -> int:
    """Return the end of the descriptor behind a member's bytes."""
    stream.seek(end)
    data = stream.read(24)
    for mark in (b"PK\x07\x08", b""):
        for form in ("<III", "<IQQ"):
            with_mark = mark + (struct.pack(form, *right) if max(right) <= FULL or form == "<IQQ" else b"\xff" * 99)
            if data.startswith(with_mark):
                return end + len(with_mark)
    raise zipfile.BadZipFile("the descriptor of a member tells different sizes or sums")
