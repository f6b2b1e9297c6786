"""Symbol maps with a memory: the maps, without what the headers show, are read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abidiff.cache.keys import code_key, join, unit
from abidiff.cache.query import Queries
from abidiff.files import digests
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surfaces.symbols.evidence import attach
from abidiff.surfaces.symbols.model import SymbolMaps
from abidiff.surfaces.symbols.parse import read


def parse(queries: Queries, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    """Return the maps of a release, as the surface's ``parse`` would."""
    units = project.of("symbols")
    paths = [path for found in units for path in found.files]
    shape = [unit(found) for found in units]
    key = join("maps", code_key(), shape, release.version, digests(release.files, paths))
    maps = queries.load(key, SymbolMaps)
    if maps is None:
        maps = read(release, project)
        if not maps.problems:
            queries.save(key, maps)
    return attach(maps, release, project, models)
