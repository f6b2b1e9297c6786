"""States of a repository that were opened before: their files, their profile, and its units.

Walking a tree and laying a profile over it take longer than comparing what a commit changed.  When
no file that matters came or went, the units are those of the state before; only a file that a
profile takes for what it holds is looked into again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from abidiff import cache as caches
from abidiff.profile import Profile, looks
from abidiff.project import Project, Unit
from abidiff.release import Release, frozen, plain
from abidiff.sources.git_delta import Listing, listing_of, open_like

Versions = tuple[tuple[str, str], ...]


class Laid(msgspec.Struct, frozen=True, array_like=True):
    """A unit as it is kept."""

    surface: str
    name: str
    tier: str
    files: tuple[str, ...]
    roots: tuple[str, ...]
    options: dict[str, Any]


class State(msgspec.Struct, frozen=True, array_like=True):
    """One state.  ``looks``: (pattern, path, whether the file holds it)."""

    listing: Listing
    version: str
    profile: str
    units: tuple[Laid, ...]
    missing: tuple[str, ...]
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
    for pattern, path, held in state.looks:
        if path in changed and (re.search(pattern.encode(), release.files[path]) is not None) != held:
            return None
    units = tuple(Unit(u.surface, u.name, u.tier, u.files, u.roots, frozen(u.options)) for u in state.units)
    return release, state.profile, Project(state.profile, units, state.missing)


def remember(
    release: Release, profile: Profile, project: Project, settings: tuple[object, ...], versions: Versions
) -> None:
    """Keep a state of a repository, for one that is like it."""
    found = listing_of(release, versions)
    if found is None:
        return
    tree, listing = found
    units = tuple(Laid(u.surface, u.name, u.tier, u.files, u.roots, _plain(u.options)) for u in project.units)
    looked = tuple(looks(profile, release))
    state = State(listing, release.version, profile.name, units, project.missing, looked)
    try:
        caches.default().put(_key(tree, settings), msgspec.msgpack.encode(state))
    except (TypeError, UnicodeEncodeError, OverflowError):
        return


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = plain(options)
    return found


def _key(tree: str, settings: tuple[object, ...]) -> str:
    return caches.join("state", caches.code_key(), tree, *settings)


def _listing(settings: tuple[object, ...], known: dict[str, State], tree: str) -> Listing | None:
    data = caches.default().get(_key(tree, settings))
    if data is None:
        return None
    try:
        known[tree] = msgspec.msgpack.decode(data, type=State)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        caches.default().drop(_key(tree, settings))
        return None
    return known[tree].listing
