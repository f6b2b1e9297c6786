"""What the driver tables of two releases differ by."""

from __future__ import annotations

from abidiff.change import Change
from abidiff.location import Location


class DriverChange(Change, frozen=True):
    """A change of what drivers support; ``subject`` is ``driver: function``, or the driver."""

    old: Location | None
    new: Location | None


class SupportLost(DriverChange, frozen=True):
    """A driver no longer implements a function.  ``until``: the release that its table names, if it does."""

    driver: str
    api: str
    until: str


class SupportGained(DriverChange, frozen=True):
    """A driver implements a function that it did not."""

    driver: str
    api: str
    since: str


class SinceRewritten(DriverChange, frozen=True):
    """The table says another release than before since which a driver has a function."""

    driver: str
    api: str
    before: str
    after: str


class DriverRemoved(DriverChange, frozen=True):
    """A driver is gone, with all that it implemented."""

    apis: tuple[str, ...]


class DriverAdded(DriverChange, frozen=True):
    """A driver is new."""

    apis: tuple[str, ...]
