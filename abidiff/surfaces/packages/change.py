"""What the pkg-config packages of two releases differ by, for a program that asks for one."""

from __future__ import annotations

from abidiff.change import Change
from abidiff.location import Location
from abidiff.surfaces.packages.model import Requirement


class PackageChange(Change, frozen=True):
    """A change of one package; ``subject`` is its name, ``old`` and ``new`` are places."""

    old: Location | None
    new: Location | None


class PackageVanished(PackageChange, frozen=True):
    """A package is gone; ``known``: that is shown, since others are there and no build makes it."""

    known: bool
    others: tuple[str, ...]


class PackageNew(PackageChange, frozen=True):
    """A package is new."""


class VersionLowered(PackageChange, frozen=True):
    """A package has a lower version than before: who asks for the old one is refused."""

    before: str
    after: str


class HeadersUnreachable(PackageChange, frozen=True):
    """Headers that are still there are no longer found by who asks for the package.

    ``folder``    the folder that `--cflags` no longer names.
    ``gone``      the requirement that brought it; empty where the package named it itself.
    ``names``     the headers by their names below it.
    ``by``        a header that a program still includes (path, name), and the name in it that leads nowhere now.
    """

    folder: str
    gone: str
    names: tuple[str, ...]
    by: tuple[str, str, str] | None


class FolderDropped(PackageChange, frozen=True):
    """A folder of which no header is known is no longer named; ``includes``: what headers include from elsewhere."""

    folder: str
    includes: tuple[str, ...]


class PrefixDropped(PackageChange, frozen=True):
    """A template no longer names the folder of headers itself: only where it is a usual one they are found."""


class RequirementNew(PackageChange, frozen=True):
    """A package that has to be there now.

    ``included``  what headers include from elsewhere that the old ones did not.
    ``via``       the package of the release that needs it; empty: the package itself.
    ``open``      a build fills in what the old package needed: it may be no news.
    """

    required: Requirement
    included: tuple[str, ...]
    via: str
    open: bool


class RequirementRaised(PackageChange, frozen=True):
    """A package that is needed has to be of another version than before."""

    before: Requirement
    after: Requirement


class RequirementUnmet(PackageChange, frozen=True):
    """A package of the release needs one of the same release in a version that it does not have.

    ``has``  that version; empty where name and version are one word (`base>=1.0`), which names no package at all.
    """

    required: Requirement
    has: str


class RequirementDropped(PackageChange, frozen=True):
    """A package is no longer needed, so that its options no longer come.

    ``after``     the requirement as it is now: private; None where it is none.
    ``includes``  what headers include from elsewhere.
    """

    before: Requirement
    after: Requirement | None
    includes: tuple[str, ...]


class DefinitionChanged(PackageChange, frozen=True):
    """A macro that `--cflags` defined is defined otherwise, or one that it did not; ``tested``: headers ask for it."""

    macro: str
    before: str | None
    after: str | None
    tested: bool


class LibraryDropped(PackageChange, frozen=True):
    """A library that `--libs` named is not named any more; ``own``: the release itself holds it."""

    library: str
    own: bool
