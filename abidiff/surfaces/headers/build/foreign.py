"""Which types of other headers a library's own declarations need to be understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from abidiff.surfaces.headers.build.tables import Tables
from abidiff.surfaces.headers.model import (
    Array,
    Enum,
    EnumRef,
    Function,
    FunctionDecl,
    Macro,
    Pointer,
    Qualified,
    Record,
    RecordRef,
    Type,
    Typedef,
    TypedefRef,
    Variable,
    Vector,
)

Reference = TypedefRef | RecordRef | EnumRef
_REFERENCES = frozenset({TypedefRef, RecordRef, EnumRef})


def references(type_: Type) -> Iterator[Reference]:
    """Yield the references in a type, without following them."""
    stack = [type_]
    while stack:
        found = stack.pop()
        kind = type(found)
        if kind in _REFERENCES:
            yield found  # type: ignore[misc]
        elif isinstance(found, Pointer):
            stack.append(found.target)
        elif isinstance(found, Function):
            stack.append(found.result)
            stack.extend(p.type for p in found.parameters)
        elif isinstance(found, Qualified):
            stack.append(found.type)
        elif isinstance(found, Array | Vector):
            stack.append(found.element)


def foreign(
    tables: Tables,
    functions: dict[str, FunctionDecl],
    variables: dict[str, Variable],
    typedefs: dict[str, Typedef],
    records: dict[str, Record],
    enums: dict[str, Enum],
    macros: Iterable[Macro],
) -> None:
    """Add the types of other headers that are reached, marked as not ``own``."""
    todo: list[Type] = [f.type for f in functions.values()]
    todo += [v.type for v in variables.values()]
    todo += [t.type for t in typedefs.values()]
    todo += [m.type for r in records.values() for m in r.members or ()]
    todo += [macro.stands for macro in macros if macro.stands is not None]
    done: set[Reference] = set()
    while todo:
        for reference in references(todo.pop()):
            if reference in done:
                continue
            done.add(reference)
            todo.extend(_take(reference, tables, typedefs, records, enums))


def _take(
    reference: Reference,
    tables: Tables,
    typedefs: dict[str, Typedef],
    records: dict[str, Record],
    enums: dict[str, Enum],
) -> list[Type]:
    if isinstance(reference, TypedefRef):
        name = reference.name
        if name in typedefs or name not in tables.typedefs:
            return []
        typedef = tables.typedefs[name]
        typedefs[name] = msgspec.structs.replace(typedef, own=False)
        return [typedef.type]
    if isinstance(reference, EnumRef):
        if reference.id not in enums and reference.id in tables.enums:
            enums[reference.id] = msgspec.structs.replace(tables.enums[reference.id], own=False)
        return []
    if reference.id in records or reference.id not in tables.records:
        return []
    record = tables.records[reference.id]
    records[reference.id] = msgspec.structs.replace(record, own=False)
    return [m.type for m in record.members or ()]
