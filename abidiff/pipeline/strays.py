"""What belongs to a surface and is not read: files in other letters than the profile's, of another kind, and empty."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator

from abidiff import surfaces as registry
from abidiff.files import C_HEADERS, POINTER, digest_of
from abidiff.markup import as_utf8
from abidiff.profile import Profile, candidates, claimed
from abidiff.profile.globs import compiled
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface_names import EXPORTS, HEADERS, SYMBOLS

LFS = "a pointer of Git LFS and not the file itself (git lfs pull)"
HEAD = 4096
BINARIES = (SYMBOLS, EXPORTS)
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
        if path in seen or (taken and known(path)):
            continue
        if surface.optional:
            why = LFS if not glob and release.files[path].startswith(POINTER) else ""
        else:
            why = f"its name is like {glob}, but for capital and small letters" if glob else ""
            why = why or not_itself(path, release.files[path])
        if not why and not taken and not surface.optional and surface.unlike is not None:
            why = surface.unlike(path, as_utf8(release.files[path]))
        if why:
            seen.add(path)
            yield path, why


def not_itself(path: str, data: bytes) -> str:
    """Return why a file is none, whatever its surface."""
    if data.startswith(POINTER):
        return LFS
    if b"\0" in as_utf8(data)[:HEAD] and not path.lower().endswith(".rnc"):
        return "no text (it holds NUL bytes)"
    return ""


def blank(release: Release, profile: Profile, project: Project, surfaces: Container[str]) -> Iterator[str]:
    """Yield the files with the name of a surface's (of these) that hold nothing."""
    files = release.files
    used = {path for unit in project.units for path in unit.files}
    listed = hasattr(files, "seen")  # a git tree's
    may_be_empty = {found.name for found in registry.SURFACES if found.is_empty is not None and found.name in surfaces}
    for path in sorted(files):
        if digest_of(files, path) in _NOTHING if listed else _empty(files[path]):
            if claimed(profile, path, surfaces):
                yield path
        elif path not in used and claimed(profile, path, may_be_empty):
            name = claimed(profile, path, surfaces)
            is_empty = registry.surface(name).is_empty if name else None
            if is_empty is not None and is_empty(as_utf8(files[path])):
                yield path


def elsewhere(release: Release, profile: Profile, project: Project, surfaces: Container[str]) -> tuple[str, str] | None:
    """Return (path, why) where a C library has headers, and none where the generic profile looks for them.

    That it is a library is shown by a symbol map, a shared object or a file of pkg-config.
    """
    rules = [rule for rule in profile.units if rule.surface == HEADERS]
    laid = {unit.surface for unit in project.units}
    if profile.name != "generic" or not rules or HEADERS not in surfaces or HEADERS in laid or release.single_file:
        return None
    if laid.isdisjoint(BINARIES) and not any(path.endswith((".pc", ".pc.in")) for path in release.files):
        return None
    left_out = compiled(rules[0].exclude).fullmatch
    found = [path for path in sorted(release.files) if path.endswith(C_HEADERS) and left_out(path) is None]
    if not found:
        return None
    first = min(found, key=lambda path: (path.count("/"), path))
    others = f"it and {len(found) - 1} other headers lie" if len(found) > 1 else "it lies"
    hint = "name the public ones with --headers GLOB, or the surfaces to look at with --surface"
    return first, f"{others} outside of include/, and no header is there: {hint}"


def _empty(data: bytes) -> bool:
    """Tell whether there are only blanks in a file; most show at their beginning that there is more."""
    return not data[:HEAD].removeprefix(_MARK).strip() and not data.removeprefix(_MARK).strip()
