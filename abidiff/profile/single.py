"""Single files are taken as they are: ``abi-diff compare old.h new.h``."""

from __future__ import annotations

import re
from typing import Any

from abidiff.errors import UsageError
from abidiff.markup import as_utf8
from abidiff.profile.lay import substitutions
from abidiff.profile.model import Profile
from abidiff.project import SINGLE_HEADER, Project, Unit
from abidiff.release import Release, frozen

# The unit's name is the same whatever the file is called: old.h is compared with new.h.
ENDINGS = (
    (re.compile(r"\.(?:h|hh|hpp|hxx|h\.in)\Z", re.IGNORECASE), "headers", SINGLE_HEADER),
    (re.compile(r"\.(?:so(?:\.[0-9][0-9.]*)?|readelf|symbols(?:\.[a-z0-9-]+)?)\Z"), "exports", "libraries"),
    (re.compile(r"\.x(?:\.in)?\Z", re.IGNORECASE), "xdr", "protocol"),
    (re.compile(r"\.rn[gc](?:\.in)?\Z", re.IGNORECASE), "rng", "schema"),
    (
        re.compile(r"\.(?:syms?|map|ver|vers|version|lds|export|exports)(?:\.in)?\Z", re.IGNORECASE),
        "symbols",
        "symbols",
    ),
)
CONTENTS = (
    (re.compile(rb"\A\x7fELF"), "exports", "libraries"),
    (re.compile(rb"http://relaxng\.org/ns/structure/1\.0"), "rng", "schema"),
    (re.compile(rb"^\s*#\s*(?:ifndef|define|include|pragma)\b", re.MULTILINE), "headers", SINGLE_HEADER),
    (re.compile(rb"^\s*(?:program|version)\s+\w+\s*\{", re.MULTILINE), "xdr", "protocol"),
    (re.compile(rb"\b(?:global|local)\s*:"), "symbols", "symbols"),
)


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
    for ending, surface, name in ENDINGS:
        if ending.search(path):
            return surface, name
    for content, surface, name in CONTENTS:
        if content.search(as_utf8(data)[: 1 << 16]):
            return surface, name
    raise UsageError(
        f"{path}: can't tell what this file is",
        hint="headers end in .h, protocols in .x, schemas in .rng or .rnc, maps in .syms or .map, libraries in .so",
    )


def _options(profile: Profile, surface: str) -> dict[str, Any]:
    match surface:
        case "headers":
            return {
                "include_dirs": ("",),
                "defines": {},
                "sentinels": (),
                "sentinel_macros": (),
                "symbols": "",
                "substitutions": substitutions(profile, ""),
            }
        case "symbols":
            return {"public": True, "version_prefix": "", "private_nodes": (), "evidence": (), "closed": False}
        case "exports":
            return {"private_symbols": (), "private_nodes": ("*PRIVATE*",), "declared": ()}
        case "xdr":
            own = next((rule.options for rule in profile.units if rule.surface == surface), None) or {}
            return {**own, "acl": True, "headers": (), "substitutions": {}}
        case _:
            return {"direction": "input", "free_namespaces": {}}
