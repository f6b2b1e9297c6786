"""Bit-fields of an enum's type whose sign changed with the enum (ISO C11 §6.7.2.2 p. 4, §6.7.2.1 p. 10)."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.surfaces.headers.change import BitFieldValueLost
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.same_type import underlying
from abidiff.surfaces.headers.layout.fields import fields_of
from abidiff.surfaces.headers.model import Enum, Enumerator, EnumRef, Library, Record, Type, bare_type


def lost_values(pair: Pair, old: Record, new: Record, title: str, name: str) -> Iterator[BitFieldValueLost]:
    """Yield the bit-fields of a record that no longer hold an enumerator which they held."""
    if not any(member.bits or not member.name for member in old.members or ()):
        return
    after = fields_of(pair.new, new.id)
    for path, field in fields_of(pair.old, old.id).items():
        other = after.get(path)
        bits = field.member.bits
        if other is None or not bits or other.member.bits != bits:
            continue
        before, now = _enum(field.member.type, pair.old), _enum(other.member.type, pair.new)
        if before is None or now is None or is_signed(before) == is_signed(now):
            continue
        kept = {one.name for one in now.enumerators or ()} | pair.new.macros.keys()
        held = [one for one in _held(before, bits) if not _fits(one.value or 0, bits, signed=is_signed(now))]
        lost = next((one for one in held if one.name in kept), None)
        if lost is not None:
            yield BitFieldValueLost(
                pair.unit, f"{title}.{path}", include=pair.include(old.mark.location), record=title, name=name,
                path=path, old=field.member, new=other.member, enumerator=lost.name, value=lost.value or 0,
                signed=is_signed(now),
            )  # fmt: skip


def is_signed(enum: Enum) -> bool:
    """Tell whether the type behind an enum holds negative numbers."""
    return "unsigned" not in underlying(enum) and underlying(enum) != "bool"


def _enum(type_: Type, library: Library) -> Enum | None:
    found = bare_type(type_, library)
    enum = library.enums.get(found.id) if isinstance(found, EnumRef) else None
    return enum if enum is not None and enum.enumerators else None


def _held(enum: Enum, bits: int) -> Iterator[Enumerator]:
    for one in enum.enumerators or ():
        if one.value is not None and _fits(one.value, bits, signed=is_signed(enum)):
            yield one


def _fits(value: int, bits: int, *, signed: bool) -> bool:
    return -(1 << bits - 1) <= value < 1 << bits - 1 if signed else 0 <= value < 1 << bits
