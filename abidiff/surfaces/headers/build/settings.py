"""The options of a unit of headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from abidiff.project import Unit
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES, TRIPLETS
from abidiff.surfaces.headers.read.others import TRIPLET

_WINDOWS = re.compile(rb"\b(?:_?WIN(?:32|64)|__WIN(?:32|64)__|__MINGW(?:32|64)__)\b")


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


def targets_of(unit: Unit, texts: Iterable[bytes]) -> tuple[str, ...]:
    """Return the targets that the headers are for: the option ``targets``, or what their paths and texts say.

    Headers that test no macro of Windows are for Linux.  Empty: all targets.
    """
    named = set(unit.options.get("targets") or ())
    if not named:
        found = machine(unit.files)
        named = {TRIPLETS[found]} if found in TRIPLETS else set()
    if not named and not any(_WINDOWS.search(text) for text in texts):
        named = set(TARGET_NAMES) - {"win64"}
    return tuple(target for target in TARGET_NAMES if target in named)


def machine(paths: Iterable[str]) -> str:
    """Return the multi-arch folder whose headers are read: that of the first target which has one, else of any."""
    folders = {part for path in paths for part in path.split("/")[:-1] if TRIPLET.fullmatch(part)}
    return next((triplet for triplet in TRIPLETS if triplet in folders), min(folders, default=""))
