"""Files that ship with the package: grammars, profiles, system headers."""

from __future__ import annotations

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
