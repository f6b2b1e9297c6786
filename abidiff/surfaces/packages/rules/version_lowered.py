"""A pkg-config package has a lower version."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import VersionLowered
from abidiff.surfaces.packages.rules._text import pc, tree
from abidiff.surfaces.packages.witness import lowered


def _check(change: VersionLowered) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"pkg-config package {change.subject} is version {change.after}, was {change.before}",
        breaks=f"programs that ask for {change.subject} >= {change.before}, which was there",
        old=change.old,
        new=change.new,
        witness=lowered(change),
    )


RULE = Rule(
    id="packages/version-lowered",
    summary="a pkg-config package has a lower version",
    why=(
        "Programs ask for the version that they need at least. Versions are compared as pkg-config does it: runs of "
        "digits by their value, runs of letters by the alphabet."
    ),
    clause="packages",
    severity=Severity.BREAKING,
    on=(VersionLowered,),
    check=_check,
    affects=("source",),
    examples=(
        Example("lower", tree(ship=pc("2.10")), tree(ship=pc("2.9")), fires=("ship",)),
        Example("another way to count", tree(ship=pc("2024.1")), tree(ship=pc("3.0")), fires=("ship",)),
        Example("higher", tree(ship=pc("2.9")), tree(ship=pc("2.10"))),
        Example("a candidate, then the release", tree(ship=pc("2.0~rc1")), tree(ship=pc("2.0"))),
    ),
)
