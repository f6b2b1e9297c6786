"""What an argument names: an archive, a folder, ``REPO@REV``, ``HISTORY.db@VERSION``, a snapshot or a single file."""

from __future__ import annotations

import errno
from pathlib import Path

from abidiff.errors import MissingError, SourceError
from abidiff.release import Release
from abidiff.sources.request import Opening, printable

__all__ = ["Opening", "open_argument"]

_NOTHING = (errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
"""What opening says of a name that leads to nothing, or to what this user may not read."""


def open_argument(argument: str, request: Opening) -> Release:
    """Open what the user named; an existing path wins over ``REPO@REV``."""
    if not argument or "\0" in argument:
        raise MissingError("an empty name is no release")
    path = Path(argument)
    try:
        from abidiff.sources.together import parts_of, put_together

        parts = parts_of(argument)
        if parts:
            return put_together(argument, parts, [open_argument(part, request) for part in parts])
        if path.is_dir():
            from abidiff.sources.folder import open_folder

            return open_folder(argument, path, request)
        if path.exists():
            return _file(argument, path, request)
    except OSError as error:
        if error.errno in _NOTHING:
            raise MissingError(f"{printable(argument)}: {error.strerror}") from None
        raise SourceError(f"{printable(argument)}: {error.strerror or error}") from None
    if "@" in argument:
        from abidiff.sources.history.named import split

        if split(argument) is not None:
            from abidiff.sources.history.stored import open_stored

            return open_stored(argument)
        from abidiff.sources.git import open_revision

        return open_revision(argument, request)
    raise MissingError(
        f"{printable(argument)}: no such file or folder",
        hint="give a tarball, a folder, REPO@REV, a snapshot, a single file, or PACKAGE+PACKAGE",
    )


def _file(argument: str, path: Path, request: Opening) -> Release:
    if not path.is_file():
        raise SourceError(f"{printable(argument)}: neither a file nor a folder")
    from abidiff.sources.archive import open_archive
    from abidiff.sources.kinds import kind_of

    kind = kind_of(path)
    if kind:
        return open_archive(argument, path, kind, request)
    from abidiff.sources.history.named import is_history

    if is_history(path):
        raise SourceError(
            f"{printable(argument)}: a history holds many releases",
            hint=f"name one: {printable(argument)}@VERSION; list them: abi-diff history list {printable(argument)}",
        )
    from abidiff.sources.single import open_single

    return open_single(argument, path, request)
