"""A typedef is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import TypedefAdded
from abidiff.surfaces.headers.layout.spell import spell
from abidiff.surfaces.headers.rules._common import finding


def _check(change: TypedefAdded) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"type {change.subject} was added: typedef {spell(change.new.type, change.subject)}",
        new=change.new.mark.location,
    )


RULE = Rule(
    id="headers/typedef-added",
    summary="a typedef was added",
    why="A new type breaks nobody.",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.TYPES,
    on=(TypedefAdded,),
    check=_check,
    affects=("source",),
    examples=(
        Example("a type is new", "", "typedef int shipId;\n", fires=("shipId",)),
        Example("declared twice", "typedef int shipId;\n", "typedef int shipId;\ntypedef int shipId;\n"),
    ),
)
