"""Reads what is new of a release, and takes the rest from another state of it or from the cache.

A gate compares two states of one tree that differ in a file or two.  Of each model the trace is kept: all that was
read for it.  Where that is the same, so is the model, and it is neither parsed nor unpacked nor compared.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from abidiff import cache as caches
from abidiff.cache.query import Queries
from abidiff.files import Files
from abidiff.pipeline.parts import Models, Origin, Part
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import Surface


class Incremental:
    """Parses the surfaces of one release; ``like``: the parts of another state of it."""

    def __init__(self, release: Release, project: Project, like: Mapping[str, Part]) -> None:
        files = release.files if isinstance(release.files, Files) else Files(release.files)
        self.release = msgspec.structs.replace(release, files=files)
        self.files, self.project, self.like = files, project, like
        self.queries = Queries(caches.default())

    def part(self, surface: Surface, models: Models) -> Part:
        """Return the model of a surface; ``models`` are those of the surfaces before it."""
        needed = tuple(models.parts[name].origin.key for name in surface.needs if name in models.parts)
        old = self.like.get(surface.name)
        settings = self.queries.settings(surface, self.release, self.project, needed)
        same = old is not None and old.origin.key and old.origin.settings == settings
        if old is not None and same and old.origin.trace.holds(self.files, surface.answer):
            old.missing = old.origin.trace.missing(self.files, every=old.flawed)
            return old
        found = self.queries.answer(surface, self.release, self.project, models, needed, settings)
        origin = Origin(found.settings, found.trace, found.key)
        same_model = old is not None and found.key and old.origin.key == found.key
        part = old.of(origin) if old is not None and same_model else None
        part = part or Part.made(surface.name, found.model, origin, found.packed)
        part.missing = found.missing
        return part
