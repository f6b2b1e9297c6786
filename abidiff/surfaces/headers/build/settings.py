"""The options of a unit of headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abidiff.project import Unit
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES, TRIPLETS


def plain(value: Any) -> Any:
    """Return an option as what can be told apart by its text."""
    if isinstance(value, Mapping):
        return sorted((str(k), str(v)) for k, v in value.items())
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return value


def defines_of(options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the ``defines`` option as (name, value) pairs."""
    given = options.get("defines", ())
    if isinstance(given, Mapping):
        return tuple((str(name), str(value)) for name, value in given.items())
    pairs = (str(item).partition("=") for item in given)
    return tuple((name, value if equals else "1") for name, equals, value in pairs)


def targets_of(unit: Unit) -> tuple[str, ...]:
    """Return the targets that the headers are for: the option ``targets``, or what their paths say."""
    named = set(unit.options.get("targets") or ())
    if not named:
        folders = {part for path in unit.files for part in path.split("/")[:-1]}
        named = {TRIPLETS[folder] for folder in folders if folder in TRIPLETS}
    return tuple(target for target in TARGET_NAMES if target in named)
