"""Files that ship with the package: grammars, profiles, system headers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Return the path of a shipped file, given relative to the package.

    ``grammars/`` stands at the top of the source tree and inside the package in a wheel.
    """
    inside = _PACKAGE / name
    if inside.exists():
        return inside
    beside = _PACKAGE.parent / name
    if beside.exists():
        return beside
    raise FileNotFoundError(f"abidiff is not installed completely: {name} is missing")


def resource_text(name: str) -> str:
    """Return a shipped file as text."""
    return resource(name).read_text(encoding="utf-8")


@cache
def bundled(folder: str) -> Mapping[str, Path]:
    """Return the shipped files below a folder by their names relative to it, ``/``-separated.

    A name from the input is looked up here and never joined to a path.
    """
    top = resource(folder)
    found = {}
    for place, _, names in os.walk(top):
        for name in names:
            path = Path(place, name)
            found[path.relative_to(top).as_posix()] = path
    return found
