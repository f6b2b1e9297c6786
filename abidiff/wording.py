"""How messages name many things: the first of them, how many more there are, and how many in all."""

from __future__ import annotations

from collections.abc import Sequence


def listed(texts: Sequence[str], most: int) -> str:
    """Return ``a, b and 3 more``: the first ``most`` texts, and the number of the others."""
    shown = ", ".join(texts[:most])
    return f"{shown} and {len(texts) - most} more" if len(texts) > most else shown


def plural(number: int, word: str, many: str = "") -> str:
    """Return ``1 notice`` or ``3 notices``."""
    return f"{number} {word if number == 1 else many or word + 's'}"
