"""What a surface looks for in a release and the profile does not name: files that others include.

A profile names what is public by globs.  What its files include counts with them, whatever it is called and wherever it
lies: a list of macros (``.def``), a part of a header (``.inc``).  A parse notes which paths it looked for and did not
find; those that the release has are read, and what cannot be read of them is a problem of the surface.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from abidiff.files import OTHERS
from abidiff.pipeline.parts import Models
from abidiff.pipeline.request import Request
from abidiff.pipeline.strays import not_itself
from abidiff.release import Release
from abidiff.sources import joined_files, open_release

ROUNDS = 12
"""Of files that include each other, so many are followed."""
MOST = 5000
"""Of so many paths a release is asked whether it has them."""
LATE = "files that are included by files that are included: deeper than is followed"


class Paths:
    """A selection of files by their very paths."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = frozenset(paths)
        self.endings = ("",)
        self._folders = {folder for path in self.paths for folder in _folders_of(path)}

    def __call__(self, path: str) -> bool:
        """Tell whether a path is one of these."""
        return path in self.paths

    def may_hold(self, folder: str) -> bool:
        """Tell whether one of these lies in a folder."""
        return folder in self._folders

    def anchored(self, folder: str) -> bool:
        """Tell whether one of these lies below a top folder."""
        return folder in self._folders


def with_included(
    release: Release, models: Models, request: Request, again: Callable[[Release], Models]
) -> tuple[Release, Models]:
    """Return a release with what its files include, and its models; ``again`` makes these."""
    asked: set[str] = set()
    for turn in range(ROUNDS + 1):
        paths = [path for path in _looked_for(release, models) if path not in asked]
        found = _there(release, paths[:MOST], request)
        if found is None:
            break
        asked.update(paths)
        if turn == ROUNDS:
            unread = ((path, LATE) for path in found.files)
            return replace(release, unread=(*release.unread, *unread)), models
        release = _joined(release, found)
        if found.files:
            models = again(release)
    return release, models


def _looked_for(release: Release, models: Models) -> Iterator[str]:
    """Yield the paths that were looked for and not found."""
    if release.single_file or release.project is not None:
        return
    seen: set[str] = set()
    for part in models.parts.values():
        for path in part.missing:
            plain = not path.startswith(("/", "../", OTHERS)) and "\0" not in path and len(path) < 4096
            if plain and path not in seen:
                seen.add(path)
                yield path


def _there(release: Release, paths: list[str], request: Request) -> Release | None:
    """Return the release with these files alone, None where it has none of them."""
    if paths and release.passed:
        every = frozenset(release.passed)  # a folder on the way that is among these is a link
        paths = [path for path in paths if not every.isdisjoint(map(_bytes, (path, *_folders_of(path))))]
    if not paths:
        return None
    found = open_release(request.argument, Paths(paths))
    return found if found.files or found.unread else None


def _folders_of(path: str) -> Iterator[str]:
    return (path[:at] for at, letter in enumerate(path) if letter == "/")


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _joined(release: Release, found: Release) -> Release:
    """Put files beside those of a release; what is no such file is not read."""
    bad = [(path, why) for path in found.files if (why := not_itself(path, found.files[path]))]
    without = {path for path, _ in bad}
    files = found.files
    if without:
        files = {path: data for path, data in files.items() if path not in without}
    joined = joined_files(release.files, files)
    unread = tuple(dict.fromkeys((*release.unread, *found.unread, *bad)))
    pinned = tuple(dict.fromkeys((*release.pinned, *found.pinned)))
    return replace(release, files=joined, unread=unread, pinned=pinned)
