"""Where an application stands in the working tree, as annotations of a change have to name its files."""

from __future__ import annotations

import os
from pathlib import Path


def standing(argument: str) -> str:
    """Return the folder below which the files of an application lie, with ``/``; empty for the top.

    It is relative to the top of the git work tree around the working folder, where there is one, else to the working
    folder; of what lies outside of that it is absolute.  Archives and revisions have paths of their own: empty.
    """
    from abidiff.sources.kinds import kind_of

    path = Path(argument)
    if not path.exists() or (path.is_file() and kind_of(path)):
        return ""
    folder = Path(os.path.abspath(path if path.is_dir() else path.parent))  # noqa: PTH100 - links stay as written
    here = Path.cwd()
    top = next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
    for one in (folder, folder.resolve()):
        if one.is_relative_to(top):
            inside = one.relative_to(top).as_posix()
            return "" if inside == "." else inside
    return folder.as_posix()
