"""Zip archives with the standard library."""

from __future__ import annotations

import bz2
import lzma
import stat
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from abidiff.errors import SourceError
from abidiff.limits import passed
from abidiff.sources import zipmap
from abidiff.sources.collect import Collector, Kind
from abidiff.sources.request import printable

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
DEFLATE = type(zlib.decompressobj())
ENDS: dict[int, Callable[[], Any]] = {
    zipfile.ZIP_DEFLATED: lambda: zlib.decompressobj(-15),
    zipfile.ZIP_BZIP2: bz2.BZ2Decompressor,
}
UNIX = 3
ENCRYPTED = 1
MAX_LINK = 4096
SMALLEST_ENTRY = 46
TAIL = (1 << 16) + 22 + 56 + 20


def read_zip(path: Path, collector: Collector) -> None:
    """Give all members to the collector, in the order of the central directory."""
    _check_directory(path, collector)
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
            zipmap.check(path, archive.start_dir, found)
            for info in found:
                _member(archive, info, collector)
    except DAMAGE as error:
        raise SourceError(
            f"{collector.what}: can't be read: {printable(str(error))}",
            hint="the archive is damaged or cut off; fetch it again",
        ) from None


def _check_directory(path: Path, collector: Collector) -> None:
    """Refuse a central directory with too many entries, before all of them become objects."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - TAIL))
        tail = stream.read()
    entries = 0
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) - at >= 22:
        entries = max(entries, int.from_bytes(tail[at + 12 : at + 16], "little") // SMALLEST_ENTRY)
    at = tail.rfind(b"PK\x06\x06")
    if at >= 0 and len(tail) - at >= 56:
        entries = max(entries, int.from_bytes(tail[at + 40 : at + 48], "little") // SMALLEST_ENTRY)
    bound = min(collector.limits.members, collector.limits.zip_entries)
    if min(entries, size // SMALLEST_ENTRY) > bound:
        name = "members" if bound < collector.limits.zip_entries else "zip-entries"
        raise passed(name, f"{collector.what}: more than {bound} members")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, collector: Collector) -> None:
    mode = info.external_attr >> 16 if info.create_system == UNIX else 0
    name = info.orig_filename
    if info.flag_bits & 0x800 == 0:
        name = name.encode("cp437", "replace").decode("utf-8", "surrogateescape")
    if name.endswith("/") or stat.S_ISDIR(mode):
        collector.member(name, Kind.FOLDER)
    elif stat.S_ISLNK(mode):
        target = _read(archive, info, MAX_LINK, collector)
        collector.member(name, Kind.SYMLINK, target.decode("utf-8", "surrogateescape"))
    else:
        odd = stat.S_IFMT(mode) not in (0, stat.S_IFREG)
        path = collector.member(name, Kind.OTHER if odd else Kind.FILE)
        if path is not None:
            collector.check_size(path, info.file_size)
            data = _read(archive, info, collector.limits.file_bytes, collector)
            collector.keep(path, data, _time(info))


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, collector: Collector) -> bytes:
    if info.flag_bits & ENCRYPTED:
        raise SourceError(f"{collector.what}: {printable(info.filename)} is encrypted")
    with archive.open(info) as stream:
        data = stream.read(limit + 1)
        if info.compress_type in ENDS and len(data) <= limit and not _complete(archive, info):
            raise zipfile.BadZipFile(f"{info.filename!r}: its compressed bytes do not end where they should")
    if len(data) > limit:
        raise passed("file-bytes", f"{collector.what}: {printable(info.filename)}: larger than {limit} bytes")
    collector.progress_bytes(collector.kept_bytes + len(data))
    return data


def _complete(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Tell whether a member's bytes are one compressed stream from the first to the last."""
    assert archive.fp is not None
    archive.fp.seek(info.header_offset)
    head = archive.fp.read(30)
    archive.fp.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
    one, rest, total = ENDS[info.compress_type](), archive.fp.read(info.compress_size), 0
    while not one.eof:
        piece = one.decompress(rest, 1 << 20)
        rest = one.unconsumed_tail if isinstance(one, DEFLATE) else b""
        total += len(piece)
        if not piece and not rest:
            break
    return bool(one.eof) and not one.unused_data and total == info.file_size


def _time(info: zipfile.ZipInfo) -> float:
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0
