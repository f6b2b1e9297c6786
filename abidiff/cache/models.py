"""Parsing with a memory: what has not changed is not parsed again, library by library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec.structs import replace

from abidiff.cache import entries
from abidiff.cache.keys import code_key, join, unit
from abidiff.cache.store import Store
from abidiff.files import OTHERS, digests
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surface import Surface
from abidiff.surfaces.headers import SURFACE as HEADERS

MAX_LISTS = 8
SAME = object()
"""What is parsed is the model that ``like`` names."""
# Surfaces whose units stand alone: the field of the model with one item a unit, and where the
# item has the unit's name.
ALONE = {"headers": ("libraries", "name"), "symbols": ("maps", "unit")}


@dataclass(slots=True)
class Cached:
    """Parses surfaces of releases, keeping the models in a store.

    ``like``: surface → key of a model that somebody has already; when it is the same, :data:`SAME` is returned.

    ``keys``: surface → key of what was parsed, where a model has one that is finer than its files.
    """

    store: Store
    hits: int = 0
    misses: int = 0
    like: Mapping[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)

    def parse(self, surface: Surface, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
        """Return the model of a surface, as ``surface.parse`` would."""
        if surface.name == "symbols":
            from abidiff.surfaces.symbols.evidence import attach

            return attach(self._by_unit(surface, release, project, models), release, project, models)
        if surface.name in ALONE:
            return self._by_unit(surface, release, project, models)
        if surface.name == "xdr":
            from abidiff.cache.protocols import parse

            return parse(self, surface, release, project)
        if surface.name == "consistency":
            from abidiff.cache.documented import parse as parse_documented

            return parse_documented(self, release, project, models)
        if surface.name == "rng":
            from abidiff.cache import schemas

            return schemas.parse(self, surface, release, project)
        shape = [unit(found) for found in project.units]
        files = self.reads(surface, release, project)
        contents = digests(release.files, sorted(files))
        key = join("surface", surface.name, code_key(), contents, release.version, *shape)
        found = self.load(key, surface.model())
        if found is None:
            found = surface.parse(release, project, models)
            self.save(key, found)
        return found

    def reads(self, surface: Surface, release: Release, project: Project) -> set[str]:
        """Return the files whose content has a part in the model that was parsed just now."""
        if surface.name == "headers":
            return self._read
        if surface.name == "xdr":
            return {path for path in release.files if path.endswith((".x", ".h", ".h.in"))} | {
                path for found in project.of("xdr") for path in (*found.files, *(found.options.get("headers") or ()))
            }
        if surface.name == "symbols":
            units = project.of("symbols")
            return {path for found in units for path in (*found.files, *found.options.get("evidence", ()))}
        if surface.name in ("consistency", "rng", "drivers"):
            return {path for found in project.of(surface.name) for path in found.files}
        return set(release.files)

    def _by_unit(self, surface: Surface, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
        units = project.of(surface.name)
        field, name = ALONE[surface.name]
        memories = {found.name: self._memory(release, found, units) for found in units}
        have = {one: self._remembered(memory, surface.model(), release) for one, memory in memories.items()}
        rest = tuple(found for found in units if have[found.name] is None)
        if not units or len(rest) == len(units) or (rest and surface is HEADERS):  # what one brings lies in others
            whole = self._made(surface, release, project, models, memories)
            self._save_units(whole, surface.name, memories, release)
            return whole
        if rest:
            others = tuple(found for found in project.units if found.surface != surface.name)
            made = self._made(surface, release, replace(project, units=rest + others), models, memories)
            if made.problems or len(getattr(made, field)) != len(rest):
                return _plain(surface, release, project, models)
            self._save_units(made, surface.name, memories, release)
            have.update((getattr(item, name), _only(made, field, item)) for item in getattr(made, field))
        items = tuple(item for found in units for item in getattr(have[found.name], field))
        return msgspec.structs.replace(have[units[0].name], **{field: items})

    def _made(
        self,
        surface: Surface,
        release: Release,
        project: Project,
        models: Mapping[str, Any],
        memories: Mapping[str, _UnitMemory],
    ) -> Any:
        """Parse units; of headers only the declarations that are new."""
        if surface is not HEADERS:
            for found in project.of(surface.name):
                memories[found.name].reads = found.files
                self._read.update(found.files)
            return _plain(surface, release, project, models)
        from abidiff.cache.declarations import parse

        made, reads = parse(self, release, project)
        for one, paths in reads.items():
            memories[one].reads = tuple(sorted(paths))
            self._read |= paths
        return made

    def _memory(self, release: Release, found: Unit, units: tuple[Unit, ...]) -> _UnitMemory:
        """Return under which keys a unit is kept, and the lists of files that earlier models of it were made of.

        A list names every file that was looked up, those that were not there included.  A model is fresh when
        all of its list are what they were; the names of headers, which patterns choose from, belong to the key.
        """
        if found.surface != "headers":
            return _UnitMemory(join("unit", code_key(), unit(found), release.version), (), found.files)
        shape = [(other.name, other.files, other.roots) for other in units]
        names = [path for path in release.files if path.startswith(OTHERS) or path.endswith((".h", ".h.in", ".pc"))]
        key = join("unit", code_key(), unit(found), release.version, shape, sorted(names))
        known = entries.load(self.store, join("reads", key), tuple[tuple[str, ...], ...]) or ()
        return _UnitMemory(key, known, ())

    def _remembered(self, memory: _UnitMemory, kind: Any, release: Release) -> Any:
        for reads in memory.lists():
            found = entries.load(self.store, memory.model(release, reads), kind)
            if found is not None:
                self.hits += 1
                memory.reads = reads
                self._read.update(reads)
                return found
        self.misses += 1
        return None

    def _save_units(self, model: Any, surface: str, memories: Mapping[str, _UnitMemory], release: Release) -> None:
        """Keep each unit's part; a model with problems is not kept, and asked again next time."""
        if model.problems:
            return
        field, name = ALONE[surface]
        for item in getattr(model, field):
            memory = memories.get(getattr(item, name))
            if memory is None:
                continue
            self.save(memory.model(release, memory.reads), _only(model, field, item))
            if surface == "headers" and memory.reads not in memory.known:
                self.save(join("reads", memory.key), (memory.reads, *memory.known)[:MAX_LISTS])

    def load(self, key: str, kind: Any) -> Any:
        """Return a model of that class from the store, None unless it reads completely."""
        found = entries.load(self.store, key, kind)
        if found is None:
            self.misses += 1
        else:
            self.hits += 1
        return found

    def save(self, key: str, model: Any) -> None:
        """Keep a model; one with names that are not UTF-8 is made anew each time."""
        entries.save(self.store, key, model)


def _plain(surface: Surface, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
    """Parse units; of symbol maps what the maps themselves say, which does not depend on other files."""
    if surface.name == "symbols":
        from abidiff.surfaces.symbols.parse import read

        return read(release, project)
    return surface.parse(release, project, models)


def _only(model: Any, field: str, item: Any) -> Any:
    return msgspec.structs.replace(model, **{field: (item,)})


@dataclass(slots=True)
class _UnitMemory:
    """The key of a unit, the lists of files that models of it were made of, and the list of this one."""

    key: str
    known: tuple[tuple[str, ...], ...]
    reads: tuple[str, ...]

    def lists(self) -> tuple[tuple[str, ...], ...]:
        """Return the lists under which a model may be kept."""
        return self.known or ((self.reads,) if self.reads else ())

    def model(self, release: Release, reads: tuple[str, ...]) -> str:
        """Return the key of the model that files of a list give as they are now."""
        return join(self.key, digests(release.files, reads))
