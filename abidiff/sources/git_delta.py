"""What a state of a repository holds, told from another state of it that was read before."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from abidiff import limits
from abidiff.errors import AbidiffError
from abidiff.release import Release
from abidiff.sources import request as req
from abidiff.sources.git import INDEX, WORKTREE, check, day_of, label_of, short, split, tree_and_commit
from abidiff.sources.git_files import GitFiles
from abidiff.sources.git_objects import Entry, Found, Objects, entries
from abidiff.sources.request import printable

_REGULAR = frozenset(("100644", "100755"))
_TREE = "40000"


class Listing(msgspec.Struct, frozen=True, array_like=True):
    """The files of a tree that matter, by the ids of their blobs.

    ``stated`` is the version that they state, ``stating`` the files that may state one.
    """

    oids: dict[str, str]
    stated: str
    stating: tuple[str, ...]
    notes: tuple[str, ...] = ()


def listing_of(release: Release, version_files: tuple[tuple[str, str], ...]) -> tuple[str, Listing] | None:
    """Return the id of a release's tree and its listing; None when the listing is not all there is to it."""
    files = release.files
    if not isinstance(files, GitFiles) or not files.tree or release.unread:
        return None
    stating = tuple(dict.fromkeys(path for path, _ in version_files))
    return files.tree, Listing(files.oids(), req.version_in_files(files, version_files), stating, release.notes)


def open_like(
    argument: str,
    before: str,
    find: Callable[[str], Listing | None],
    wanted: Callable[[str], bool],
) -> tuple[Release, str, frozenset[str]] | None:
    """Open ``REPO@REV`` as what another revision of the repository was, but for what changed.

    ``find`` gives the listing of a tree, if there is one.  Returns the release, the id of the other
    tree, and the paths whose content changed; None when the whole tree has to be walked: a file that
    matters came or went, or a link is among what changed.
    """
    try:
        (repository, name), (other, older) = split(argument), split(before)
        if repository != other or name in (INDEX, WORKTREE) or older in (INDEX, WORKTREE):
            return None
        check(name)
        check(older)
        with Objects(repository, printable(argument), limits.now()) as objects:
            old, _ = tree_and_commit(objects, older)
            new, commit = tree_and_commit(objects, name)
            listing = find(old.oid) if old is not None else None
            if old is None or new is None or listing is None or _states_another(listing, new.oid, objects):
                return None
            changed = _changed(objects, old, new, listing.oids, wanted)
    except AbidiffError:
        return None
    if changed is None or any(path in changed for path in listing.stating):
        return None
    files = GitFiles({**listing.oids, **changed}, repository, printable(argument), limits.now(), new.oid)
    version = listing.stated or req.version_in_name(short(name))
    label = label_of(repository, name)
    release = req.release(label, version, files, argument, date=day_of(commit), notes=listing.notes)
    return release, old.oid, frozenset(changed)


def _states_another(listing: Listing, tree: str, objects: Objects) -> bool:
    """Tell whether a file that may state the version is another one in a tree."""
    for path in listing.stating:
        found = objects.find(f"{tree}:{path}") if "\n" not in path else None
        if (found.oid if found is not None else "") != listing.oids.get(path, ""):
            return True
    return False


def _changed(
    objects: Objects, old: Found, new: Found, known: Mapping[str, str], wanted: Callable[[str], bool]
) -> dict[str, str] | None:
    """Return the new ids of files that matter; None when more than their content changed.

    Each tree is held against its name, as in a whole walk: git's own comparison takes trees for what they are called.
    """
    found: dict[str, str] = {}
    level: list[tuple[str, Found | None, Found | None]] = [("", old, new)]
    seen = 0
    while level:
        folders: list[tuple[str, str, str]] = []
        for folder, before, after in level:
            mine, theirs = _entries(before, folder), _entries(after, folder)
            if mine is None or theirs is None:
                return None
            seen += len(mine) + len(theirs)
            for path in dict.fromkeys((*mine, *theirs)):
                was, now = mine.get(path), theirs.get(path)
                if was is not None and now is not None and (was.mode, was.oid) == (now.mode, now.oid):
                    continue
                modes = [one.mode for one in (was, now) if one is not None]
                if _TREE in modes:
                    folders.append((path, _tree(was), _tree(now)))
                files = [mode for mode in modes if mode != _TREE]
                if not _REGULAR.issuperset(files):
                    return None
                if len(files) == 1:
                    if path in known or wanted(path):
                        return None
                elif files and path in known:
                    assert now is not None
                    found[path] = now.oid
        if seen > objects.limits.members or (folders and folders[0][0].count("/") >= objects.limits.depth):
            return None
        trees = objects.trees([oid for _, *both in folders for oid in both if oid])
        level = []
        for path, first, second in folders:
            one = next(trees) if first else None
            level.append((path, one, next(trees) if second else None))
    return found


def _tree(entry: Entry | None) -> str:
    """Return the id of an entry's tree, nothing when it is none."""
    return entry.oid if entry is not None and entry.mode == _TREE else ""


def _entries(tree: Found | None, folder: str) -> dict[str, Entry] | None:
    """Return what a tree holds by its paths; None when it holds a path twice."""
    listed = list(entries(tree, folder)) if tree is not None else []
    found = {entry.path: entry for entry in listed}
    return found if len(found) == len(listed) else None
