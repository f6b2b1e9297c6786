"""Archives through the system's libarchive: the quickest reader where it exists.

Only formats that read the given bytes are switched on: no ``mtree`` (it opens files of the
machine that a hostile archive names).  Decompression is Python's own, through the same C
libraries: libarchive does not check the sum of a gzip stream, and for zstd it may start a program.
The library is loaded by its ABI name, else the way that libarchive-c finds it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from ctypes import c_char_p, c_int, c_int64, c_long, c_longlong, c_size_t, c_ssize_t, c_void_p
from functools import cache
from typing import Any

from abidiff.errors import SourceError
from abidiff.limits import passed
from abidiff.sources.collect import Collector, Kind
from abidiff.sources.request import printable

EOF, OK, WARN, FAILED = 1, 0, -20, -25
BLOCK = 1 << 16
REGULAR = 0o100000
FILE_TYPES = {REGULAR: Kind.FILE, 0o040000: Kind.FOLDER, 0o120000: Kind.SYMLINK}
READ_CALLBACK = ctypes.CFUNCTYPE(c_ssize_t, c_void_p, c_void_p, ctypes.POINTER(c_void_p))
PROTOTYPES: dict[str, tuple[list[Any], Any]] = {
    "read_new": ([], c_void_p),
    "read_free": ([c_void_p], c_int),
    "read_open": ([c_void_p, c_void_p, c_void_p, READ_CALLBACK, c_void_p], c_int),
    "read_open_filename": ([c_void_p, c_char_p, c_size_t], c_int),
    "read_next_header2": ([c_void_p, c_void_p], c_int),
    "read_data": ([c_void_p, c_void_p, c_size_t], c_ssize_t),
    "error_string": ([c_void_p], c_char_p),
    "filter_bytes": ([c_void_p, c_int], c_longlong),
    "entry_new": ([], c_void_p),
    "entry_free": ([c_void_p], None),
    "entry_pathname": ([c_void_p], c_char_p),
    "entry_pathname_utf8": ([c_void_p], c_char_p),
    "entry_filetype": ([c_void_p], c_int),
    "entry_hardlink": ([c_void_p], c_char_p),
    "entry_symlink": ([c_void_p], c_char_p),
    "entry_size": ([c_void_p], c_int64),
    "entry_size_is_set": ([c_void_p], c_int),
    "entry_mtime": ([c_void_p], c_long),
    "entry_sparse_count": ([c_void_p], c_int),
    "entry_is_encrypted": ([c_void_p], c_int),
}


class LibArchive:
    """The functions of libarchive that are used, with their prototypes."""

    def __init__(self, handle: ctypes.CDLL) -> None:
        self.handle = handle
        for name, (arguments, result) in PROTOTYPES.items():
            function = getattr(handle, f"archive_{name}")
            function.argtypes, function.restype = arguments, result
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def support(self, what: str, archive: int) -> int:
        """Switch on a format or filter; the library's answer, or FAILED when it lacks it."""
        try:
            function = getattr(self.handle, f"archive_read_support_{what}")
        except AttributeError:
            return FAILED
        function.argtypes, function.restype = [c_void_p], c_int
        return int(function(archive))


@cache
def library() -> LibArchive | None:
    """Return libarchive, or None where the system has none."""
    for name in ("libarchive.so.13", "libarchive.13.dylib"):
        try:
            return LibArchive(ctypes.CDLL(name))
        except (OSError, AttributeError):
            continue
    try:
        from libarchive import ffi

        return LibArchive(ctypes.CDLL(ffi.libarchive_path))
    except (ImportError, OSError, TypeError, AttributeError):
        return None


class UnsupportedError(Exception):
    """This libarchive was built without what the archive needs."""


