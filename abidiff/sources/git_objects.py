"""Reads objects of a repository through one ``git cat-file --batch``.

Starting git costs more than most of what is asked: a reader that is done leaves its process to the next one of the
same repository.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import os
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from abidiff.errors import SourceError
from abidiff.limits import Deadline, Limits, passed
from abidiff.sources.git_command import TIMEOUT, command, environment, failure, silent

BATCH = 400
MAX_COMMIT = 1 << 20
MAX_TREE = 64 << 20


_Place = tuple[int, str, int, int, int]
_idle: list[tuple[_Place, subprocess.Popen[bytes]]] = []
MOST_IDLE = 2


class _Patient(io.RawIOBase):
    """What a process prints, waited for no longer than git may be silent."""

    def __init__(self, stream: IO[bytes], repository: Path) -> None:
        super().__init__()
        self._stream, self._repository = stream, repository
        self._poll = select.poll()
        self._poll.register(stream.fileno(), select.POLLIN)

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def readinto(self, buffer: Any) -> int:
        """Read what there is; raise when nothing comes."""
        if not self._poll.poll(TIMEOUT * 1000):
            raise silent(self._repository, "cat-file")
        return os.readv(self.fileno(), [buffer])

    def close(self) -> None:
        self._stream.close()
        super().close()


def _place(repository: Path) -> _Place | None:
    """Return what tells a repository from another one at the same path, and this process from its children."""
    try:
        info = os.stat(repository)  # noqa: PTH116 - any path may come
    except OSError:
        return None
    return os.getpid(), str(repository), info.st_dev, info.st_ino, info.st_ctime_ns


def end_idle(most: int = 0) -> None:
    """End the processes that wait for a next reader, but for the last few."""
    while len(_idle) > most:
        place, process = _idle.pop(0)
        if place[0] == os.getpid():
            process.kill()
            process.communicate()


def _waiting_for(place: _Place | None) -> subprocess.Popen[bytes] | None:
    """Return a process that waits for a reader of this repository."""
    for at, (mine, process) in enumerate(_idle):
        if mine == place:
            del _idle[at]
            return process
    return None


atexit.register(end_idle)


class Entry(NamedTuple):
    """One path of a tree."""

    path: str
    mode: str
    oid: str


class Found(NamedTuple):
    """An object with its name, type and content."""

    oid: str
    kind: str
    data: bytes


class Objects:
    """A running ``git cat-file --batch``: names in, objects out, in order."""

    def __init__(self, repository: Path, what: str, limits: Limits) -> None:
        self.repository, self.what, self.limits = repository, what, limits
        self.process: subprocess.Popen[bytes] | None = None
        self.deadline = Deadline(limits.seconds, what)
        self.owner = os.getpid()
        self._place = _place(repository)
        self._waiting = 0  # answers that were asked for and not taken

    def __enter__(self) -> Objects:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the process to the next reader, or end it; a child that inherited it leaves it alone."""
        process, self.process = self.process, None
        if process is None or self.owner != os.getpid():
            return
        place = _place(self.repository)
        if self._waiting or place is None or place != self._place or process.poll() is not None:
            process.kill()
            process.communicate()
            return
        _idle.append((place, process))
        end_idle(MOST_IDLE)

    def find(self, name: str, limit: int = MAX_TREE) -> Found | None:
        """Return the object that a revision names, None when there is none."""
        source, sink = self._pipes()
        try:
            self._waiting += 1
            sink.write(f"{name}\n".encode("utf-8", "surrogateescape"))
            sink.flush()
        except BrokenPipeError:
            return None
        return self._one(source, limit)

    def blob(self, oid: str, limit: int) -> bytes:
        """Return the content of a blob."""
        found = self.find(oid, limit)
        if found is None or found.kind != "blob":
            raise failure(self.repository, f"missing blob {oid[:12]}", self.what)
        return found.data

    def blobs(self, oids: list[str], limit: int) -> Iterator[bytes]:
        """Yield the contents of blobs, in order."""
        for found in self._objects(oids, "blob", limit):
            yield found.data

    def trees(self, oids: list[str]) -> Iterator[Found]:
        """Yield tree objects, in order."""
        return self._objects(oids, "tree", MAX_TREE)

    def _objects(self, oids: list[str], kind: str, limit: int) -> Iterator[Found]:
        for start in range(0, len(oids), BATCH):
            batch = oids[start : start + BATCH]
            source, sink = self._pipes()
            self._waiting += len(batch)
            sink.write("".join(f"{oid}\n" for oid in batch).encode())
            sink.flush()
            for oid in batch:
                self.deadline.check()
                found = self._one(source, limit)
                if found is None or found.kind != kind:
                    raise failure(self.repository, f"missing blob {oid[:12]}", self.what)
                yield found

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self.process is None:
            self._waiting = 0
            self._place = _place(self.repository)
            self.process = _waiting_for(self._place)
        if self.process is None:
            try:
                self.process = subprocess.Popen(
                    command(self.repository, "cat-file", "--batch"),
                    env=environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            except FileNotFoundError:
                raise SourceError("git is not installed", hint="install git, or give a tarball or a folder") from None
            assert self.process.stdout is not None
            self.process.stdout = io.BufferedReader(_Patient(self.process.stdout, self.repository), 1 << 16)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        return self.process.stdout, self.process.stdin

    def _one(self, source: IO[bytes], limit: int) -> Found | None:
        line = source.readline(5000)
        head = line.rstrip(b"\n").split(b" ")
        if len(head) != 3 or not head[2].isdigit():
            self._waiting -= line.endswith((b" missing\n", b" ambiguous\n"))
            return None
        size = int(head[2])
        if size > limit:
            raise passed("file-bytes", f"{self.what}: an object of {size} bytes in git, more than {limit}")
        data = source.read(size + 1)
        if len(data) != size + 1:
            raise SourceError(f"{self.what}: git stopped in the middle of an object")
        self._waiting -= 1
        found = Found(head[0].decode(), head[1].decode(), data[:-1])
        if not _holds(found):
            raise SourceError(
                f"{self.what}: an object in git is not what its name says: {found.oid}", hint="run: git fsck"
            )
        return found

    def walk(self, tree: Found, may_hold: object) -> Iterator[Entry]:
        """Yield the paths of a tree, folder by folder, leaving out those that can't hold anything wanted."""
        level = [("", tree)]
        seen = 0
        for _ in range(self.limits.depth):
            folders: list[Entry] = []
            for folder, found in level:
                for entry in entries(found, folder):
                    seen += 1
                    if entry.mode != "40000":
                        yield entry
                    elif may_hold(entry.path):  # type: ignore[operator]
                        folders.append(entry)
            if seen > self.limits.members:
                raise passed("members", f"{self.what}: more than {self.limits.members} paths in git")
            if not folders:
                return
            trees = self.trees([entry.oid for entry in folders])
            level = [(entry.path, found) for entry, found in zip(folders, trees, strict=True)]
        raise passed("depth", f"{self.what}: folders nested deeper than {self.limits.depth}")


def _holds(found: Found) -> bool:
    """Tell whether the content of an object has the digest that is its name, which git does not look at here."""
    head = f"{found.kind} {len(found.data)}\0".encode()
    digest = hashlib.sha1(head, usedforsecurity=False) if len(found.oid) == 40 else hashlib.sha256(head)
    digest.update(found.data)
    return digest.hexdigest() == found.oid


def entries(tree: Found, folder: str) -> Iterator[Entry]:
    """Yield what a tree object holds: ``mode SP name NUL oid`` each."""
    width = len(tree.oid) // 2
    data, at = tree.data, 0
    prefix = f"{folder}/" if folder else ""
    while at < len(data):
        end = data.find(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        oid = data[end + 1 : end + 1 + width]
        if end < 0 or len(oid) < width or not mode.isdigit() or not name or b"/" in name:
            raise SourceError(f"a damaged tree in git: {tree.oid}", hint="run: git fsck")
        at = end + 1 + width
        yield Entry(prefix + name.decode("utf-8", "surrogateescape"), mode.decode(), oid.hex())
