"""What belongs to a surface and is not read: files in other letters than the profile's, and of another kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from abidiff import surfaces as registry
from abidiff.finding import Finding, Severity
from abidiff.markup import as_utf8
from abidiff.profile import Profile, candidates
from abidiff.release import Release

if TYPE_CHECKING:
    from abidiff.pipeline.reading import Reading

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


def unproved(findings: Iterable[Finding], unread: Iterable[tuple[str, str, str]]) -> Iterator[Finding]:
    """Yield the findings; nothing is proved to be gone from a file that could not be read on the new side."""
    closed = {path.casefold(): (path, why) for _, path, why in unread}
    for finding in findings:
        found = None
        if closed and finding.old is not None and finding.new is None:
            path = finding.old.path.casefold()
            parts = path.split("/")
            folders = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
            found = next((closed[place] for place in (path, *folders) if place in closed), None)
        if found is None or finding.severity is not Severity.BREAKING:
            yield finding
        else:
            text = f"{found[0]}: {found[1]}: it may hold this"
            yield finding.with_(severity=Severity.UNDECIDED, details=(*finding.details, ("not read", text)))


def without_equal(before: Reading, after: Reading) -> tuple[Reading, Reading]:
    """Return both sides without what neither of them shows and is equal on both."""
    equal = set(before.unread).intersection(after.unread)
    equal = {entry for entry in equal if entry[1] in before.pinned and entry[1] in after.pinned}
    if not equal:
        return before, after
    one, other = (tuple(e for e in side.unread if e not in equal) for side in (before, after))
    return replace(before, unread=one), replace(after, unread=other)
