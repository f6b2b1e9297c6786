"""Release archives: tar in any compression, zip, .deb and .rpm, told apart by their content.

Tar and zip are read with the standard library.  Where libarchive is asked for, it has to see the same in
them; an archive that can be read in two ways is refused.  The payload of an .rpm is read by libarchive alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from abidiff.errors import SourceError, UsageError
from abidiff.release import Release
from abidiff.sources import request as req
from abidiff.sources.collect import DAMAGED, Collector
from abidiff.sources.decompress import chunks
from abidiff.sources.kinds import ENDINGS
from abidiff.sources.request import Opening

BACKENDS = ("", "libarchive", "stdlib")
MAX_PASSES = 4


def open_archive(argument: str, path: Path, kind: str, request: Opening) -> Release:
    """Read a release archive."""
    backend = request.backend or os.environ.get("ABIDIFF_ARCHIVE", "")
    if backend not in BACKENDS:
        raise UsageError(f"ABIDIFF_ARCHIVE={backend!r}: libarchive or stdlib expected")
    what = req.printable(argument)
    info = path.stat()
    if not stat.S_ISREG(info.st_mode):
        raise SourceError(f"{what}: not a regular file")
    strip = kind not in ("ar", "rpm")

    extra: frozenset[str] = frozenset()
    request.progress(f"reading {what}")
    for _ in range(MAX_PASSES):
        make = partial(Collector, what, request, info.st_size, strip=strip, extra=extra)
        collector = make()
        _read(path, kind, backend, collector)
        if backend == "libarchive" and kind != "rpm":
            second = make()
            _read_again(path, kind, second)
            if second.told() != collector.told():
                raise SourceError(f"{what}: can't be read: it can be read in two ways", hint=DAMAGED)
        if collector.hollow:
            text = f"{what}: there is nothing in this archive" + (" but folders" if collector.members else "")
            raise SourceError(text, hint="a release with nothing in it is no release; fetch or pack it again")
        lacking = collector.lacking()
        if not lacking:
            break
        request.progress(f"reading {what} again for the files that its links lead to")
        extra |= lacking
    else:
        collector.note("links lead from one to the next too often: not all of them were followed")
    return _release(argument, path, request, collector)


def _release(argument: str, path: Path, request: Opening, collector: Collector) -> Release:
    files = collector.result()
    stem = ENDINGS.sub("", path.name)
    stated = req.version_in_files(files, request.version_files)
    top = collector.top or ""
    version = stated or req.version_in_name(top) or req.version_in_name(stem)
    label = top or req.label_of_archive(stem)
    passed = collector.passed()
    names = (name.decode("utf-8", "surrogateescape") for name in passed if name.endswith(req.BESIDE))
    notes = [*collector.notes, *req.apart(names)]
    if collector.dropped_notes:
        notes.append(f"{collector.dropped_notes} more notes of this kind")
    return req.release(
        req.printable(label),
        version,
        files,
        argument,
        date=req.day(collector.newest),
        notes=tuple(notes),
        unread=collector.misses(),
        astray=collector.astray,
        passed=passed,
        links=collector.leading(),
    )


def _read(path: Path, kind: str, backend: str, collector: Collector) -> None:
    if kind == "zip":
        from abidiff.sources.zip import read_zip

        read_zip(path, collector)
    elif kind == "ar":
        from abidiff.sources.ar import data_member

        with path.open("rb") as stream:
            inner, compression = data_member(stream, collector.what)
            _tar(inner, compression, collector)
    elif kind == "rpm":
        _rpm(path, backend, collector)
    else:
        if kind == "tar":
            _ends(path, collector.what)
        with path.open("rb") as stream:
            _tar(stream, "" if kind == "tar" else kind, collector)


def _tar(stream: BinaryIO, compression: str, collector: Collector) -> None:
    from abidiff.sources.tar import Tar

    Tar(chunks(stream, compression, collector.what), collector).run()


def _read_again(path: Path, kind: str, collector: Collector) -> None:
    """Let libarchive read what was read."""
    if kind == "zip":
        _by_libarchive(iter(()), ("zip",), "libarchive", collector, seekable=str(path))
        return
    with path.open("rb") as stream:
        inner: BinaryIO = stream
        compression = "" if kind == "tar" else kind
        if kind == "ar":
            from abidiff.sources.ar import data_member

            inner, compression = data_member(stream, collector.what)
        _by_libarchive(chunks(inner, compression, collector.what), ("tar",), "libarchive", collector)


def _ends(path: Path, what: str) -> None:
    """Refuse a bare tar without its end: it has no checksum that would tell that it is cut off."""
    with path.open("rb") as stream:
        stream.seek(-512, os.SEEK_END)
        if stream.read().strip(b"\0"):
            raise SourceError(f"{what}: can't be read: the archive has no end", hint="it is cut off; fetch it again")


def _by_libarchive(
    unpacked: Iterator[bytes],
    formats: tuple[str, ...],
    backend: str,
    collector: Collector,
    seekable: str = "",
) -> bool:
    """Read through libarchive; False when the system has none (or it lacks the format)."""
    from abidiff.sources.larchive import ArchiveReader, UnsupportedError, library

    lib = library()
    if lib is not None:
        try:
            reader = ArchiveReader(lib, unpacked, formats, collector)
        except UnsupportedError:
            pass
        else:
            reader.run(seekable)
            return True
    if backend == "libarchive":
        raise SourceError(f"{collector.what}: libarchive was asked for, but this system has none that reads it")
    return False


def _rpm(path: Path, backend: str, collector: Collector) -> None:
    from abidiff.sources.rpm import Package

    with path.open("rb") as stream:
        unpacked = Package(stream, collector.what).chunks()
        if backend == "stdlib" or not _by_libarchive(unpacked, ("cpio",), backend, collector):
            raise SourceError(
                f"{collector.what}: an .rpm is read through libarchive, which is not used here",
                hint="install libarchive (Debian: libarchive13), or unpack it and give the folder",
            )
