"""What a work tree of git leaves out."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from abidiff.sources.git_command import run
from abidiff.sources.regular import read_regular


def holes(top: Path) -> Iterator[tuple[str, str]]:
    """Yield what a work tree leaves out, a folder with ``/`` at its end: (path, why).

    That is what a sparse checkout does not bring.  Nothing where git can't tell.
    """
    code, out, _ = run(top, "ls-files", "-s", "-t", "-z")
    for record in out.split(b"\0") if code == 0 else ():
        head, _, path = record.partition(b"\t")
        name = path.decode("utf-8", "surrogateescape")
        if head.startswith(b"S "):
            yield name, "left out by git sparse-checkout"


def submodules(top: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield the submodules of a work tree, which are not entered: (folder with ``/``, why, whether that is all).

    One that is not checked out, or is at the commit that is staged, is as it is in a revision.
    """
    code, out, _ = run(top, "ls-files", "-s", "-z")
    for record in out.split(b"\0") if code == 0 else ():
        head, _, path = record.partition(b"\t")
        if head.startswith(b"160000 "):
            name = path.decode("utf-8", "surrogateescape")
            commit = head.split(b" ")[1].decode()
            yield f"{name}/", f"a submodule, at commit {commit[:12]}", _at(top, name) in ("", commit)


def _at(top: Path, name: str) -> str:
    """Return the commit that a submodule is at; empty where it is not checked out, ``?`` where that is not told.

    No program is started in it, and nothing is read outside of the work tree.
    """
    marker = top / name / ".git"
    if not os.path.lexists(marker):
        return "" if not _filled(top / name) else "?"
    text = _line(marker)
    if not text.startswith("gitdir: "):
        return "?"
    folder = os.path.realpath(os.path.join(top, name, text[8:]))  # noqa: PTH118
    if not folder.startswith(f"{os.path.realpath(top)}/"):
        return "?"
    head = _line(Path(folder) / "HEAD")
    return head if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", head) else "?"


def _line(path: Path) -> str:
    if path.is_symlink():
        return ""
    found = read_regular(str(path), 1 << 16, str(path), path.name)
    return found[0].decode("utf-8", "surrogateescape").strip() if found else ""


def _filled(folder: Path) -> bool:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return next(entries, None) is not None
    return False
