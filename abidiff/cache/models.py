"""Parsing with a memory: what has not changed is not parsed again, library by library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec
from msgspec.structs import replace

from abidiff.cache import entries
from abidiff.cache.keys import code_key, join, unit
from abidiff.cache.store import Store
from abidiff.files import digests
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surface import Surface
from abidiff.surfaces.headers import SURFACE as HEADERS

INCLUDE = re.compile(rb"#[ \t]*include(?:_next)?[ \t]*[<\"]([^>\"\n]+)[>\"]")
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
    _closure: set[str] = field(default_factory=set)

    def parse(self, surface: Surface, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
        """Return the model of a surface, as ``surface.parse`` would."""
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
        contents = digests(release.files, release.files)
        key = join("surface", surface.name, code_key(), contents, release.version, *shape)
        found = self.load(key, surface.model())
        if found is None:
            found = surface.parse(release, project, models)
            self.save(key, found)
        return found

    def reads(self, surface: Surface, release: Release, project: Project) -> set[str]:
        """Return the files whose content has a part in the model that was parsed just now."""
        if surface.name == "headers":
            return self._closure
        if surface.name == "xdr":
            return {path for path in release.files if path.endswith((".x", ".h", ".h.in"))} | {
                path for found in project.of("xdr") for path in (*found.files, *(found.options.get("headers") or ()))
            }
        if surface.name in ("symbols", "consistency", "rng"):
            return {path for found in project.of(surface.name) for path in found.files}
        return set(release.files)

    def _by_unit(self, surface: Surface, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
        units = project.of(surface.name)
        field, name = ALONE[surface.name]
        keys = {found.name: self._unit_key(release, found, units) for found in units}
        have = {one: self.load(key, surface.model()) for one, key in keys.items()}
        rest = tuple(found for found in units if have[found.name] is None)
        if not units or len(rest) == len(units):
            whole = self._made(surface, release, project, models)
            self._save_units(whole, surface.name, keys)
            return whole
        if rest:
            others = tuple(found for found in project.units if found.surface != surface.name)
            made = self._made(surface, release, replace(project, units=rest + others), models)
            if made.problems or len(getattr(made, field)) != len(rest):
                return surface.parse(release, project, models)
            self._save_units(made, surface.name, keys)
            have.update((getattr(item, name), _only(made, field, item)) for item in getattr(made, field))
        items = tuple(item for found in units for item in getattr(have[found.name], field))
        return msgspec.structs.replace(have[units[0].name], **{field: items})

    def _made(self, surface: Surface, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
        """Parse units; of headers only the declarations that are new."""
        if surface is HEADERS:
            from abidiff.cache.declarations import parse

            return parse(self, release, project, models)
        return surface.parse(release, project, models)

    def _unit_key(self, release: Release, found: Unit, units: tuple[Unit, ...]) -> str:
        """Return the key of one unit: its files, whatever these include, and how the others lie around it."""
        if found.surface != "headers":
            return join("unit", code_key(), unit(found), digests(release.files, found.files), release.version)
        paths = closure(release.files, found.files)
        self._closure |= paths
        shape = [(other.name, other.files, other.roots) for other in units]
        names = sorted(path for path in release.files if path.endswith((".h", ".h.in")))
        return join("unit", code_key(), unit(found), digests(release.files, paths), release.version, shape, names)

    def _save_units(self, model: Any, surface: str, keys: Mapping[str, str]) -> None:
        """Keep each unit's part; a model with problems is not kept, and asked again next time."""
        if model.problems:
            return
        field, name = ALONE[surface]
        for item in getattr(model, field):
            if getattr(item, name) in keys:
                self.save(keys[getattr(item, name)], _only(model, field, item))

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


def _only(model: Any, field: str, item: Any) -> Any:
    return msgspec.structs.replace(model, **{field: (item,)})


def closure(files: Mapping[str, bytes], start: tuple[str, ...]) -> set[str]:
    """Return files with all that they may include: whatever has the last part of the name in common."""
    by_name: dict[str, list[str]] = {}
    for path in files:
        by_name.setdefault(path.rpartition("/")[2].removesuffix(".in"), []).append(path)
    found = set(start)
    pending = list(start)
    while pending:
        for name in _included(files.get(pending.pop(), b"")):
            for path in by_name.get(name, ()):
                if path not in found:
                    found.add(path)
                    pending.append(path)
    return found


@lru_cache(maxsize=256)
def _included(data: bytes) -> tuple[str, ...]:
    """Return the last parts of the names that a file includes (each unit asks for many of the same files)."""
    names = []
    for match in INCLUDE.finditer(data):
        if not data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()].strip(b" \t"):
            names.append(match[1].decode("utf-8", "surrogateescape").rpartition("/")[2].strip())
    return tuple(names)
