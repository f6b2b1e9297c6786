"""Types whose values are one number each: what the one has and the other has not."""

from __future__ import annotations

from typing import NamedTuple

from abidiff.surfaces.xdr.compare.spell import spell
from abidiff.surfaces.xdr.model import Simple
from abidiff.surfaces.xdr.wire.wire import RANGES, Ref, Scope, enum_values

Values = dict[int, str] | None


class Words(NamedTuple):
    """Two types that take the same bytes.

    ``lost`` is a number that only the old one has, ``gained`` one that only the new one has; ``values``, where it is
    not empty, says which numbers both have and read as different ones.
    """

    before: str
    after: str
    lost: int | None = None
    gained: int | None = None
    values: str = ""


def words(one: Scope, old: Ref, other: Scope, new: Ref) -> Words | None:
    """Compare two types of one number each; None for types that take other bytes (RFC 4506 sections 4.1 to 4.5)."""
    shown = spell(one, old), spell(other, new)
    left, right = enum_values(one, old), enum_values(other, new)
    kinds = (
        old.type.kind if isinstance(old.type, Simple) else "",
        new.type.kind if isinstance(new.type, Simple) else "",
    )
    if left is not None and right is not None:
        return Words(
            *shown, min(left.keys() - right.keys(), default=None), min(right.keys() - left.keys(), default=None)
        )
    if (left is not None and kinds[1] in RANGES) or (right is not None and kinds[0] in RANGES):
        return _enum_or_integer(shown, (left, right), kinds)
    if kinds[0] in RANGES and kinds[1] in RANGES:
        return _ranges(kinds)
    if {*kinds} == {"hyper", "unsigned hyper"}:
        return Words(*shown, values="numbers from 2**63 on against negative ones")
    return None


def _enum_or_integer(shown: tuple[str, str], values: tuple[Values, Values], kinds: tuple[str, str]) -> Words:
    left, right = values
    if kinds[1] and left is not None:  # bool or enum to a number
        low, high = RANGES[kinds[1]]
        outside = sorted(v for v in left if not low <= v <= high)
        if outside and not kinds[1].endswith("int"):
            return Words(*shown, lost=outside[0])
        if kinds[0] == "bool":
            return Words(*shown, gained=2)
    elif right is not None and kinds[0] in RANGES and kinds[0] != "bool":
        # RFC 4506 section 4.3: any other number is an error
        return Words(*shown, lost=next(v for v in range(len(right) + 1) if v not in right))
    elif right is not None and kinds[1] == "bool":
        return Words(*shown, lost=2)
    return Words(*shown, values="numbers that the enumeration has no name for")


def _ranges(kinds: tuple[str, str]) -> Words:
    (low, high), (low_b, high_b) = RANGES[kinds[0]], RANGES[kinds[1]]
    if high - low == high_b - low_b:
        bits = {8: 7, 16: 15, 32: 31}[(high - low).bit_length()]
        return Words(*kinds, values=f"numbers from 2**{bits} on against negative ones")
    if high - low > high_b - low_b:
        return Words(*kinds, lost=high_b + 1)
    if low < low_b and high_b < 2**32 - 1:  # as one word of 32 bits, a negative number is no number of the other
        return Words(*kinds, lost=-1, gained=high + 1)
    return Words(*kinds, gained=high + 1)
