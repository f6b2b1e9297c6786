"""What belongs to a surface and is not read: files in other letters than the profile's, of another kind, and empty."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator

from abidiff import surfaces as registry
from abidiff.files import digest_of
from abidiff.markup import as_utf8
from abidiff.profile import Profile, candidates, claimed
from abidiff.project import Project
from abidiff.release import Release

POINTER = b"version https://git-lfs.github.com/spec/"
HEAD = 4096
_MARK = b"\xef\xbb\xbf"
_NOTHING = frozenset(
    hashlib.sha256(mark + end * count).hexdigest()
    for mark in (b"", _MARK)
    for end in (b"\n", b"\r\n", b" ")
    for count in range(9)
)
"""Digests of files of a few ends of lines: of a git tree, files are known by these before they are read."""


def strays(profile: Profile, release: Release) -> Iterator[tuple[str, str]]:
    """Yield (path, why) of files that have the name of a surface's and are no such file."""
    if release.single_file or release.project is not None:
        return
    seen: set[str] = set()
    known = getattr(release.files, "seen", lambda _path: False)  # of a git tree: read in an earlier run
    for surface_name, path, glob, taken in candidates(profile, release):
        surface = registry.surface(surface_name)
        if path in seen or surface.optional or (taken and known(path)):
            continue
        why = _why(path, release.files[path], glob)
        if not why and not taken and surface.unlike is not None:
            why = surface.unlike(path, as_utf8(release.files[path]))
        if why:
            seen.add(path)
            yield path, why


def _why(path: str, data: bytes, glob: str) -> str:
    """Return why a file is none, whatever its surface."""
    if glob:
        return f"its name is like {glob}, but for capital and small letters"
    if data.startswith(POINTER):
        return "a pointer of Git LFS and not the file itself (git lfs pull)"
    if b"\0" in as_utf8(data)[:HEAD] and not path.lower().endswith(".rnc"):
        return "no text (it holds NUL bytes)"
    return ""


def blank(release: Release, profile: Profile, project: Project, surfaces: Container[str]) -> Iterator[str]:
    """Yield the files with the name of a surface's (of these) that hold nothing."""
    files = release.files
    used = {path for unit in project.units for path in unit.files}
    listed = hasattr(files, "seen")  # a git tree's
    for path in sorted(files):
        if digest_of(files, path) in _NOTHING if listed else _empty(files[path]):
            if claimed(profile, path, surfaces):
                yield path
        elif path not in used:
            name = claimed(profile, path, surfaces)
            hollow = registry.surface(name).hollow if name else None
            if hollow is not None and hollow(as_utf8(files[path])):
                yield path


def _empty(data: bytes) -> bool:
    """Tell whether there are only blanks in a file; most show at their beginning that there is more."""
    return not data[:HEAD].removeprefix(_MARK).strip() and not data.removeprefix(_MARK).strip()
