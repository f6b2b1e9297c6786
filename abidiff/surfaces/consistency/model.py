"""What one release says of itself in several places, and where the places disagree."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from abidiff.finding import Problem
from abidiff.location import Location


class Contradiction(msgspec.Struct, frozen=True):
    """Two places of one release that do not fit together.

    ``kind``    the name of the rule that speaks about it.
    ``unit``    the library.
    ``place``   where it is seen; ``other`` the second place, if there is one.
    ``says``    what the places say, as the rule needs it (a version, a node, a procedure).
    ``new_only``  not worth a word but for what is new: skipped by ``check``.
    """

    kind: str
    unit: str
    subject: str
    place: Location
    other: Location | None = None
    says: tuple[str, ...] = ()
    new_only: bool = False


class Consistency(msgspec.Struct, frozen=True):
    """All contradictions of a release.  ``looked`` counts what was held against each other."""

    contradictions: tuple[Contradiction, ...] = ()
    looked: dict[str, int] = {}
    problems: tuple[Problem, ...] = ()


def census(model: Consistency) -> Mapping[str, int]:
    """Return what was looked at."""
    return dict(model.looked)
