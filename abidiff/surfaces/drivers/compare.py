"""Match what drivers support in two releases, driver by driver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from abidiff.change import Change
from abidiff.surfaces.drivers.change import DriverAdded, DriverRemoved, SinceRewritten, SupportGained, SupportLost
from abidiff.surfaces.drivers.model import Drivers, Support
from abidiff.versions import numbers

UNIT = "drivers"


def compare(old: Drivers, new: Drivers) -> Sequence[Change]:
    """Return the changes; a release whose tables were not found or read says nothing of support."""
    before, after = by_driver(old), by_driver(new)
    if not before or not after or old.problems or new.problems:
        return []
    names = _Names(
        frozenset(found.api for found in old.callbacks),
        frozenset(found.api for found in new.callbacks),
        max(numbers(found.since) for found in old.supports),
    )
    changes: list[Change] = []
    for driver in sorted(before.keys() | after.keys()):
        one, other = before.get(driver, {}), after.get(driver, {})
        here, there = _served(one), _served(other)
        if here and not there:
            changes.append(DriverRemoved(UNIT, driver, next(iter(one.values())).location, None, tuple(here)))
        elif there and not here:
            changes.append(DriverAdded(UNIT, driver, None, next(iter(other.values())).location, tuple(there)))
        else:
            changes += _of_driver(driver, one, other, names)
    return changes


class _Names(NamedTuple):
    """The functions that the structs of both sides have callbacks for, and the newest release of the old tables."""

    old: frozenset[str]
    new: frozenset[str]
    newest: tuple[int, ...]

    def renamed(self, api: str, since: str) -> bool:
        """Whether a function that only the new structs have was there before, as its table itself says."""
        return api not in self.old and bool(since) and numbers(since) <= self.newest


def _of_driver(driver: str, one: dict[str, Support], other: dict[str, Support], names: _Names) -> Iterator[Change]:
    for api in sorted(one.keys() | other.keys()):
        before, after = one.get(api), other.get(api)
        subject = f"{driver}: {api}"
        if before is not None and before.there and (after is None or not after.there):
            if api in names.new:  # else the function itself is gone, which its headers say
                until = after.until if after else ""
                yield SupportLost(UNIT, subject, before.location, after.location if after else None, driver, api, until)
        elif after is not None and after.there and (before is None or not before.there):
            if before is None and names.renamed(api, after.since):
                continue
            place = before.location if before else None
            yield SupportGained(UNIT, subject, place, after.location, driver, api, after.since)
        elif before is not None and after is not None and before.since and after.since != before.since:
            yield SinceRewritten(UNIT, subject, before.location, after.location, driver, api, before.since, after.since)


def by_driver(model: Drivers) -> dict[str, dict[str, Support]]:
    """Driver → function → what the driver says of it; of several tables one that implements it counts first."""
    apis = {(found.kind, found.field): found.api for found in model.callbacks}
    out: dict[str, dict[str, Support]] = {}
    for found in model.supports:
        mine = out.setdefault(found.driver, {})
        api = apis[found.kind, found.field]
        if api not in mine or (found.there and not mine[api].there):
            mine[api] = found
    return out


def _served(supports: dict[str, Support]) -> list[str]:
    return sorted(api for api, found in supports.items() if found.there)
