"""A pkg-config package is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import PackageNew
from abidiff.surfaces.packages.rules._text import pc, tree


def _check(change: PackageNew) -> Iterable[Finding]:
    yield finding(RULE, change, f"pkg-config package {change.subject} is new", new=change.new)


RULE = Rule(
    id="packages/package-new",
    summary="a pkg-config package is new",
    why="Nobody asked for it before; programs that do from now on rely on it.",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    on=(PackageNew,),
    check=_check,
    affects=(),
    examples=(
        Example("a second one", tree(ship=pc()), tree(ship=pc(), dock=pc()), fires=("dock",)),
        Example("the same", tree(ship=pc()), tree(ship=pc())),
    ),
)
