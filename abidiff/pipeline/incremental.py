"""Reads what is new of a release, and takes the rest from another state of it or from the cache.

A gate compares two states of one tree that differ in a file or two.  Of each model the origin is
kept: the files whose content has a part in it.  Where these are the same, so is the model, and
it is neither parsed nor unpacked nor compared.
"""

from __future__ import annotations

from collections.abc import Mapping

from abidiff import cache as caches
from abidiff.cache.models import SAME, Cached
from abidiff.files import digests
from abidiff.pipeline.parts import Models, Origin, Part
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import Surface

ACROSS = {"consistency": ("headers", "symbols", "xdr"), "symbols": ("headers",)}
"""Surfaces that look at the models of others."""


class Incremental:
    """Parses the surfaces of one release.  ``settings``: whatever else decides which files are what."""

    def __init__(
        self, release: Release, project: Project, settings: tuple[object, ...], like: Mapping[str, Part]
    ) -> None:
        self.release, self.project, self.like = release, project, like
        self.cached = Cached(caches.default())
        self.cached.like = {name: part.origin.key for name, part in like.items()}
        units = [(unit.surface, unit.name, unit.tier, unit.files, unit.roots) for unit in project.units]
        self.shape = caches.join(caches.code_key(), *settings, release.version, list(release.files), units)

    def part(self, surface: Surface, models: Models) -> Part:
        """Return the model of a surface; ``models`` are those of the surfaces before it."""
        name = surface.name
        shape = self._shape(name, models)
        old = self.like.get(name)
        if old is not None and shape and old.origin.holds(shape, self.release.files):
            return old
        model = self.cached.parse(surface, self.release, self.project, models)
        reads = tuple(sorted(self.cached.reads(surface, self.release, self.project)))
        content = digests(self.release.files, reads)
        key = self.cached.keys.get(name) or (caches.join("part", name, shape, content) if shape else "")
        origin = Origin(shape, reads, content, key)
        if model is SAME and old is not None:
            return old.of(origin)
        return Part.made(name, model, origin)

    def _shape(self, name: str, models: Models) -> str:
        if name not in ACROSS:
            return self.shape
        keys = [models.parts[other].origin.key for other in ACROSS[name] if other in models.parts]
        return caches.join(self.shape, *keys) if all(keys) else ""
