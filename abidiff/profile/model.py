"""What a profile says, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class VersionFile(msgspec.Struct, frozen=True):
    """A file of the release that tells its version, and the pattern whose first group is it."""

    file: str
    pattern: str


class Tier(msgspec.Struct, frozen=True):
    """One promise.

    ``promise``   one line: what users may rely on.
    ``clause``    the sentence of the project's support page that it rests on, in our words.
    ``source``    where that stands.
    ``severity``  rule or glob (``headers/*``, ``*``) → severity; the last that matches wins, a
                  glob only softens, and none leaves the rule's own.
    ``deprecation_releases``, ``deprecation_months``  how long something must have been
                  marked deprecated before it goes; 0 demands nothing.
    ``drops_with_soname``  what goes is softened only where the library's SONAME changed, as far as libraries are given.
    """

    name: str
    title: str
    promise: str
    clause: str
    source: str = ""
    severity: tuple[tuple[str, str], ...] = ()
    deprecation_releases: int = 0
    deprecation_months: int = 0
    drops_with_soname: bool = False


class UnitRule(msgspec.Struct, frozen=True):
    """How files become one unit, or one unit a file (when ``name`` holds ``{stem}`` or ``{file}``).

    ``files``     globs; ``exclude`` takes away.  A file that an earlier rule of the same
                  surface took is not taken again.
    ``contains``  a regular expression that a file must hold to be taken (empty: any).
    ``context``   globs of further files that belong to the unit but do not start it.
    ``roots``     globs of the files where parsing starts, in this order; empty: all of them.
    ``expected``  names of units that must come out; a release without them is incomplete.
    ``since``     the first release that has what is expected; empty: all of them.
    ``installed`` the first release that installs the files; those of older releases are nobody's.
    ``otherwise`` the rule is for releases where no earlier rule of the surface gave a unit of this name.
    """

    surface: str
    name: str
    tier: str
    files: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    contains: str = ""
    context: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    since: str = ""
    installed: str = ""
    otherwise: bool = False
    options: Mapping[str, Any] = None  # type: ignore[assignment]


class Profile(msgspec.Struct, frozen=True):
    """A project described as data.

    ``recognise``      every group needs one path that the release has; empty: never by itself.
    ``version_files``  where the version stands, in the order of trust.
    ``version_scale``  factors that make the number of a version (major, minor, micro).
    ``tags``           glob of the release tags in git.
    ``substitutions``  ``@NAME@`` in templates → text with ``{version}`` and ``{version_number}``.
    ``traits``         glob over findings' traits → the tier that holds for them instead.
    ``consistency``    options of the consistency surface.
    """

    name: str
    title: str
    summary: str
    recognise: tuple[tuple[str, ...], ...]
    version_files: tuple[VersionFile, ...]
    version_scale: tuple[int, ...]
    tags: str
    substitutions: Mapping[str, str]
    tiers: Mapping[str, Tier]
    units: tuple[UnitRule, ...]
    traits: tuple[tuple[str, str], ...] = ()
    consistency: Mapping[str, Any] = None  # type: ignore[assignment]
    origin: str = ""

    def tier(self, name: str) -> Tier:
        """Return the tier of that name."""
        return self.tiers[name]
