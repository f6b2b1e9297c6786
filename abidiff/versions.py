"""The order of versions: the one place where two of them are compared."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBERS = re.compile(r"v?([0-9]{1,18}(?:[._][0-9]{1,18})*)(.*)", re.DOTALL)


@lru_cache(maxsize=4096)
def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers that a version begins with, without zeros at the end: 9.9.0 is 9.9, and so is 9.9.0-rc1.

    Empty for a text that is no version.
    """
    return version_key(version)[0]


def older(version: str, other: str) -> bool:
    """Tell whether a version is known to belong to an earlier release than another; a candidate is of its release."""
    return bool(numbers(version)) and numbers(version) < numbers(other)


def version_key(version: str) -> tuple[tuple[int, ...], int, str]:
    """Sort key of a version: numbers by value, ``-rc1`` before the release, what is no version before all others."""
    found = _NUMBERS.match(version)
    if not found:
        return ((), 0, version)
    parts = [int(part) for part in re.split("[._]", found[1])]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return (tuple(parts), 0 if found[2] else 1, found[2])
