"""What a state of a repository holds, told from another state of it that was read before."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from abidiff import limits
from abidiff.errors import AbidiffError
from abidiff.release import Release
from abidiff.sources import request as req
from abidiff.sources.git import INDEX, WORKTREE, check, day_of, label_of, short, split, tree_and_commit
from abidiff.sources.git_command import run
from abidiff.sources.git_files import GitFiles
from abidiff.sources.git_objects import Objects
from abidiff.sources.request import printable

_CHANGE = re.compile(rb":(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*")
_REGULAR = frozenset((b"100644", b"100755"))
_NOTHING = b"000000"


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
    except AbidiffError:
        return None
    code, out, _ = run(repository, "diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", old.oid, new.oid)
    changed = _changed(out, listing.oids, wanted) if code == 0 else None
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


def _changed(out: bytes, known: Mapping[str, str], wanted: Callable[[str], bool]) -> dict[str, str] | None:
    """Return the new ids of files that matter; None when more than their content changed."""
    parts = out.split(b"\0")
    found: dict[str, str] = {}
    for head, raw in zip(parts[0::2], parts[1::2], strict=False):
        change = _CHANGE.fullmatch(head)
        if change is None:
            return None
        path = raw.decode("utf-8", "surrogateescape")
        modes = {change[1], change[2]}
        if not modes - {_NOTHING} <= _REGULAR:
            return None
        if _NOTHING in modes:
            if path in known or wanted(path):
                return None
        elif path in known:
            found[path] = change[4].decode()
    return found
