"""GNU, C23 and Microsoft attributes that change the meaning of a declaration."""

from __future__ import annotations

import msgspec

from abidiff.surfaces.headers.read.expression import unescape
from abidiff.surfaces.headers.read.lexer import Token

LARGEST = -1
CALLING = frozenset(
    {"cdecl", "stdcall", "fastcall", "thiscall", "regparm", "ms_abi", "sysv_abi", "vectorcall", "pcs", "sseregparm"}
)
KEPT = CALLING | {"noreturn", "returns_twice", "weak", "transparent_union"}


class Attributes(msgspec.Struct):
    """What was asked for; ``arguments`` of ``aligned`` and others stay tokens until evaluated."""

    packed: bool = False
    ms_struct: bool = False
    aligned: list[list[Token]] = msgspec.field(default_factory=list)
    deprecated: str | None = None
    mode: str = ""
    vector: list[Token] | None = None
    kept: set[str] = msgspec.field(default_factory=set)
    alias: str = ""

    def add(self, name: str, arguments: list[Token]) -> None:
        """Take note of one attribute."""
        name = name.strip("_")
        if name == "packed":
            self.packed = True
        elif name in ("aligned", "align"):
            self.aligned.append(arguments)
        elif name in ("deprecated", "unavailable"):
            self.deprecated = string_value(arguments)
        elif name == "mode" and arguments:
            self.mode = arguments[0][1].strip("_")
        elif name == "vector_size":
            self.vector = arguments
        elif name == "ms_struct":
            self.ms_struct = True
        elif name == "alias":
            self.kept.add(f"alias:{string_value(arguments)}")
        elif name in KEPT or name.lower() == "noreturn":
            self.kept.add(name.lower())


def string_value(tokens: list[Token]) -> str:
    """Return adjacent string literals as one text."""
    return "".join(unescape(t[1][t[1].index('"') + 1 : -1]) for t in tokens if t[0] == "s")
