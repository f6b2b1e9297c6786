"""The files of a git tree: known by their ids at once, read from the repository when they are asked for."""

from __future__ import annotations

import hashlib
import os
import weakref
from collections import deque
from collections.abc import ItemsView, Iterator, KeysView, Mapping
from pathlib import Path

from abidiff.files import MISSING, Files
from abidiff.limits import DEFAULT, Limits, passed
from abidiff.sources.git_objects import Objects

MOST_RUNNING = 4
"""Of so many trees a reader runs at once; another tree that is read from again starts one anew."""
_running: deque[weakref.ref[Objects]] = deque()


class GitFiles(Files):
    """Path → bytes of a blob.

    ``oids`` are the ids of the blobs by path.  ``known`` maps ids to SHA-256 digests of contents, from
    earlier runs: a file whose digest is all that is asked for is then not read.  What is learned
    is added to it.  ``tree`` is the id of the tree when its listing is all there is to it: no links
    lead to its files.
    """

    __slots__ = (
        "__weakref__",
        "_bytes",
        "_limits",
        "_oids",
        "_opened",
        "_repository",
        "_what",
        "known",
        "learned",
        "tree",
    )

    def __init__(
        self, oids: Mapping[str, str], repository: Path, what: str, limits: Limits = DEFAULT, tree: str = ""
    ) -> None:
        super().__init__({})
        self._oids = {path: oids[path] for path in sorted(oids)}
        self.tree = tree
        self._repository, self._what, self._limits = repository, what, limits
        self._opened: tuple[int, Objects] | None = None
        self._bytes = 0
        self.known: dict[str, str] = {}
        self.learned = False

    def __getitem__(self, path: str) -> bytes:
        data = self._held.get(path)
        if data is None:
            data = self._held[path] = self._read(self._oids[path])
        return data

    def __contains__(self, path: object) -> bool:
        return path in self._oids

    def __iter__(self) -> Iterator[str]:
        return iter(self._oids)

    def __len__(self) -> int:
        return len(self._oids)

    def keys(self) -> KeysView[str]:
        """Return the paths."""
        return self._oids.keys()

    def items(self) -> ItemsView[str, bytes]:
        """Return paths and contents: reads all of them."""
        return {path: self[path] for path in self}.items()

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file's content, without reading it where its id is known."""
        oid = self._oids.get(path)
        if oid is None:
            return MISSING
        found = self.known.get(oid)
        if found is None:
            found = self.known[oid] = hashlib.sha256(self[path]).hexdigest()
            self.learned = True
        return found

    def blob(self, path: str) -> str:
        """Return the id of a file's blob."""
        return self._oids.get(path, "")

    def seen(self, path: str) -> bool:
        """Tell whether the content of a file was looked into in an earlier run."""
        return self._oids.get(path) in self.known

    def place(self) -> str:
        """Return where the repository is."""
        return os.path.realpath(self._repository)

    def oids(self) -> dict[str, str]:
        """Return the id of the blob of each path."""
        return dict(self._oids)

    def joined(self, more: GitFiles) -> GitFiles:
        """Return these files and more of the same tree."""
        made = GitFiles({**more.oids(), **self._oids}, self._repository, self._what, self._limits)
        made.known, made.learned = self.known, self.learned
        return made

    def _read(self, oid: str) -> bytes:
        data = self._objects().blob(oid, self._limits.file_bytes)
        self._bytes += len(data)
        if self._bytes > self._limits.kept_bytes:
            raise passed("kept-bytes", f"{self._what}: the files that matter are more than the bound allows")
        return data

    def _objects(self) -> Objects:
        """Return a reader of this process: after a fork, two must not share one pipe."""
        if self._opened is None or self._opened[0] != os.getpid():
            objects = Objects(self._repository, self._what, self._limits)
            weakref.finalize(self, objects.close)
            self._opened = os.getpid(), objects
        objects = self._opened[1]
        if objects.process is None:
            _running.append(weakref.ref(objects))
            while len(_running) > MOST_RUNNING:
                last = _running.popleft()()
                if last is not None and last is not objects:
                    last.close()
        return objects
