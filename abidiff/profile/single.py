"""Single files are taken as they are: ``abi-diff compare old.h new.h``."""

from __future__ import annotations

import re
from typing import Any

from abidiff.errors import UsageError
from abidiff.markup import as_utf8
from abidiff.profile.lay import substitutions
from abidiff.profile.model import Profile
from abidiff.project import Project, Unit
from abidiff.release import Release, frozen
from abidiff.surfaces import PROFILED, options_of


def lay_single(profile: Profile, release: Release) -> Project:
    """Return the one unit of a single file (further files are what it includes from beside it)."""
    path = next(iter(release.files))
    surface, name = kind_of(path, release.files[path])
    rules = [rule for rule in profile.units if rule.surface == surface]
    tier = rules[0].tier if rules else next(iter(profile.tiers))
    unit = Unit(surface, name, tier, tuple(sorted(release.files)), (path,), frozen(_options(profile, surface)))
    return Project(profile.name, (unit,))


def kind_of(path: str, data: bytes) -> tuple[str, str]:
    """Return the surface and unit name of a single file, by its ending, else by its content."""
    kinds = [(kind, found.name) for found in PROFILED.values() for kind in found.kinds]
    for kind, surface in kinds:
        if re.search(kind.ending, path):
            return surface, kind.unit
    head = as_utf8(data)[: 1 << 16]
    for kind, surface in sorted(kinds, key=lambda pair: -pair[0].weight):
        if kind.content and re.search(kind.content, head):
            return surface, kind.unit
    raise UsageError(
        f"{path}: can't tell what this file is",
        hint="headers end in .h, protocols in .x, schemas in .rng or .rnc, maps in .syms or .map, libraries in .so",
    )


def _options(profile: Profile, surface: str) -> dict[str, Any]:
    single = options_of(surface).single
    own = next((rule.options for rule in profile.units if rule.surface == surface), None) or {}
    return single(own, substitutions(profile, "")) if single is not None else {}
