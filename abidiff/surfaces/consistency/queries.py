"""Consistency with a memory: the comments of the C files, which are the bulk of what it reads, are read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abidiff.cache.keys import code_key, join
from abidiff.cache.query import Queries
from abidiff.files import digests
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surfaces.consistency.comments import Documented
from abidiff.surfaces.consistency.parse import parse_documented, tags_of


def parse(queries: Queries, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    """Return the contradictions of a release, as the surface's ``parse`` would."""
    paths = [path for unit in project.of("consistency") for path in unit.files]
    key = join("documented", code_key(), paths, digests(release.files, paths))
    tags = queries.load(key, tuple[Documented, ...])
    if tags is None:
        tags = tags_of(release, project)
        queries.save(key, tags)
    return parse_documented(release, project, models, tags)
