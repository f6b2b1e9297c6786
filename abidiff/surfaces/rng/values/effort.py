"""What comparing schemas may cost: steps are counted where their number grows faster than the schemas.

Parts that are looked at are counted, and not time: the same schemas end at the same place on every machine.  Outside
of a comparison nothing is counted: what reading costs has limits of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from abidiff.limits import now, passed

_OFF = -1
_taken = _OFF


@contextmanager
def counted() -> Iterator[None]:
    """Count the steps of a comparison, from nothing; one at a time, as for interned objects."""
    global _taken
    before, _taken = _taken, 0
    try:
        yield
    finally:
        _taken = before


def spend(steps: int) -> None:
    """Count some steps.  Raises :class:`LimitError` once they are too many."""
    global _taken
    if _taken != _OFF:
        _taken += steps
        if _taken > now().schema_steps:
            raise passed("schema-steps", f"comparing these schemas takes more than {now().schema_steps} steps")
