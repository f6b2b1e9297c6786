"""Sets of small numbers as the bits of an integer."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.surfaces.rng.values.interning import owned

_BITS: dict[int, list[int]] = {}


def bits(mask: int) -> list[int]:
    """Return the numbers of the bits that are set, in order; the list is not to be changed."""
    if mask.bit_count() > 16:
        found = _BITS.get(mask)
        if found is None:
            if len(_BITS) > 4_000:
                _BITS.clear()
            found = _BITS[mask] = [number for number, digit in enumerate(f"{mask:b}"[::-1]) if digit == "1"]
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
