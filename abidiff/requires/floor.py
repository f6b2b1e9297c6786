"""The oldest release on which an application runs, and what each of its uses has to do with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from abidiff.requires.catalogue import Catalogue, Entry
from abidiff.requires.model import Guard, Use, Version
from abidiff.requires.presence import Gap


class Judged(msgspec.Struct, frozen=True):
    """A use and what it needs.

    ``entry``  what brought the name; None where no release of the history has it.
    ``low``    the oldest release on which the use is reached; ``high`` the first on which it is no more, or empty.
    ``safe``   a check asks for the very thing, or lets nothing through that is missing.
    ``gaps``   where the name is missing after it was there.
    """

    use: Use
    entry: Entry | None
    low: Version = ()
    high: Version = ()
    safe: bool = False
    gaps: tuple[Gap, ...] = ()

    @property
    def needs(self) -> Version:
        """The first release from which on nothing is wrong with the use, wherever it is reached below that."""
        if self.entry is None or self.safe:
            return ()
        gap = self.between
        end = gap.back if gap is not None else self.entry.since
        reached = min(end, self.high) if self.high else end
        return reached if reached > self.low else ()

    @property
    def between(self) -> Gap | None:
        """The last time that the name is missing where the use is reached, and comes back."""
        met = (gap for gap in self.gaps if gap.back and gap.back > self.low and not self._is_over(gap))
        return max(met, key=lambda gap: gap.back, default=None) if self.entry is not None and not self.safe else None

    def _is_over(self, gap: Gap) -> bool:
        """Tell whether the use is reached no more where the name is missing."""
        return bool(self.high) and self.high <= gap.gone

    def lost(self, floor: Version, newest: Version) -> Gap | None:
        """Return where the name is gone for good, if the use is reached there; ``absent`` the oldest such release."""
        end = self.gaps[-1] if self.gaps and not self.gaps[-1].back else None
        if end is None or self.safe:
            return None
        met = max(end.gone, self.low, floor)
        return None if met > newest or (self.high and met >= self.high) else end._replace(absent=met)

    def ends(self, floor: Version, newest: Version) -> Gap | None:
        """Return where the name is gone for good, if the use is behind no check of a release."""
        return None if self.low or self.high else self.lost(floor, newest)

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
    low = catalogue.release(max((_low(guard, catalogue) for guard in use.guards), default=()))
    high = min(filter(None, (high for guard in use.guards for high in _highs(guard, catalogue))), default=())
    safe = any(guard.handles or not set(guard.names).isdisjoint(use.names) for guard in use.guards)
    safe |= any(_never(name, catalogue) for guard in use.guards for name in guard.lacks)
    gaps = _gaps(use, catalogue) if entry is not None and not safe else ()
    behind = [gap for guard in use.guards for name in guard.names for gap in catalogue.gaps(name)]
    open_ = tuple(gap for gap in gaps if not any(_covers(each, gap) for each in behind))
    return Judged(use, entry, low, catalogue.release(high), safe, open_)


def _highs(guard: Guard, catalogue: Catalogue) -> Iterator[Version]:
    """Yield the first releases that do not pass a check any more: of a version, or of a name that is there or not."""
    if guard.high:
        yield guard.high
    for name in guard.lacks:
        entry = catalogue.get(name)
        if entry is not None and not catalogue.gaps(name):
            yield entry.since


def _never(name: str, catalogue: Catalogue) -> bool:
    """Tell whether no release of the history lacks a name."""
    entry = catalogue.get(name)
    return entry is not None and not entry.since and not catalogue.gaps(name)


def _covers(outer: Gap, gap: Gap) -> bool:
    """Tell whether a use behind a name is not reached where what it uses is missing."""
    return outer.gone <= gap.gone and (not outer.back or (bool(gap.back) and outer.back >= gap.back))


def _gaps(use: Use, catalogue: Catalogue) -> tuple[Gap, ...]:
    """Return where a use finds none of the names that it may stand for, after one was there."""
    if use.whole:
        return ()
    several = [catalogue.gaps(name, linked=use.linked) for name in use.names if catalogue.get(name) is not None]
    if len(several) <= 1:
        return next(iter(several), ())
    if any(not gaps or gaps[-1].back for gaps in several):
        return ()
    return (max((gaps[-1] for gaps in several), key=lambda gap: gap.gone),)


def _low(guard: Guard, catalogue: Catalogue) -> Version:
    """Return the oldest release that passes a check: of a version, or of a name that came with one."""
    asked = [entry.since for name in guard.names if (entry := catalogue.get(name)) is not None]
    return max((guard.low, *asked))


def weak(found: Floor, newest: Version) -> list[Judged]:
    """Return the uses whose check lets releases through, the floor and newer ones, that do not have them."""
    early = (each for each in found.uses if each.low and each.needs > max(each.low, found.version))
    behind = (each for each in found.uses if each.low or each.high)
    late = (each for each in behind if each.lost(found.version, newest) is not None)
    return list(dict.fromkeys((*early, *late)))


def dead(guards: Sequence[Guard], version: Version) -> list[Guard]:
    """Return the checks that every release from a version on passes, or that none does; one for each place."""
    found = {guard.location: guard for guard in reversed(guards)}
    return [guard for guard in found.values() if (guard.low or guard.high) and max(guard.low, guard.high) <= version]
