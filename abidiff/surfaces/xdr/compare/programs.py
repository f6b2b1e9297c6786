"""Which program of one release is which of the other."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from abidiff.surfaces.xdr.model import Program, Protocols


class Side(msgspec.Struct, frozen=True, gc=False):
    """A program with the unit it stands in."""

    unit: str
    program: Program


def paired(old: Protocols, new: Protocols) -> Iterator[tuple[Side | None, Side | None]]:
    """Pair programs by number, then by name, then by the file when each has one left."""
    left = [Side(p.name, program) for p in old.protocols for program in p.programs]
    right = [Side(p.name, program) for p in new.protocols for program in p.programs]
    for key in (_by_number, _by_name, _by_unit):
        others = {key(side): side for side in reversed(right) if key(side) is not None}
        for side in list(left):
            other = others.pop(key(side), None) if key(side) is not None else None
            if other is not None and other in right:
                left.remove(side)
                right.remove(other)
                yield side, other
    for side in left:
        yield side, None
    for side in right:
        yield None, side


def of_number(model: Protocols, side: Side) -> list[Side]:
    """Return the programs of a release with the number of another one; several files may hold parts of one program."""
    number = side.program.number
    if number is None:
        return []
    return [Side(p.name, program) for p in model.protocols for program in p.programs if program.number == number]


def _by_number(side: Side) -> object:
    return side.program.number


def _by_name(side: Side) -> object:
    return side.program.name


def _by_unit(side: Side) -> object:
    return side.unit
