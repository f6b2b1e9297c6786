"""Declarations of headers by what they mean: those that were parsed in an earlier run are not parsed again.

One entry a translation unit.  It may be that of any earlier state of the headers, and of whichever
run wrote last: what it holds is believed only under keys that cover all that a product depends on
(see :mod:`abidiff.surfaces.headers.remembered`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidiff.cache.keys import code_key, join
from abidiff.project import Project
from abidiff.release import Release

if TYPE_CHECKING:
    from abidiff.cache.models import Cached
    from abidiff.surfaces.headers.model import Headers


def parse(cached: Cached, release: Release, project: Project) -> tuple[Headers, dict[str, set[str]]]:
    """Return the model of the headers, as their surface's ``parse`` would, and for each unit what it was made of."""
    from abidiff.surfaces.headers.build.parse import parse_noting
    from abidiff.surfaces.headers.build.products import Product
    from abidiff.surfaces.headers.build.remembered import Memory

    if not changes(release):
        return parse_noting(release, project, lambda _: None)
    memories: dict[str, Memory] = {}

    def memory(unit: str) -> Memory:
        key = join("declarations", code_key(), unit)
        found = memories[key] = Memory(cached.load(key, dict[bytes, Product]) or {})
        return found

    made = parse_noting(release, project, memory)
    for key, found in memories.items():
        if found.made:
            cached.save(key, found.kept)
    return made


def changes(release: Release) -> bool:
    """Tell whether the input is one that is read again after a change: a folder or a revision, no archive."""
    return bool(release.origin) and not Path(release.origin).is_file()
