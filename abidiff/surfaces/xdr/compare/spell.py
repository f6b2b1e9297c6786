"""Types as a person reads them."""

from __future__ import annotations

from abidiff.surfaces.xdr.model import UNLIMITED, Array, Named, Opaque, Procedure, String, Typedef
from abidiff.surfaces.xdr.wire.wire import Ref, Scope


def spell(scope: Scope, ref: Ref) -> str:
    """Write a type for a person: sizes as numbers, enums told from structs."""
    kind = ref.type
    match kind:
        case Opaque(foreign=name) if name:
            return name
        case String() | Opaque() | Array():
            bound = "" if kind.size.value == UNLIMITED else str(kind.size.value or kind.size.symbol)
            item = str(kind.item) if isinstance(kind, Array) else ("string" if isinstance(kind, String) else "opaque")
            fixed = not isinstance(kind, String) and kind.fixed
            return f"{item}[{bound}]" if fixed else f"{item}<{bound}>"
        case Named(name):
            found = scope.find(ref.unit, name)
            if found and not isinstance(found[1], Typedef):
                return f"{type(found[1]).__name__.lower()} {name}"
    return str(kind)


def signature(procedure: Procedure) -> str:
    """Write what a procedure takes and returns, or what an event carries."""
    arguments = ", ".join(map(str, procedure.args)) or "void"
    return f"event {procedure.result}" if procedure.event else f"{arguments} → {procedure.result}"
