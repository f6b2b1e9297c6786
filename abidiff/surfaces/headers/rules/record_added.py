"""A struct or union is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import RecordAdded
from abidiff.surfaces.headers.rules._common import finding


def _check(change: RecordAdded) -> Iterable[Finding]:
    yield finding(RULE, change, f"{change.subject} was added", new=change.new.mark.location)


RULE = Rule(
    id="headers/record-added",
    summary="a struct or union was added",
    why="A new type breaks nobody.",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.RECORDS,
    on=(RecordAdded,),
    check=_check,
    affects=("source",),
    examples=(
        Example("a struct is new", "", "struct ship { int id; };\n", fires=("struct ship",)),
        Example(
            "declared before it is defined", "struct ship { int id; };\n", "struct ship;\nstruct ship { int id; };\n"
        ),
    ),
)
