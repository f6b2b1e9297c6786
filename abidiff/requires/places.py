"""Several places of one finding."""

from __future__ import annotations

from collections.abc import Sequence

from abidiff.location import Location

MOST = 20


def also(places: Sequence[Location]) -> tuple[tuple[str, str], ...]:
    """Return the places after the first as a detail of a finding."""
    if len(places) < 2:
        return ()
    told = ", ".join(str(place) for place in places[1:MOST])
    more = f" and {len(places) - MOST} more" if len(places) > MOST else ""
    return (("also at", told + more),)
