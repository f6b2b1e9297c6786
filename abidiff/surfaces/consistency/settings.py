"""The options of the surface, from the profile's table ``[consistency]``.

::

    [consistency]
    sources = ["src/lib*.c"]        # C files whose comments carry the functions' Since tags
    flags = '(?:^|_)flags$'         # what a flags parameter is called; without it none is asked for
    no_flags = ["ship*Free"]        # functions that need none (globs)

    [[consistency.rpc]]
    headers = "ship"                # functions of this library ...
    protocol = "ship_protocol"      # ... have their procedures in this protocol
    functions = "ship"              # what their names begin with
    procedures = "SHIP_PROC_"       # what the procedures' names begin with
    drop = "Extra"                  # a part of functions' names that procedures do not have
    only = ["shipExtra*"]           # the functions that the protocol is for (default: all)
    local = ["ship*Free"]           # functions that need no procedure
    internal = ["SHIP_PROC_AUTH_*"] # procedures that need no function
    renamed = { shipOpen = "SHIP_PROC_CONNECT" }
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from abidiff.patterns import Patterns
from abidiff.profile.globs import compiled


@dataclass(frozen=True)
class Globs:
    """Globs over names, braces included."""

    patterns: tuple[str, ...]

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return compiled(self.patterns)

    def match(self, name: str) -> bool:
        """Whether any of them matches the whole name."""
        return self._compiled.fullmatch(name) is not None


@dataclass(frozen=True)
class Rpc:
    """How functions of a library and procedures of a protocol belong together."""

    headers: str
    protocol: str
    functions: str = ""
    procedures: str = ""
    drop: str = ""
    only: Globs = field(default_factory=lambda: Globs(("*",)))
    local: Globs = field(default_factory=lambda: Globs(()))
    internal: Globs = field(default_factory=lambda: Globs(()))
    renamed: Mapping[str, str] = field(default_factory=dict)

    def procedure_key(self, name: str) -> str:
        """Return what a procedure and its function have in common."""
        return name.removeprefix(self.procedures).replace("_", "").lower()

    def function_key(self, name: str) -> str:
        """Return what a function and its procedure have in common."""
        if name in self.renamed:
            return self.procedure_key(self.renamed[name])
        short = name.removeprefix(self.functions)
        if self.drop:
            short = short.replace(self.drop, "", 1)
        return short.replace("_", "").lower()


@dataclass(frozen=True)
class Settings:
    """All options."""

    flags: Patterns | None = None
    no_flags: Globs = field(default_factory=lambda: Globs(()))
    rpc: tuple[Rpc, ...] = ()


def settings(options: Mapping[str, Any]) -> Settings:
    """Return the options of a unit; keys that are not known are left alone."""
    flags = options.get("flags", "")
    return Settings(
        flags=Patterns((str(flags),)) if flags else None,
        no_flags=_globs(options, "no_flags"),
        rpc=tuple(_rpc(table) for table in options.get("rpc", ())),
    )


def _rpc(table: Mapping[str, Any]) -> Rpc:
    return Rpc(
        headers=str(table.get("headers", "")),
        protocol=str(table.get("protocol", "")),
        functions=str(table.get("functions", "")),
        procedures=str(table.get("procedures", "")),
        drop=str(table.get("drop", "")),
        only=_globs(table, "only") if "only" in table else Globs(("*",)),
        local=_globs(table, "local"),
        internal=_globs(table, "internal"),
        renamed={str(k): str(v) for k, v in table.get("renamed", {}).items()},
    )


def _globs(table: Mapping[str, Any], key: str) -> Globs:
    return Globs(tuple(str(pattern) for pattern in table.get(key, ())))
