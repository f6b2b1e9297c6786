"""What profiles say of protocols: access control, headers with their constants, types that only C code knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from abidiff.profile.globs import compiled, globs
from abidiff.surface import UnitOptions
from abidiff.toml import Table

MESSAGES = ("all", "unnamed")


def _read(table: Table) -> dict[str, Any]:
    return {
        "acl": table.flag("acl"),
        "headers": globs(table, "headers"),
        "sentinels": table.patterns("sentinels"),
        "messages": table.one_of("messages", MESSAGES),
    }


def _shared(table: Table) -> dict[str, Any]:
    """Return the types that only C code knows and that the profile declares to be equal on both sides."""
    found = table.table("opaque")
    names = tuple(name for name, equal in list(found.left.items()) if found.take(name, bool) and equal)
    found.done()
    return {"opaque": names} if names else {}


def _single(own: Mapping[str, Any], substitutions: Mapping[str, str]) -> dict[str, Any]:
    del substitutions
    return {**own, "acl": True, "headers": (), "substitutions": {}}


def _laid(options: dict[str, Any], paths: Sequence[str], substitutions: Mapping[str, str]) -> dict[str, Any]:
    match = compiled(options["headers"]).fullmatch
    found = tuple(path for path in paths if match(path))
    return {**options, "headers": found, "substitutions": substitutions}


OPTIONS = UnitOptions(_read, shared=_shared, single=_single, laid=_laid, globs=("headers",))
