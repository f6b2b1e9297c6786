"""What a history knows of the procedures of protocols: when each came, and which were given up."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.history.lives import History
from abidiff.surface_names import XDR
from abidiff.surfaces.xdr.sheet import GivenUp, Known

WHERE = f"WHERE surface = '{XDR}' AND kind IN ('procedure', 'event')"


def procedures(history: History) -> Known:
    """Return when each procedure was first seen, and the numbers of those that are gone.

    A procedure that the oldest release has is not dated: it came with that one or before.
    """
    items = history.items(WHERE)
    seen: dict[tuple[str, str], str] = {}
    gone: dict[str, list[GivenUp]] = {}
    for item, phases in zip(items, history.lives(items), strict=True):
        if not phases:
            continue
        first = next(phase.start for phase in phases if phase.there)
        if first > 0 and not history.hidden(first - 1, item.surface, item.unit):
            seen[item.unit, item.name] = history.releases[first].version
        number = next(phase.shape for phase in reversed(phases) if phase.there).partition(":")[0]
        if not phases[-1].there and number.isdigit():
            version = history.releases[phases[-1].start].version
            gone.setdefault(item.unit, []).append(GivenUp(int(number), item.name, version))
    return Known(seen=seen, gone={unit: _sorted(found) for unit, found in gone.items()})


def _sorted(found: Iterable[GivenUp]) -> list[GivenUp]:
    return sorted(found, key=lambda one: (one.number, one.name))
