"""Profiles: projects described as data (``abidiff/profiles/*.toml``), recognised by their files."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from abidiff.errors import SourceError, UsageError
from abidiff.patterns import Searches
from abidiff.profile.globs import AnyOf, Selection
from abidiff.profile.model import Profile, Tier, UnitRule
from abidiff.project import Project
from abidiff.release import Release
from abidiff.resources import resource

__all__ = [
    "Profile",
    "Tier",
    "UnitRule",
    "candidates",
    "claimed",
    "holds",
    "known",
    "load",
    "looks",
    "predates",
    "project_of",
    "reached",
    "recognise",
    "wanted",
]

FALLBACK = "generic"


def known() -> tuple[str, ...]:
    """Return the names of the profiles that ship with the package."""
    return tuple(sorted(path.stem for path in resource("profiles").glob("*.toml")))


@cache
def load(name_or_path: str) -> Profile:
    """Return a profile by its name, or from a file (a path with ``/`` or ending in ``.toml``)."""
    from abidiff.profile.read import read

    if name_or_path in known():
        return replace(read(resource(f"profiles/{name_or_path}.toml"), shipped=True), origin="")
    if "/" in name_or_path or name_or_path.endswith(".toml"):
        return read(Path(name_or_path))
    raise UsageError(
        f"no profile named {name_or_path!r}",
        hint=f"known: {', '.join(known())}; or give the path of a .toml file",
    )


def recognise(release: Release | Iterable[str]) -> Profile:
    """Return the profile whose files the release has, ``generic`` when none knows it."""
    if isinstance(release, Release) and release.project is not None:
        return _of_snapshot(release, release.project.profile)
    paths = set(release.files if isinstance(release, Release) else release)
    for name in known():
        profile = load(name)
        if profile.recognise and all(paths.intersection(group) for group in profile.recognise):
            return profile
    return load(FALLBACK)


def _of_snapshot(release: Release, name: str) -> Profile:
    """Return the profile that a snapshot names: one that ships, as only the user names files."""
    if name in known():
        return load(name)
    raise SourceError(
        f"{release.origin}: a snapshot made with the profile {name[:80]!r}, which does not ship with abidiff",
        hint="give its file with --profile FILE",
    )


def wanted(*profiles: Profile) -> Selection | AnyOf:
    """Return the predicate of the files to read: for these profiles, or for all that are known."""
    from abidiff.profile.lay import wanted as wanted_by

    selections = [wanted_by(profile) for profile in profiles or tuple(load(name) for name in known())]
    return selections[0] if len(selections) == 1 else AnyOf(selections)


def claimed(profile: Profile, path: str, surfaces: Container[str] | None = None) -> str:
    """Return the surface (of these) whose a file is by its name; of a folder (``a/b/``), of which it may hold one."""
    from abidiff.profile.lay import claimed as found

    return found(profile, path, surfaces)


def reached(profile: Profile, folder: str) -> bool:
    """Tell whether a glob that begins with the name of a folder may match below this one (``a/b/``)."""
    from abidiff.profile.lay import reached as found

    return found(profile, folder)


def candidates(profile: Profile, release: Release) -> Iterable[tuple[str, str, str, bool]]:
    """Return the files that a profile names: (surface, path, glob, taken); see :mod:`abidiff.profile.lay`."""
    from abidiff.profile.lay import candidates as found

    return found(profile, release)


def looks(profile: Profile, release: Release) -> Iterable[tuple[str, str, bool]]:
    """Return the files that a profile takes for what they hold: (pattern, path, whether it does)."""
    from abidiff.profile.lay import looks as found

    return found(profile, release)


def holds(pattern: str, files: Mapping[str, bytes], path: str, searches: Searches) -> bool:
    """Tell whether a pattern matches in a file; searches of one pass share their bounds."""
    from abidiff.profile.lay import holds as found

    return found(pattern, files, path, searches)


def predates(profile: Profile, surface: str, version: str) -> bool:
    """Tell whether a release is older than all that a profile expects on a surface."""
    from abidiff.profile.lay import predates as older

    return older(profile, surface, version)


def project_of(profile: Profile, release: Release) -> Project:
    """Lay a profile over a release: its units, and what the profile expects but did not find.

    A snapshot brings its project along.
    """
    if release.project is not None:
        found: Project = release.project
        return found
    from abidiff.profile.lay import lay
    from abidiff.profile.single import lay_single

    return lay_single(profile, release) if release.single_file else lay(profile, release)
