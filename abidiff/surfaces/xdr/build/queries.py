"""Protocols with a memory: definitions that were parsed before are not parsed again.

An entry under the names of the units has the definitions that their files had when they were last parsed; a tree is
believed only under the hash of its text, so it may be that of any other state of them.  Of headers a model depends on
the constants and types that it asks for, and on nothing else: the trace holds these (``answer`` of the
surface).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abidiff.cache import entries
from abidiff.cache.keys import code_key, join
from abidiff.cache.query import Queries
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surfaces.xdr.build.parse import parse_remembering
from abidiff.surfaces.xdr.read.definitions import Known, KnownDefinitions


def parse(queries: Queries, release: Release, project: Project, _models: Mapping[str, Any]) -> Any:
    """Return the model of the protocols, as the surface's ``parse`` would."""
    place = join("definitions", code_key(), *(found.name for found in project.of("xdr")))
    memory = KnownDefinitions(entries.load(queries.store, place, Known) or Known())
    model = parse_remembering(release, project, memory)
    if memory.is_stale:
        queries.save(place, memory.used)
    return model
