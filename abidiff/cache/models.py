"""Parsing with a memory: what has not changed is not parsed again, library by library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from abidiff.cache.keys import code_key, contents, join, unit
from abidiff.cache.store import Store
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surface import Surface

INCLUDE = re.compile(rb"^[ \t]*#[ \t]*include(?:_next)?[ \t]*[<\"]([^>\"\n]+)[>\"]", re.MULTILINE)
# Surfaces whose units stand alone: the field of the model with one item a unit, and where the
# item has the unit's name.
ALONE = {"headers": ("libraries", "name"), "symbols": ("maps", "unit")}


@dataclass(slots=True)
class Cached:
    """Parses surfaces of releases, keeping the models in a store."""

    store: Store
    hits: int = 0
    misses: int = 0

    def parse(self, surface: Surface, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
        """Return the model of a surface, as ``surface.parse`` would."""
        if surface.name in ALONE:
            return self._by_unit(surface, release, project, models)
        if surface.name == "xdr":
            from abidiff.cache.protocols import parse

            return parse(self, surface, release, project)
        if surface.name == "rng":
            from abidiff.cache import schemas

            return schemas.parse(self, surface, release, project)
        shape = [unit(found) for found in project.units]
        key = join("surface", surface.name, code_key(), contents(release.files, release.files), release.version, *shape)
        found = self.load(key, surface.model())
        if found is None:
            found = surface.parse(release, project, models)
            self.save(key, found)
        return found

    def _by_unit(self, surface: Surface, release: Release, project: Project, models: Mapping[str, Any]) -> Any:
        units = project.of(surface.name)
        field, name = ALONE[surface.name]
        keys = {found.name: _unit_key(release, found, units) for found in units}
        have = {one: self.load(key, surface.model()) for one, key in keys.items()}
        rest = tuple(found for found in units if have[found.name] is None)
        if not units or len(rest) == len(units):
            whole = surface.parse(release, project, models)
            self._save_units(whole, surface.name, keys)
            return whole
        if rest:
            others = tuple(found for found in project.units if found.surface != surface.name)
            made = surface.parse(release, replace(project, units=rest + others), models)
            if made.problems or len(getattr(made, field)) != len(rest):
                return surface.parse(release, project, models)
            self._save_units(made, surface.name, keys)
            have.update((getattr(item, name), _only(made, field, item)) for item in getattr(made, field))
        items = tuple(item for found in units for item in getattr(have[found.name], field))
        return msgspec.structs.replace(have[units[0].name], **{field: items})

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
        data = self.store.get(key)
        if data is not None:
            try:
                found = msgspec.msgpack.decode(data, type=kind)
            except (msgspec.MsgspecError, ValueError, RecursionError):
                self.store.drop(key)
            else:
                self.hits += 1
                return found
        self.misses += 1
        return None

    def save(self, key: str, model: Any) -> None:
        """Keep a model; one with names that are not UTF-8 is made anew each time."""
        with suppress(UnicodeEncodeError, OverflowError):
            self.store.put(key, msgspec.msgpack.encode(model))


def _only(model: Any, field: str, item: Any) -> Any:
    return msgspec.structs.replace(model, **{field: (item,)})


def _unit_key(release: Release, found: Unit, units: tuple[Unit, ...]) -> str:
    """Return the key of one unit: its files, whatever these include, and how the others lie around it."""
    paths = closure(release.files, found.files) if found.surface == "headers" else set(found.files)
    shape = [(other.name, other.files, other.roots) for other in units] if found.surface == "headers" else []
    names = sorted(path for path in release.files if path.endswith((".h", ".h.in"))) if shape else []
    return join("unit", code_key(), unit(found), contents(release.files, paths), release.version, shape, names)


def closure(files: Mapping[str, bytes], start: tuple[str, ...]) -> set[str]:
    """Return files with all that they may include: whatever has the last part of the name in common."""
    by_name: dict[str, list[str]] = {}
    for path in files:
        by_name.setdefault(path.rpartition("/")[2].removesuffix(".in"), []).append(path)
    found = set(start)
    pending = list(start)
    while pending:
        for match in INCLUDE.finditer(files.get(pending.pop(), b"")):
            name = match[1].decode("utf-8", "surrogateescape").rpartition("/")[2].strip()
            for path in by_name.get(name, ()):
                if path not in found:
                    found.add(path)
                    pending.append(path)
    return found
