"""States of a repository that were opened before: their files, their profile, and its units.

Walking a tree and laying a profile over it take longer than comparing what a commit changed.  When
no file that matters came or went, the units are those of the state before; only a file that a
profile takes for what it holds is looked into again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import msgspec

from abidiff import cache as caches
from abidiff.cache import entries
from abidiff.patterns import Searches
from abidiff.profile import Profile, holds, looks
from abidiff.project import Project
from abidiff.release import Release
from abidiff.sources.git_delta import Listing, listing_of, open_like
from abidiff.sources.snapshot import SnapshotUnit, plain_units, units_of

Versions = tuple[tuple[str, str], ...]


class State(msgspec.Struct, frozen=True, array_like=True):
    """One state.  ``looks``: (pattern, path, whether the file holds it)."""

    listing: Listing
    version: str
    profile: str
    units: tuple[SnapshotUnit, ...]
    missing: tuple[tuple[str, str], ...]
    looks: tuple[tuple[str, str, bool], ...]


def recall(
    argument: str, before: str, settings: tuple[object, ...], wanted: Callable[[str], bool]
) -> tuple[Release, str, Project] | None:
    """Open a state like one that was opened before; None when that does not tell enough.

    Returns the release, the name of its profile, and its units.
    """
    known: dict[str, State] = {}
    found = open_like(argument, before, partial(_listing, settings, known), wanted)
    if found is None:
        return None
    release, tree, changed = found
    state = known[tree]
    if release.version != state.version:
        return None
    searches = Searches()
    for pattern, path, held in state.looks:
        if path in changed and (not held or not holds(pattern, release.files, path, searches)):
            return None
    return release, state.profile, Project(state.profile, units_of(state.units), state.missing)


def remember(
    release: Release, profile: Profile, project: Project, settings: tuple[object, ...], versions: Versions
) -> None:
    """Keep a state of a repository, for one that is like it."""
    found = listing_of(release, versions)
    if found is None:
        return
    tree, listing = found
    looked = tuple(looks(profile, release))
    state = State(listing, release.version, profile.name, plain_units(project.units), project.missing, looked)
    with suppress(TypeError):
        entries.save(caches.default(), _key(tree, settings), state)


def _key(tree: str, settings: tuple[object, ...]) -> str:
    return caches.join("state", caches.code_key(), tree, *settings)


def _listing(settings: tuple[object, ...], known: dict[str, State], tree: str) -> Listing | None:
    found: State | None = entries.load(caches.default(), _key(tree, settings), State)
    if found is None:
        return None
    known[tree] = found
    return found.listing
