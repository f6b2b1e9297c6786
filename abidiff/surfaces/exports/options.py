"""What profiles say of shared libraries: which nodes and symbols are private, which headers declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abidiff.surface import UnitOptions
from abidiff.toml import Table


def _read(table: Table) -> dict[str, Any]:
    return {key: table.texts(key) for key in ("private_nodes", "private_symbols", "declared")}


def _single(own: Mapping[str, Any], substitutions: Mapping[str, str]) -> dict[str, Any]:
    del own, substitutions
    return {"private_symbols": (), "private_nodes": ("*PRIVATE*",), "declared": ()}


OPTIONS = UnitOptions(_read, single=_single)
