"""What the uses of an application show, for the rules."""

from __future__ import annotations

import datetime

from abidiff.change import Change
from abidiff.location import Location
from abidiff.requires.model import Version
from abidiff.requires.presence import Gap


class Needed(Change, frozen=True):
    """A name that an application uses without a check, on which the floor stands.

    ``places``  where it is used; ``since`` the release that brought it, ``absent`` the last known not to have it.
    ``gap``     where it is missing after it came, if that is what the floor stands on.
    """

    places: tuple[Location, ...]
    since: Version
    absent: Version
    exact: bool
    kind: str
    gap: Gap | None = None


class Beyond(Change, frozen=True):
    """A name used without a check that is newer than the release that the application says it needs.

    ``absent``  the last release known not to have it, where the history lacks releases between that and ``since``;
                else empty.
    ``gap``     where it is missing after it came, if the declared release is older than the end of that.
    """

    places: tuple[Location, ...]
    since: Version
    declared: Version
    kind: str
    absent: Version = ()
    gap: Gap | None = None

    @property
    def open(self) -> bool:
        """Tell whether the declared release is one of those that the history lacks."""
        if self.gap is not None:
            return self.gap.absent < self.declared
        return bool(self.absent) and self.absent < self.declared < self.since


class Weak(Change, frozen=True):
    """A name behind a check that lets through releases without it; ``reached`` is the oldest of these.

    ``absent``  the last release known not to have it, where the history lacks releases between that and ``since``.
    ``gap``     where it is missing after it came, or gone, if that is what the check lets through.
    """

    places: tuple[Location, ...]
    since: Version
    reached: Version
    guard: str
    checked: Location
    absent: Version = ()
    gap: Gap | None = None

    @property
    def open(self) -> bool:
        """Tell whether it is not known that a release which the check lets through lacks the name."""
        if self.gap is not None:
            return self.gap.open or self.gap.absent < self.reached
        return bool(self.absent) and self.absent < self.reached


class Lost(Change, frozen=True):
    """A name that is used without a check, and that a later release has no more.

    ``places``  where it is used; ``reached`` the oldest release that is to serve the application and lacks it.
    ``why``     what a release says of a document that it does not take.
    """

    places: tuple[Location, ...]
    kind: str
    gap: Gap
    reached: Version
    why: str = ""


class Dead(Change, frozen=True):
    """A check that the floor decides: ``passed`` on every release from it on, or on none."""

    place: Location
    version: Version
    floor: Version
    passed: bool


class Optional(Change, frozen=True):
    """A name that is used behind checks only, and newer than the floor."""

    places: tuple[Location, ...]
    since: Version
    guards: tuple[str, ...]


class Unknown(Change, frozen=True):
    """A name that looks like one of the library, and that no release of the history has.

    ``why``  it is a document that no release takes: what the newest one says.
    """

    places: tuple[Location, ...]
    newest: Version
    why: str = ""


class Unserved(Change, frozen=True):
    """A function that is used without a check and that a driver does not implement; ``gap``: no more from there on."""

    places: tuple[Location, ...]
    driver: str
    gap: Gap | None = None


class Refused(Change, frozen=True):
    """A document (the subject) that the older release's schema takes and the newer one's does not.

    ``place``  where it goes wrong, ``path`` the elements that lead there; ``why`` and ``expected`` say what was read
    and what could stand there instead.  ``document`` is its text.
    """

    place: Location
    path: str
    why: str
    expected: tuple[str, ...]
    document: bytes


class LeftBehind(Change, frozen=True):
    """A distribution (the subject) that is supported and ships a release older than the floor.

    ``read``  the day that its row was read, where that is more than a year ago.
    """

    ships: Version
    floor: Version
    ends: datetime.date | None
    sources: tuple[str, ...]
    read: datetime.date | None = None


class Raised(Change, frozen=True):
    """A release (the subject) that can be asked for from a day on, and nobody who is supported is left behind.

    ``after``  whose support has ended the day before; ``holds`` who keeps it from being a newer one.
    ``checks`` those that it decides, and that the floor does not.
    """

    version: Version
    day: datetime.date
    now: bool
    after: tuple[str, ...]
    holds: tuple[str, ...]
    checks: tuple[Location, ...]
