"""A package needs another version of one than before."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import RequirementRaised
from abidiff.surfaces.packages.rules._text import pc, tree
from abidiff.surfaces.packages.witness import required


def _check(change: RequirementRaised) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} requires {change.after.title}, was {change.before.title}",
        key=change.after.name,
        breaks=f"programs where {change.before.title} is installed and {change.after.title} is not",
        old=change.old,
        new=change.new,
        witness=required(change),
    )


RULE = Rule(
    id="packages/requirement-raised",
    summary="a package needs another version of one than before",
    why="`pkg-config` refuses to answer when what is installed is not of the version that is required.",
    clause="packages",
    severity=Severity.WARNING,
    on=(RequirementRaised,),
    check=_check,
    affects=("source",),
    examples=(
        Example("raised", tree(ship=pc(requires="z >= 1.9")), tree(ship=pc(requires="z >= 1.10")), fires=("ship",)),
        Example("any before", tree(ship=pc(requires="z")), tree(ship=pc(requires="z >= 1.2")), fires=("ship",)),
        Example("bounded", tree(ship=pc(requires="z >= 1")), tree(ship=pc(requires="z >= 1, z < 2")), fires=("ship",)),
        Example("lowered", tree(ship=pc(requires="z >= 1.10")), tree(ship=pc(requires="z >= 1.9"))),
        Example("no version any more", tree(ship=pc(requires="z >= 1.10")), tree(ship=pc(requires="z"))),
    ),
)
