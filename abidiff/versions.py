"""The order of versions."""

from __future__ import annotations

import re


def version_key(version: str) -> tuple[tuple[int, ...], int, str]:
    """Sort key of a version: numbers by value (9.9 is 9.9.0), ``-rc1`` before the release."""
    found = re.match(r"v?(\d{1,18}(?:\.\d{1,18})*)(.*)", version, re.DOTALL)
    if not found:
        return ((), 0, version)
    numbers = [int(part) for part in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return (tuple(numbers), 0 if found[2] else 1, found[2])
