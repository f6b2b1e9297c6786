"""What profiles say of schemas: who writes the documents, and which namespaces anybody may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abidiff.surface import UnitOptions
from abidiff.toml import Table

DIRECTIONS = ("input", "output", "both")


def _read(table: Table) -> dict[str, Any]:
    return {"direction": table.one_of("direction", DIRECTIONS), "free_namespaces": table.mapping("free_namespaces")}


def _single(own: Mapping[str, Any], substitutions: Mapping[str, str]) -> dict[str, Any]:
    del own, substitutions
    return {"direction": "input", "free_namespaces": {}}


OPTIONS = UnitOptions(_read, single=_single)
