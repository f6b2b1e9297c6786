"""Several places of one finding."""

from __future__ import annotations

from collections.abc import Sequence

from abidiff.location import Location
from abidiff.wording import listed

MOST = 20


def also(places: Sequence[Location]) -> tuple[tuple[str, str], ...]:
    """Return the places after the first as a detail of a finding."""
    if len(places) < 2:
        return ()
    return (("also at", listed([str(place) for place in places[1:]], MOST - 1)),)
