"""Changes on their own: which let everything through, and which are one constant's."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from abidiff.surfaces.xdr.change import (
    ArmAdded,
    EnumValueAdded,
    IntegerChanged,
    Reinterpreted,
    Renamed,
    SizeChanged,
    XdrChange,
)


def is_growth(change: XdrChange) -> bool:
    """Whether the new side takes all that the old side may send, and the old side misreads nothing."""
    match change:
        case Renamed() | EnumValueAdded() | ArmAdded() | Reinterpreted():
            return True
        case SizeChanged(before=before, after=after):
            return after > before
        case IntegerChanged(lost=lost):
            return lost is None
    return False


def merge_sizes(changes: Iterable[XdrChange]) -> list[XdrChange]:
    """Report a constant once, with all the places that it limits."""
    merged: list[XdrChange] = []
    constants: dict[tuple[str, str, int, int], int] = {}
    for change in changes:
        if isinstance(change, SizeChanged) and change.constant:
            key = (change.unit, change.subject, change.before, change.after)
            if key in constants:
                first = merged[constants[key]]
                assert isinstance(first, SizeChanged)
                merged[constants[key]] = msgspec.structs.replace(
                    first,
                    uses=tuple(sorted({*first.uses, *change.uses})),
                    reaches=tuple(sorted({*first.reaches, *change.reaches})),
                    roles=first.roles | change.roles,
                )
                continue
            constants[key] = len(merged)
        merged.append(change)
    return merged
