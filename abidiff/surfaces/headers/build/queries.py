"""Declarations of headers by what they mean: those that were parsed in an earlier run are not parsed again.

One entry a translation unit.  It may be that of any earlier state of the headers, and of whichever
run wrote last: what it holds is believed only under keys that cover all that a product depends on
(see :mod:`abidiff.surfaces.headers.build.remembered`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from abidiff.cache.keys import code_key, join
from abidiff.cache.query import Queries
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surfaces.headers.build.parse import parse as parse_anew
from abidiff.surfaces.headers.build.parse import parse_remembering
from abidiff.surfaces.headers.build.products import Product
from abidiff.surfaces.headers.build.remembered import KnownDeclarations


def parse(queries: Queries, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    """Return the model of the headers, as their surface's ``parse`` would."""
    if not changes(release):
        return parse_anew(release, project, models)
    memories: dict[str, KnownDeclarations] = {}

    def memory(unit: str) -> KnownDeclarations:
        key = join("declarations", code_key(), unit)
        found = memories[key] = KnownDeclarations(queries.load(key, dict[bytes, Product]) or {})
        return found

    model = parse_remembering(release, project, memory)
    for key, found in memories.items():
        if found.made:
            queries.save(key, found.kept)
    return model


def changes(release: Release) -> bool:
    """Tell whether the input is one that is read again after a change: a folder or a revision, no archive."""
    return bool(release.origin) and not Path(release.origin).is_file()
