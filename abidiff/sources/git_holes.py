"""What a work tree of git leaves out."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from abidiff.sources.git_command import run


def holes(top: Path) -> Iterator[tuple[str, str]]:
    """Yield what a work tree leaves out, a folder with ``/`` at its end: (path, why).

    That is what a sparse checkout does not bring, and submodules that are not checked out.  Nothing where git
    can't tell.
    """
    code, out, _ = run(top, "ls-files", "-s", "-t", "-z")
    for record in out.split(b"\0") if code == 0 else ():
        head, _, path = record.partition(b"\t")
        name = path.decode("utf-8", "surrogateescape")
        if head.startswith(b"S "):
            yield name, "left out by git sparse-checkout"
        elif head.startswith(b"H 160000 ") and not _filled(top / name):
            yield f"{name}/", "a submodule that is not checked out (git submodule update --init)"


def _filled(folder: Path) -> bool:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return next(entries, None) is not None
    return False
