"""What profiles say of the surfaces held against each other: C sources, flags parameters, remote procedures."""

from __future__ import annotations

from typing import Any

from abidiff.profile.globs import globs
from abidiff.surface import UnitOptions
from abidiff.toml import Table


def _read(table: Table) -> dict[str, Any]:
    return {
        "sources": globs(table, "sources"),
        "flags": table.pattern("flags"),
        "no_flags": globs(table, "no_flags"),
        "rpc": tuple(_rpc(rpc) for rpc in table.tables("rpc")),
    }


def _rpc(table: Table) -> dict[str, Any]:
    options: dict[str, Any] = {key: table.text(key, required=True) for key in ("headers", "protocol")}
    options.update((key, table.text(key)) for key in ("functions", "procedures", "drop"))
    options.update((key, globs(table, key)) for key in ("only", "local", "internal") if key in table.left)
    options["renamed"] = table.mapping("renamed")
    table.done()
    return options


OPTIONS = UnitOptions(_read, globs=("sources",))
