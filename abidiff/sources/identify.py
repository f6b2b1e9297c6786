"""What an input is, without reading what is in it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from abidiff import limits
from abidiff.errors import AbidiffError
from abidiff.sources.request import printable


def identify(argument: str) -> str:
    """Return a text that is the same only for the same content; empty when only reading tells."""
    from abidiff.sources.together import parts_of

    path = Path(argument)
    parts = parts_of(argument)
    if parts:
        found = [identify(part) for part in parts]
        return f"together {found}" if all(found) else ""
    if path.is_file():
        return _archive(path)
    if "@" in argument and not path.exists():
        from abidiff.sources.history.named import split

        if split(argument) is None:
            return _revision(argument)
        from abidiff.sources.history.stored import identity

        return identity(argument)
    return ""


def same_input(old: str, new: str) -> bool:
    """Tell whether two arguments name one place, or one commit of one repository."""
    if Path(old).exists() or Path(new).exists():
        return os.path.realpath(old) == os.path.realpath(new)
    from abidiff.sources.history.named import split as of_history
    from abidiff.sources.together import parts_of

    parts = parts_of(old), parts_of(new)
    if any(parts):
        return [os.path.realpath(part) for part in parts[0]] == [os.path.realpath(part) for part in parts[1]]
    if of_history(old) or of_history(new):
        from abidiff.sources.history.stored import place

        places = place(old), place(new)
        if any(places):
            return places[0] == places[1]
    try:
        return _commit(old) == _commit(new)
    except AbidiffError:  # said, with what is wrong, when it is opened
        return False


def _commit(argument: str) -> tuple[str, str]:
    from abidiff.sources.git import INDEX, WORKTREE, check, split, tree_and_commit
    from abidiff.sources.git_objects import Objects

    repository, name = split(argument)
    place = os.path.realpath(repository)
    if name in (INDEX, WORKTREE):
        return place, name
    check(name)
    with Objects(repository, printable(argument), limits.now()) as objects:
        tree, commit = tree_and_commit(objects, name)
    folder = name.partition(":")[2]
    return place, f"{commit.oid} {folder}" if commit else f"{tree.oid if tree else name}"


def _archive(path: Path) -> str:
    from abidiff.sources.kinds import kind_of

    if not kind_of(path):
        return ""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return f"archive {digest} {path.name}"


def _revision(argument: str) -> str:
    from abidiff.sources.git import INDEX, WORKTREE, check, label_of, split, tree_and_commit
    from abidiff.sources.git_objects import Objects

    repository, name = split(argument)
    if name in (INDEX, WORKTREE):
        return ""
    check(name)
    with Objects(repository, printable(argument), limits.now()) as objects:
        tree, commit = tree_and_commit(objects, name)
    if tree is None:
        return ""
    return f"git {tree.oid} {commit.oid if commit else ''} {label_of(repository, name)}"
