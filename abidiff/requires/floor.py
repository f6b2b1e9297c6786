"""The oldest release on which an application runs, and what each of its uses has to do with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from abidiff.requires.catalogue import Catalogue, Entry
from abidiff.requires.model import Guard, Use, Version


class Judged(msgspec.Struct, frozen=True):
    """A use and what it needs.

    ``entry``  what brought the name; None where no release of the history has it.
    ``low``    the oldest release on which the use is reached; ``high`` the first on which it is no more, or empty.
    ``safe``   a check asks for the very thing, or lets nothing through that is missing.
    """

    use: Use
    entry: Entry | None
    low: Version = ()
    high: Version = ()
    safe: bool = False

    @property
    def needs(self) -> Version:
        """The first release on which nothing is wrong with the use, wherever it is reached below that."""
        if self.entry is None or self.safe:
            return ()
        since = self.entry.since
        reached = min(since, self.high) if self.high else since
        return reached if reached > self.low else ()

    @property
    def required(self) -> bool:
        """Tell whether the use is reached on every release."""
        return not self.low and not self.safe


class Floor(msgspec.Struct, frozen=True):
    """The answer: ``version`` is empty where the oldest release of the history will do."""

    version: Version
    uses: tuple[Judged, ...]


def judge(uses: Iterable[Use], catalogue: Catalogue) -> Floor:
    """Judge every use and return the oldest release that serves those that are behind no check."""
    judged = tuple(_judged(use, catalogue) for use in uses)
    required = (each.needs for each in judged if each.required)
    return Floor(max(required, default=()), judged)


def _judged(use: Use, catalogue: Catalogue) -> Judged:
    entry = catalogue.earliest(use.names)
    low = max((_low(guard, catalogue) for guard in use.guards), default=())
    highs = [guard.high for guard in use.guards if guard.high]
    safe = any(guard.handles or not set(guard.names).isdisjoint(use.names) for guard in use.guards)
    return Judged(use, entry, low, min(highs, default=()), safe)


def _low(guard: Guard, catalogue: Catalogue) -> Version:
    """Return the oldest release that passes a check: of a version, or of a name that came with one."""
    asked = [entry.since for name in guard.names if (entry := catalogue.get(name)) is not None]
    return max((guard.low, *asked))


def weak(found: Floor) -> list[Judged]:
    """Return the uses whose check lets releases through, the floor and newer ones, that do not have them."""
    return [each for each in found.uses if each.low and each.needs > max(each.low, found.version)]


def dead(guards: Sequence[Guard], version: Version) -> list[Guard]:
    """Return the checks that every release from a version on passes, or that none does; one for each place."""
    found = {guard.location: guard for guard in reversed(guards)}
    return [guard for guard in found.values() if (guard.low or guard.high) and max(guard.low, guard.high) <= version]
