"""How a release is opened: the only input I/O.  Nothing is unpacked to disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from abidiff.files import Files, Joined
from abidiff.limits import Limits, now
from abidiff.release import Release

__all__ = ["joined_files", "open_release", "prepare"]


def open_release(
    argument: str,
    wanted: Callable[[str], bool],
    *,
    limits: Limits | None = None,
    progress: Callable[[str], None] | None = None,
    version_files: tuple[tuple[str, str], ...] = (),
    backend: str = "",
) -> Release:
    """Open what the user named as OLD or NEW, keeping only the wanted files.

    ``argument``       a tarball, zip, .deb or .rpm, a directory, ``REPO@REV``, a single file, a snapshot.
    ``wanted``         predicate over paths in the release; with a method ``may_hold(folder)`` it
                       also keeps whole folders from being walked.
    ``limits``         the bounds on what reading may cost; those of the run when not given.
    ``progress``       gets short texts for stderr.
    ``version_files``  (path, pattern) pairs that tell the version, in the order of trust.
    ``backend``        ``libarchive`` or ``stdlib`` to force how archives are read; empty takes
                       ``ABIDIFF_ARCHIVE`` from the environment, else what there is.

    Raises :class:`~abidiff.errors.SourceError` (exit 3) or ``LimitError`` for what can't be
    read, ``UsageError`` (exit 2) for an argument that makes no sense.
    """
    from abidiff.sources.open import Opening, open_argument

    request = Opening(wanted, limits or now(), progress or _silent, version_files, backend)
    return open_argument(argument, request)


def joined_files(first: Mapping[str, bytes], more: Mapping[str, bytes]) -> Files:
    """Put the files of two releases that are one beside each other; those of one repository stay unread."""
    from abidiff.sources.git_files import GitFiles

    if isinstance(first, GitFiles) and isinstance(more, GitFiles):
        return first.joined(more)
    one, other = (files if isinstance(files, Files) else Files(files) for files in (first, more))
    return Joined(one, other)


def prepare() -> None:
    """Load what reading an archive needs: done once before a fork, both processes have it."""
    from abidiff.sources import archive, collect, decompress, links, tar, together
    from abidiff.sources.open import open_argument

    del archive, collect, decompress, links, open_argument, tar, together


def _silent(_text: str) -> None:
    return None
