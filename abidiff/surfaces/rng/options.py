"""What profiles say of schemas: who writes the documents, which namespaces anybody may use, and the catalogs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from abidiff.profile.globs import compiled, globs
from abidiff.surface import UnitOptions
from abidiff.toml import Table

DIRECTIONS = ("input", "output", "both")


def _read(table: Table) -> dict[str, Any]:
    return {
        "direction": table.one_of("direction", DIRECTIONS),
        "free_namespaces": table.mapping("free_namespaces"),
        "catalogs": globs(table, "catalogs"),
    }


def _single(own: Mapping[str, Any], substitutions: Mapping[str, str]) -> dict[str, Any]:
    del own, substitutions
    return {"direction": "input", "free_namespaces": {}, "catalogs": ()}


def _laid(options: dict[str, Any], paths: Sequence[str], substitutions: Mapping[str, str]) -> dict[str, Any]:
    del substitutions
    match = compiled(options.get("catalogs", ())).fullmatch
    return {**options, "catalogs": tuple(path for path in paths if match(path)) if options.get("catalogs") else ()}


OPTIONS = UnitOptions(_read, single=_single, laid=_laid, globs=("catalogs",))
