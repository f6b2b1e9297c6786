"""The names that headers declare."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.history.items.item import Item
from abidiff.surfaces.headers.layout.spell import prototype, spell
from abidiff.surfaces.headers.model import Enum, Headers, Library, Macro, Mark, Record, is_callback

HELD = frozenset({"integer", "string", "float"})
SILENT = frozenset({"guard", "attribute", "version", "empty"})


def items(model: Headers) -> Iterator[Item]:
    """Yield functions, types, fields, enumerators, macros and variables."""
    for library in model.libraries:
        yield from _functions(library)
        yield from _types(library)
        for macro in library.macros.values():
            yield from _macro(library.name, macro)


def _item(kind: str, unit: str, name: str, shape: str, mark: Mark) -> Item:
    return Item(kind, unit, name, shape, mark.since, mark.deprecated is not None)


def _functions(library: Library) -> Iterator[Item]:
    for found in library.functions.values():
        yield _item("function", library.name, found.name, prototype(found), found.mark)
    for variable in library.variables.values():
        yield _item("variable", library.name, variable.name, spell(variable.type, variable.name), variable.mark)


def _types(library: Library) -> Iterator[Item]:
    for typedef in library.typedefs.values():
        if typedef.own:
            kind = "callback" if is_callback(typedef) else "typedef"
            yield _item(kind, library.name, typedef.name, spell(typedef.type, typedef.name), typedef.mark)
    for record in library.records.values():
        if record.own:
            yield from _record(library.name, record)
    for enum in library.enums.values():
        if enum.own:
            yield from _enum(library.name, enum)


def _record(unit: str, record: Record) -> Iterator[Item]:
    size = "opaque" if record.members is None else ""
    packing = f"packed {record.pack} {record.aligned}" if record.packed or record.pack or record.aligned else ""
    yield _item(record.kind, unit, record.id, f"{size}{packing}", record.mark)
    for member in record.members or ():
        if member.name:
            width = f" : {member.bits}" if member.bits is not None else ""
            shape = spell(member.type, member.name) + width
            yield Item("field", unit, f"{record.id}.{member.name}", shape, "", member.deprecated is not None)


def _enum(unit: str, enum: Enum) -> Iterator[Item]:
    if enum.tag:
        yield _item("enum", unit, enum.id, "", enum.mark)
    for found in enum.enumerators or ():
        if not found.sentinel:
            yield _item("enumerator", unit, found.name, str(found.value), found.mark)


def _macro(unit: str, macro: Macro) -> Iterator[Item]:
    value = macro.value
    if macro.parameters is not None:
        yield _item("macro", unit, macro.name, f"({', '.join(macro.parameters)})", macro.mark)
    elif value.kind not in SILENT:
        shape = value.text if value.kind in HELD else macro.body
        yield _item("constant" if value.kind in HELD else "macro", unit, macro.name, shape[:500], macro.mark)
