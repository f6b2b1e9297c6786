"""Headers that are given beside all pairs of a survey: packages are unpacked once, and each pair reads the folder."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from abidiff.errors import AbidiffError
from abidiff.sources.others import headers_of

FOLDER = "with"


@contextlib.contextmanager
def shared(arguments: Sequence[str], folder: Path) -> Iterator[tuple[str, ...]]:
    """Give each argument as a folder below ``folder``/with, which goes at the end.

    A folder is given as it is, and so is what cannot be read or written: each pair says why.
    """
    into = folder.resolve() / FOLDER
    shutil.rmtree(into, ignore_errors=True)
    try:
        yield tuple(_unpacked(argument, into / str(number)) for number, argument in enumerate(arguments))
    finally:
        shutil.rmtree(into, ignore_errors=True)


def _unpacked(argument: str, into: Path) -> str:
    if Path(argument).is_dir():
        return argument
    try:
        name, files = headers_of(argument)
        if not name.strip("."):
            return argument
        root = into / name
        for path, data in files.items():
            target = root / path
            if not target.resolve().is_relative_to(root):
                return argument
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except (AbidiffError, OSError, ValueError):
        return argument
    return str(root)
