"""What an application uses, and in which releases each use is reached."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.versions import numbers

Version = tuple[int, ...]
"""The numbers of a version without zeros at its end, as versions are ordered."""


DOCUMENT = "document"
"""The kind of a document as a whole, beside the kinds of names."""

DRIVER = "driver"
"""The kind of a driver that the application is to run with."""

CHECK = "check"
"""The kind of a check by which an application refuses older releases."""


def called(kind: str, subject: str) -> str:
    """Return what something is and its name; a tag says what it is."""
    return subject if subject.startswith(f"{kind} ") else f"{kind} {subject}"


def came(kind: str, subject: str, since: Version) -> str:
    """Say since when something is there: a name comes, a document is taken."""
    verb = {DOCUMENT: "is valid from {} on", CHECK: "is passed from {} on"}.get(kind, "came with {}")
    return f"{called(kind, subject)} {verb.format(shown(since))}"


def again(kind: str, subject: str, since: Version, gone: Version, back: Version) -> str:
    """Say where something is missing between releases that have it."""
    verb, state = {
        DOCUMENT: ("is not valid for", "valid"),
        CHECK: ("refuses", "is passed"),
    }.get(kind, ("is missing in", "there"))
    first = f"{came(kind, subject, since)}, " if since else f"{called(kind, subject)} "
    return f"{first}{verb} {shown(gone)}, and {state} again from {shown(back)} on"


def parsed(text: str) -> Version:
    """Return the numbers of a version; empty when there are none."""
    return numbers(text)


def shown(version: Version) -> str:
    """Return a version as text, with three numbers at least."""
    return ".".join(str(part) for part in (*version, *(0,) * (3 - len(version))))


class Guard(msgspec.Struct, frozen=True):
    """A check around uses.

    ``text``     how it stands in the source, in short.
    ``low``      the oldest version that passes it; empty when it sets none.
    ``high``     the first version that does not pass it any more; empty when it sets none.
    ``names``    names whose presence it asks for; a use of one of them is safe behind it.
    ``handles``  it lets through nothing that is missing: an exception handler, a look-up with a default.
    ``lacks``    names of which it asks that they are not there.
    """

    text: str
    location: Location
    low: Version = ()
    high: Version = ()
    names: tuple[str, ...] = ()
    handles: bool = False
    lacks: tuple[str, ...] = ()


class Use(msgspec.Struct, frozen=True):
    """A place where an application uses a name of the library.

    ``name``     as the source has it; ``names`` those of the library that it may stand for.
    ``guards``   the checks that it is behind, outermost first.
    ``linked``   a program that is built already is bound to it.
    ``whole``    the document that it stands in is held against each release as a whole.
    """

    name: str
    names: tuple[str, ...]
    location: Location
    guards: tuple[Guard, ...] = ()
    linked: bool = False
    whole: bool = False


class Reading(NamedTuple):
    """What was found in some files.

    ``guards``    all checks against versions that were understood, whether they have uses behind them or not.
    ``problems``  files that could not be read.
    ``refusals``  checks on which the application stands as a whole: it refuses the releases that do not pass them, and
    where ``high`` is older than ``low`` those between them alone.
    """

    uses: tuple[Use, ...] = ()
    guards: tuple[Guard, ...] = ()
    problems: tuple[Problem, ...] = ()
    refusals: tuple[Guard, ...] = ()
