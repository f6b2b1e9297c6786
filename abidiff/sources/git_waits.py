"""Finds what git would wait for or read without end: a pipe or a device among the files of a repository.

Git opens what lies at its well-known names without looking at what it is.  So these are looked at before git runs, and
nothing but small regular files (``.git``, ``commondir``, ``alternates``) is opened for it.  What is found as git finds
it: the repository's own folder, bare or behind a file ``.git``, what it shares with the repository that it is a work
tree of, and the objects that it borrows.  Whatever git is led to otherwise (settings that include others), its time
limit holds.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

MOST_LOOKED_AT = 200_000
"""So many files are looked at; objects come last."""
MOST_BORROWED = 20
_MOST_BYTES = 1 << 16
_READ = ("info", "refs", "reftable", "logs")
_OF_OBJECTS = re.compile(r"info|pack|[0-9a-f]{2}").fullmatch


class WaitsError(Exception):
    """A pipe or a device, by its path."""


class _Look:
    """One look at a repository: no folder twice, and so many files."""

    def __init__(self) -> None:
        self.left = MOST_LOOKED_AT
        self.seen: set[tuple[int, int]] = set()

    def folder(self, path: str) -> list[str]:
        """Look at the files of a folder; return the folders in it, by name."""
        folders: list[str] = []
        try:
            info = os.stat(path)  # noqa: PTH116 - any path may come
            if (info.st_dev, info.st_ino) in self.seen or self.left < 0:
                return folders
            self.seen.add((info.st_dev, info.st_ino))
            with os.scandir(path) as entries:
                for entry in entries:
                    self.left -= 1
                    if entry.is_file(follow_symlinks=False):
                        continue
                    if entry.is_dir():
                        folders.append(entry.name)
                    else:
                        _check(entry.path)
        except OSError:
            pass  # git says what is wrong
        return folders

    def below(self, path: str) -> None:
        """Look at all that lies in a folder."""
        pending = [path]
        while pending and self.left >= 0:
            at = pending.pop()
            pending += [f"{at}/{name}" for name in self.folder(at)]

    def own(self, path: str) -> None:
        """Look at the own folder of a repository."""
        shared = _text(f"{path}/commondir").rstrip("\n")
        common = os.path.normpath(f"{path}/{shared}" if not shared.startswith("/") else shared)
        places = dict.fromkeys((path, common))
        for place in places:
            self.folder(place)
            for name in _READ:
                _check(f"{place}/{name}")
                self.below(f"{place}/{name}")
        self.objects([f"{place}/objects" for place in places])

    def objects(self, pending: list[str]) -> None:
        """Look at folders of objects, and at those that they borrow from."""
        loose: list[str] = []
        known = set(pending)
        while pending and len(known) <= MOST_BORROWED:
            place = pending.pop()
            _check(place)
            for name in self.folder(place):
                if name in ("info", "pack"):
                    self.below(f"{place}/{name}")
                elif _OF_OBJECTS(name):
                    loose.append(f"{place}/{name}")
            for line in _text(f"{place}/info/alternates").splitlines():
                other = line if line.startswith("/") else os.path.normpath(f"{place}/{line}")
                if line and not line.startswith("#") and other not in known:
                    known.add(other)
                    pending.append(other)
        for place in loose:
            self.folder(place)


def what_waits(repository: Path) -> str:
    """Return a pipe or a device that git would come upon, or nothing."""
    look = _Look()
    try:
        for place in _places(os.path.realpath(repository)):
            look.own(place)
            if all(os.path.lexists(f"{place}/{name}") for name in ("HEAD", "refs")):
                break
    except WaitsError as found:
        return str(found)
    return ""


def _places(start: str) -> Iterator[str]:
    """Yield where git looks for a repository's own folder: ``.git``, what a file ``.git`` names, the folder itself."""
    for folder in (start, *map(str, Path(start).parents)):
        own = os.path.join(folder, ".git")  # noqa: PTH118 - any path may come
        _check(own)
        named = _text(own)
        if named.startswith("gitdir:"):
            yield os.path.join(folder, named.removeprefix("gitdir:").strip())  # noqa: PTH118
        elif os.path.isdir(own):  # noqa: PTH112
            yield own
        if os.path.lexists(f"{folder}/HEAD"):
            yield folder


def _check(path: str) -> None:
    """Raise for a pipe or a device, or a link to one."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except (OSError, ValueError):
        return
    if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise WaitsError(path)


def _text(path: str) -> str:
    """Return the beginning of a regular file, nothing of another one."""
    _check(path)
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return ""
            return file.read(_MOST_BYTES).replace(b"\0", b"").decode("utf-8", "surrogateescape")
    except OSError:
        return ""
