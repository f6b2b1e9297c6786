"""The procedures, types and constants of protocols."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.history.items.item import Item
from abidiff.surfaces.xdr.model import Definition, Enum, Procedure, Protocol, Protocols, Struct, Typedef


def items(model: Protocols) -> Iterator[Item]:
    """Yield procedures with their numbers, types, members, enumerators and constants."""
    for protocol in model.protocols:
        for program in protocol.programs:
            for version in program.versions:
                for procedure in version.procedures:
                    yield _procedure(protocol, procedure)
        for definition in protocol.types:
            yield from _type(protocol.name, definition)
        for constant in protocol.constants:
            yield Item("constant", protocol.name, constant.name, str(constant.value))


def _procedure(protocol: Protocol, found: Procedure) -> Item:
    given = ", ".join(map(str, found.args)) or "void"
    kind = "event" if found.event else "procedure"
    return Item(kind, protocol.name, found.name, f"{found.number}: {given} -> {found.result}")


def _type(unit: str, found: Definition) -> Iterator[Item]:
    match found:
        case Typedef():
            yield Item("typedef", unit, found.name, str(found.type))
        case Struct():
            yield Item("struct", unit, found.name)
            for member in found.members:
                yield Item("member", unit, f"{found.name}.{member.name}", str(member.type))
        case Enum():
            yield Item("enum", unit, found.name)
            for value in found.values:
                yield Item("enumerator", unit, value.name, str(value.value))
        case _:
            arms = [(a, f"case {', '.join(label.text for label in a.labels)}") for a in found.arms]
            if found.default is not None:
                arms.append((found.default, "default"))
            yield Item("union", unit, found.name, "; ".join(f"{text}: {arm.type} {arm.name}" for arm, text in arms))
