"""Bytes by key in a folder: atomic, checked, bounded, safe to share and to delete.

An entry is believed only when its checksum over key and content is right, so a truncated,
corrupt or swapped file is a miss and goes.  Writing makes a file beside and renames it: two
runs at once, or one that is killed, leave whole entries or none.  Whatever the file system
refuses, the store is then simply empty: nothing fails because of it.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

MAGIC = b"abidiff cache 1\n"
DIGEST = 32
DEFAULT_BYTES = 256 << 20
LARGEST = 128 << 20
STALE_SECONDS = 3600.0
TOUCH_SECONDS = 3600.0
KEEP = 0.8
PREFIX = "tmp-"
LEDGER = "written"
LEDGER_BYTES = 1 << 16
LEDGER_SECONDS = 24 * 3600.0


class Info(NamedTuple):
    """What the store holds."""

    folder: str
    entries: int
    bytes: int
    limit: int
    oldest: float
    newest: float


class Store:
    """A folder of entries; without a folder (None) it is always empty."""

    def __init__(self, folder: Path | None, limit: int = DEFAULT_BYTES) -> None:
        self.folder = folder
        self.limit = limit
        self._total: int | None = None  # as far as this process knows

    def get(self, key: str) -> bytes | None:
        """Return what was put under a key, None when there is nothing that can be believed."""
        path = self._path(key)
        if path is None:
            return None
        found = _read(path)
        if found is None:
            return None
        data, used = found
        head = len(MAGIC) + DIGEST
        content = data[head:]
        if not data.startswith(MAGIC) or data[len(MAGIC) : head] != _digest(key, content):
            self.drop(key)
            return None
        if time.time() - used > TOUCH_SECONDS:
            with suppress(OSError):
                os.utime(path)
        return content

    def holds(self, key: str) -> bool:
        """Tell whether something was put under a key, without reading it; it counts as used."""
        path = self._path(key)
        if path is None:
            return False
        try:
            info = os.lstat(path)
            if time.time() - info.st_mtime > TOUCH_SECONDS:
                os.utime(path)
        except OSError:
            return False
        return stat.S_ISREG(info.st_mode)

    def put(self, key: str, content: bytes) -> bool:
        """Keep bytes under a key; False when that was not possible."""
        path = self._path(key)
        if path is None or len(content) > min(LARGEST, self.limit) - 1024:
            return False
        temporary = path.with_name(f"{PREFIX}{os.getpid()}-{os.urandom(8).hex()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with temporary.open("xb") as stream:
                stream.write(MAGIC + _digest(key, content))
                stream.write(content)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            return False
        size = len(MAGIC) + DIGEST + len(content)
        if self._total is None:
            self._total = self._recorded()
        if self._total is None or self._total + size > self.limit:
            self.prune()
        else:
            self._total += size
            self._record(size)
        return True

    def drop(self, key: str) -> None:
        """Forget a key."""
        path = self._path(key)
        if path is not None:
            with suppress(OSError):
                path.unlink()

    def prune(self, limit: int | None = None, older_than: float | None = None) -> int:
        """Remove what was not used for the longest time until the bound holds; return how many went."""
        bound = self.limit if limit is None else limit
        entries = sorted(self._entries(), key=lambda entry: (entry[1], entry[0].name))
        total = sum(size for _, _, size in entries)
        target = bound if total <= bound else int(bound * KEEP)
        now = time.time()
        gone = 0
        for path, used, size in entries:
            if total <= target and (older_than is None or now - used <= older_than):
                continue
            with suppress(OSError):
                path.unlink()
                gone += 1
            total -= size
        self._total = total
        self._record(total, anew=True)
        return gone

    def clear(self) -> int:
        """Remove every entry; return how many there were."""
        entries = list(self._entries())
        for path, _, _ in entries:
            with suppress(OSError):
                path.unlink()
        if self.folder is not None:
            for folder in self._folders():
                with suppress(OSError):
                    folder.rmdir()
            with suppress(OSError):
                (self.folder / LEDGER).unlink()
        self._total = None
        return len(entries)

    def info(self) -> Info:
        """Return what the store holds."""
        entries = list(self._entries())
        times = [used for _, used, _ in entries]
        size = sum(size for _, _, size in entries)
        where = str(self.folder) if self.folder is not None else ""
        return Info(where, len(entries), size, self.limit, min(times, default=0.0), max(times, default=0.0))

    def _path(self, key: str) -> Path | None:
        if self.folder is None:
            return None
        name = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
        return self.folder / name[:2] / name[2:]

    def _folders(self) -> list[Path]:
        assert self.folder is not None
        try:
            with os.scandir(self.folder) as found:
                names = [e.name for e in found if len(e.name) == 2 and e.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        return [self.folder / name for name in sorted(names)]

    def _recorded(self) -> int | None:
        """Return what is in the store by its ledger; None when counting is due.

        Each writer adds a line, counting begins it anew: looking at every entry takes longer than a
        run should.  Two that write at once may lose a line; the count a day later finds it.
        """
        assert self.folder is not None
        found = _read(self.folder / LEDGER)
        try:
            if found is None or len(found[0]) > LEDGER_BYTES:
                return None
            first, *lines = [int(line) for line in found[0].split()]
            fresh = 0 <= time.time() - first < LEDGER_SECONDS and lines and min(lines) >= 0
            return sum(lines) if fresh else None
        except ValueError:
            return None

    def _record(self, size: int, *, anew: bool = False) -> None:
        """Note bytes written, or with ``anew`` all that there are."""
        if self.folder is None:
            return
        ledger = self.folder / LEDGER
        with suppress(OSError):
            if not anew:
                flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
                descriptor = os.open(ledger, flags, 0o600)
                try:
                    os.write(descriptor, b"%d\n" % size)
                finally:
                    os.close(descriptor)
            elif self.folder.is_dir():
                aside = self.folder / f"{PREFIX}{os.getpid()}-{os.urandom(8).hex()}"
                aside.write_bytes(b"%d\n%d\n" % (int(time.time()), size))
                aside.replace(ledger)

    def _entries(self) -> Iterator[tuple[Path, float, int]]:
        """Yield the entries; what a killed run left half written goes once it is old."""
        if self.folder is None:
            return
        now = time.time()
        for folder in self._folders():
            with suppress(OSError), os.scandir(folder) as found:
                for entry in found:
                    with suppress(OSError):
                        info = entry.stat(follow_symlinks=False)
                        if not entry.name.startswith(PREFIX):
                            yield folder / entry.name, info.st_mtime, info.st_size
                        elif now - info.st_mtime > STALE_SECONDS:
                            Path(entry.path).unlink()


def _read(path: Path) -> tuple[bytes, float] | None:
    """Return a regular file's bytes and when it was last used; links are not followed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode) or info.st_size > LARGEST:
            return b"", info.st_mtime
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(), info.st_mtime
    except OSError:
        return b"", 0.0
    finally:
        os.close(descriptor)


def _digest(key: str, content: bytes) -> bytes:
    found = hashlib.sha256(key.encode("utf-8", "surrogateescape") + b"\0")
    found.update(content)
    return found.digest()


def default(limit: int = DEFAULT_BYTES) -> Store:
    """Return the store below ``XDG_CACHE_HOME``; an empty one when there is no such place."""
    return _store(_place(), limit)


@lru_cache(maxsize=4)
def _store(folder: Path | None, limit: int) -> Store:
    return Store(folder, limit)


def _place() -> Path | None:
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not base.startswith("/"):
        home = os.environ.get("HOME", "")
        if not home.startswith("/"):
            return None
        base = f"{home}/.cache"
    return Path(base) / "abidiff"
