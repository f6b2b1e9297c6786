"""What belongs to a surface and is not read: files in other letters than the profile's, and of another kind."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff import surfaces as registry
from abidiff.markup import as_utf8
from abidiff.profile import Profile, candidates
from abidiff.release import Release

POINTER = b"version https://git-lfs.github.com/spec/"
HEAD = 4096


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
