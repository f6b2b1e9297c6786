"""What a whole history shows and no two neighbouring releases do."""

from __future__ import annotations

from abidiff.change import Change
from abidiff.finding import Finding


class CameBack(Change, frozen=True):
    """An item that went and came back.  ``last``: the last release that had it before it went in ``gone``.

    ``others``: what else of the unit did so with it.
    """

    surface: str
    kind: str
    last: str
    gone: str
    back: str
    same: bool
    others: tuple[str, ...] = ()


class Refuted(Change, frozen=True):
    """An item whose tag says that ``stated`` brought it, which the release ``version`` refutes.

    ``there``: that release is older and has it; else it should have it and does not.  ``others``: what else of the
    unit the same is true of.
    """

    surface: str
    kind: str
    stated: str
    version: str
    there: bool
    others: tuple[str, ...] = ()


class Outlived(Change, frozen=True):
    """An item that is deprecated for long: since a release, for so many releases and months up to the newest."""

    surface: str
    kind: str
    since: str
    releases: int
    months: int | None


class Composed(Change, frozen=True):
    """A break between two releases that no pair of neighbours between them shows."""

    old: str
    new: str
    finding: Finding
