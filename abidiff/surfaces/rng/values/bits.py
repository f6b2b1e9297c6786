"""Sets of small numbers as the bits of an integer."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress

from abidiff.surfaces.rng.values.interning import owned

_TRUTH = bytes(number == ord("1") for number in range(256))
_BITS: dict[int, list[int]] = {}


def bits(mask: int) -> list[int]:
    """Return the numbers of the bits that are set, in order; the list is not to be changed."""
    if mask.bit_count() > 16:
        found = _BITS.get(mask)
        if found is None:
            if len(_BITS) > 4_000:
                _BITS.clear()
            digits = f"{mask:b}"[::-1].encode().translate(_TRUTH)
            found = _BITS[mask] = list(compress(range(len(digits)), digits))
        return found
    out = []
    while mask:
        low = mask & -mask
        out.append(low.bit_length() - 1)
        mask ^= low
    return out


def bits_of(numbers: Iterable[int]) -> int:
    """Return an integer with the bits of some numbers set."""
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


owned(_BITS)
