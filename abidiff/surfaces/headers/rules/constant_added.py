"""A constant is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import ConstantAdded
from abidiff.surfaces.headers.rules._common import finding, value_text


def _check(change: ConstantAdded) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"constant {change.subject} ({value_text(change.new.value)}) was added",
        new=change.new.mark.location,
    )


RULE = Rule(
    id="headers/constant-added",
    summary="a constant (macro) was added",
    why="A new constant breaks nobody.",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.CONSTANTS,
    on=(ConstantAdded,),
    check=_check,
    affects=("source",),
    examples=(
        Example("a constant is new", "", "#define SHIP_MAX 12\n", fires=("SHIP_MAX",)),
        Example("an include guard is none", "", "#ifndef SHIP_H\n#define SHIP_H\n#endif\n"),
    ),
)
