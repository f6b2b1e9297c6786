"""What is asked of an application."""

from __future__ import annotations

import msgspec

from abidiff.finding import FailOn
from abidiff.requires.model import Version


class Question(msgspec.Struct, frozen=True):
    """What is asked of an application.

    ``library``   what reports call the library; ``declared`` the release that the application says it needs; where it
    is not given and ``asks`` is set, what the application's own build files say.
    ``tests``     its tests count as well.
    """

    library: str
    declared: Version = ()
    tests: bool = False
    asks: bool = False
    fail_on: FailOn = FailOn.UNDECIDED
    allow_undecided: bool = False
