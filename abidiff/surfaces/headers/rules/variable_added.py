"""An exported variable is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import VariableAdded
from abidiff.surfaces.headers.compare.representation import exported
from abidiff.surfaces.headers.layout.spell import spell
from abidiff.surfaces.headers.rules._common import affected, finding


def _check(change: VariableAdded) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"variable {change.subject} was added: {spell(change.new.type, change.subject)}",
        new=change.new.mark.location,
        affects=affected(binary=exported(change.new)),
    )


RULE = Rule(
    id="headers/variable-added",
    summary="an exported variable was added",
    why="A new variable breaks nobody. It is a promise from now on.",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.VARIABLES,
    on=(VariableAdded,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example("a variable is new", "", "extern int shipCount;\n", fires=("shipCount",)),
        Example("declared twice", "extern int shipCount;\n", "extern int shipCount;\nextern int shipCount;\n"),
    ),
)
