"""What profiles say of symbol maps: which nodes and symbols are private, how versions are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from abidiff.profile.globs import compiled, globs
from abidiff.surface import UnitOptions
from abidiff.toml import Table


def _read(table: Table) -> dict[str, Any]:
    return {
        "public": table.flag("public", default=True),
        "version_prefix": table.text("version_prefix") if "version_prefix" in table.left else None,
        "private_nodes": table.texts("private_nodes"),
        "private_symbols": table.texts("private_symbols"),
        "closed": table.flag("closed"),
        "evidence": globs(table, "evidence"),
    }


def _single(own: Mapping[str, Any], substitutions: Mapping[str, str]) -> dict[str, Any]:
    del own, substitutions
    return {"public": True, "version_prefix": "", "private_nodes": (), "evidence": (), "closed": False}


def _laid(options: dict[str, Any], paths: Sequence[str], substitutions: Mapping[str, str]) -> dict[str, Any]:
    del substitutions
    match = compiled(options["evidence"]).fullmatch
    return {**options, "evidence": tuple(path for path in paths if match(path))}


OPTIONS = UnitOptions(_read, single=_single, laid=_laid, globs=("evidence",))
