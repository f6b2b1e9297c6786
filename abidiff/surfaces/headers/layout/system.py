"""Structs of the C library that lie otherwise on a target than their members here say.

The headers that are bundled are read once for all targets, as x86_64 reads them.  ``system.txt`` says where a target
differs; tools/generate_system_layouts.py writes it from the headers of glibc and mingw-w64.
"""

from __future__ import annotations

from functools import cache

import msgspec

from abidiff.resources import resource_text

SYSTEM = "<system>/"
"""What the paths of bundled headers begin with."""
PRELUDE = SYSTEM + "prelude"
"""Where the names of the C library are declared that headers use without an `#include` of theirs."""


class SystemLayout(msgspec.Struct, frozen=True):
    """Size and alignment in bytes, and of each public member its offset and size in bytes."""

    size: int
    align: int
    members: dict[str, tuple[int, int]]


@cache
def _layouts() -> dict[tuple[str, str], SystemLayout]:
    found: dict[tuple[str, str], SystemLayout] = {}
    for line in resource_text("surfaces/headers/layout/system.txt").splitlines():
        if line.startswith("#"):
            continue
        key, targets, sizes, members = line.split("\t")
        size, align = map(int, sizes.split())
        places = {}
        for each in members.split():
            name, offset, width = each.split(":")
            places[name] = int(offset), int(width)
        made = SystemLayout(size, align, places)
        found.update(((key, target), made) for target in targets.split())
    return found


def system_layout(key: str, path: str, target: str) -> SystemLayout | None:
    """Return the layout of a record of the C library, by its id and header, where the members alone do not give it."""
    return _layouts().get((key, target)) if path.startswith(SYSTEM) else None