class ArchiveReader:
    """One pass over an archive, whose bytes (already unpacked) come in chunks."""

    def __init__(
        self,
        lib: LibArchive,
        chunks: Iterator[bytes],
        formats: tuple[str, ...],
        collector: Collector,
    ) -> None:
        self.lib, self.chunks, self.collector = lib, chunks, collector
        self.chunk = b""
        self.total = 0
        self.error: BaseException | None = None
        self.archive: int = lib.read_new()
        for name in formats:
            self._need(lib.support(f"format_{name}", self.archive))

    def _need(self, answer: int) -> None:
        if answer != OK:
            self.close()
            raise UnsupportedError

    def close(self) -> None:
        """Free what the library holds."""
        if self.archive:
            self.lib.read_free(self.archive)
            self.archive = 0

    def run(self, seekable: str = "") -> None:
        """Give all members to the collector, and read to the end: checksums stand there."""
        entry = self.lib.entry_new()
        callback = READ_CALLBACK(self._read)
        try:
            if seekable:
                name = seekable.encode("utf-8", "surrogateescape")
                self._check(self.lib.read_open_filename(self.archive, name, BLOCK))
            else:
                self._check(self.lib.read_open(self.archive, None, None, callback, None))
            self._members(entry)
            for chunk in self.chunks:
                self._count(len(chunk))
        finally:
            self.lib.entry_free(entry)
            self.close()

    def _count(self, size: int) -> None:
        self.total += size
        self.collector.progress_bytes(max(self.total, self.lib.filter_bytes(self.archive, 0)))

    def _read(self, _archive: int, _data: int, out: Any) -> int:
        """Hand over the next chunk; an exception can't pass through C and waits in ``error``."""
        try:
            self.chunk = next(self.chunks, b"")
            self._count(len(self.chunk))
        except BaseException as error:  # an interrupt too: raised again behind the call
            self.error = error
            return -1
        out[0] = ctypes.cast(ctypes.c_char_p(self.chunk), c_void_p).value
        return len(self.chunk)

    def _check(self, code: int) -> None:
        """Raise for an answer that means damage; RETRY is a header whose sum is wrong."""
        if self.error is not None:
            raise self.error
        if code not in (OK, WARN):
            text = (self.lib.error_string(self.archive) or b"").decode("utf-8", "replace")
            raise SourceError(
                f"{self.collector.what}: can't be read: {printable(text) or 'damaged archive'}",
                hint="the archive is damaged or cut off; fetch it again",
            )

    def _members(self, entry: int) -> None:
        lib, archive, member = self.lib, self.archive, self.collector.member
        next_header, pathname, filetype = lib.read_next_header2, lib.entry_pathname, lib.entry_filetype
        ignores, closed = self.collector.ignores, self.collector.closed
        while True:
            code = next_header(archive, entry)
            if code:
                if code == EOF:
                    break
                self._check(code)
            raw = pathname(entry)
            if raw is None:
                raw = lib.entry_pathname_utf8(entry) or b""
            if closed(raw):
                continue
            mode = filetype(entry)
            if mode == REGULAR and ignores(raw):
                continue
            name = raw.decode("utf-8", "surrogateescape")
            kind = FILE_TYPES.get(mode, Kind.OTHER)
            link = lib.entry_symlink(entry) if kind is Kind.SYMLINK else lib.entry_hardlink(entry)
            if link is not None and kind is not Kind.FOLDER:
                kind = kind if kind is Kind.SYMLINK else Kind.HARDLINK
                member(name, kind, link.decode("utf-8", "surrogateescape"))
                continue
            path = member(name, kind)
            if path is not None:
                self._keep(path, entry)
        self._check(OK)

    def _keep(self, path: str, entry: int) -> None:
        collector = self.collector
        if self.lib.entry_sparse_count(entry) > 0:
            collector.odd(path, "a sparse file")
            return
        if self.lib.entry_is_encrypted(entry) > 0:
            raise SourceError(f"{collector.what}: {printable(path)} is encrypted")
        limit = collector.limits.file_bytes
        size = self.lib.entry_size(entry) if self.lib.entry_size_is_set(entry) else -1
        collector.check_size(path, size)
        out = bytearray()
        room = ctypes.create_string_buffer(min(size + 1, limit + 1) if size >= 0 else BLOCK)
        while True:
            got = self.lib.read_data(self.archive, room, len(room))
            if got <= 0:
                break
            out += memoryview(room)[:got]
            if len(out) > limit:
                raise passed("file-bytes", f"{collector.what}: {printable(path)}: larger than {limit} bytes")
        if got < 0 or self.error is not None:
            self._check(int(got) if got < 0 else FAILED)
        if 0 <= size != len(out):
            raise SourceError(f"{collector.what}: {printable(path)}: cut off")
        collector.keep(path, bytes(out), self.lib.entry_mtime(entry))
