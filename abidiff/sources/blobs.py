"""What the blobs of git repositories hold: their ids with the SHA-256 of their content, from earlier runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from abidiff.cache import entries
from abidiff.cache.keys import join
from abidiff.cache.store import default
from abidiff.files import Joined

if TYPE_CHECKING:
    from abidiff.sources.git_files import GitFiles

MOST = 50_000
KEEP = 4
"""Of a repository's blobs, digests of at most so many states are kept."""


def attach(files: Mapping[str, bytes]) -> None:
    """Give the files of a git tree the digests that are known; other files tell theirs as they are."""
    git = _git(files)
    if git is not None:
        git.known = entries.load(default(), _key(git), dict[str, str]) or {}


def remember(files: Mapping[str, bytes]) -> None:
    """Keep what was learned of a git tree's files."""
    git = _git(files)
    if git is None or not git.learned:
        return
    known = git.known
    if len(known) > KEEP * len(git) or len(known) > MOST:
        known = {oid: known[oid] for oid in sorted(set(git.oids().values())) if oid in known}
    entries.save(default(), _key(git), known)


def _git(files: Mapping[str, bytes]) -> GitFiles | None:
    """Return the files of a git tree as what they are; anything else has no ids."""
    files = files.first if isinstance(files, Joined) else files
    return files if hasattr(files, "oids") else None  # type: ignore[return-value]


def _key(git: GitFiles) -> str:
    return join("blobs", git.place())
