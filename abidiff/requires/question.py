"""What is asked of an application."""

from __future__ import annotations

import datetime

import msgspec

from abidiff.finding import FailOn
from abidiff.requires.distributions import Row
from abidiff.requires.model import Version


class Question(msgspec.Struct, frozen=True):
    """What is asked of an application.

    ``library``   what reports call the library; ``declared`` the release that the application says it needs; where it
    is not given and ``asks`` is set, what the application's own build files say.
    ``tests``     its tests count as well.
    ``rows``      the distributions that are to be served, as they stand on ``day``.
    ``matrix``    those that are left behind are named; with ``ahead`` how far the oldest release may be raised.
    """

    library: str
    declared: Version = ()
    tests: bool = False
    asks: bool = False
    rows: tuple[Row, ...] = ()
    day: datetime.date = datetime.date.min
    matrix: bool = False
    ahead: bool = False
    fail_on: FailOn = FailOn.UNDECIDED
    allow_undecided: bool = False
