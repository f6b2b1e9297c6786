"""A package needs one of the same release in a version that it does not have."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import RequirementUnmet
from abidiff.surfaces.packages.rules._text import pc, tree
from abidiff.surfaces.packages.witness import unmet


def _check(change: RequirementUnmet) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} requires {change.required.title}, and the release holds {change.has}"
        if change.has
        else f"{change.subject} requires {change.required.title} in one word, which names no package",
        key=change.required.name,
        breaks=f"programs that ask for {change.subject}: pkg-config refuses to answer",
        old=change.old,
        new=change.new,
        witness=unmet(change),
    )


RULE = Rule(
    id="packages/requirement-unmet",
    summary="a package needs one of the same release in a version that it does not have",
    why=(
        "Whoever installs the release has a package that pkg-config never answers for. A name ends at a blank, so that "
        "`ship>=1.0` asks for a package of that name."
    ),
    clause="packages",
    severity=Severity.BREAKING,
    on=(RequirementUnmet,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "not yet",
            tree(ship=pc("1.0"), dock=pc("1.0", requires="ship")),
            tree(ship=pc("1.1"), dock=pc("1.1", requires="ship >= 2")),
            fires=("dock",),
        ),
        Example(
            "without blanks it is a name",
            tree(ship=pc("1.0"), dock=pc("1.0", requires="ship")),
            tree(ship=pc("1.0"), dock=pc("1.0", requires="ship>=1.0")),
            fires=("dock",),
        ),
        Example(
            "with one blank it is none",
            tree(ship=pc("1.0"), dock=pc("1.0", requires="ship")),
            tree(ship=pc("1.0"), dock=pc("1.0", requires="ship >=1.0")),
        ),
        Example(
            "of the same version",
            tree(ship=pc("1.0"), dock=pc("1.0", requires="ship = 1.0")),
            tree(ship=pc("1.1"), dock=pc("1.1", requires="ship = 1.1")),
        ),
    ),
)
