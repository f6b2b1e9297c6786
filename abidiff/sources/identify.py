"""What an input is, without reading what is in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from abidiff.limits import DEFAULT
from abidiff.sources.request import printable


def identify(argument: str) -> str:
    """Return a text that is the same only for the same content; empty when only reading tells."""
    path = Path(argument)
    if path.is_file():
        return _archive(path)
    if "@" in argument and not path.exists():
        return _revision(argument)
    return ""


def _archive(path: Path) -> str:
    from abidiff.sources.archive import kind_of

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
    with Objects(repository, printable(argument), DEFAULT) as objects:
        tree, commit = tree_and_commit(objects, name)
    if tree is None:
        return ""
    return f"git {tree.oid} {commit.oid if commit else ''} {label_of(repository, name)}"
