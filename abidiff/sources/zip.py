"""Zip archives with the standard library."""

from __future__ import annotations

import stat
import time
import zipfile
import zlib
from pathlib import Path

from abidiff.errors import LimitError, SourceError
from abidiff.sources.collect import Collector, Kind
from abidiff.sources.request import printable

UNIX = 3
ENCRYPTED = 1
MAX_LINK = 4096


def read_zip(path: Path, collector: Collector) -> None:
    """Give all members to the collector, in the order of the central directory."""
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                _member(archive, info, collector)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise SourceError(
            f"{collector.what}: can't be read: {printable(str(error))}",
            hint="the archive is damaged or cut off; fetch it again",
        ) from None


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
    if len(data) > limit:
        raise LimitError(f"{collector.what}: {printable(info.filename)}: larger than {limit} bytes")
    collector.progress_bytes(collector.kept_bytes + len(data))
    return data


def _time(info: zipfile.ZipInfo) -> float:
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0
