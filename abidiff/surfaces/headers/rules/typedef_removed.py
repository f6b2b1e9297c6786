"""A typedef is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import TypedefRemoved
from abidiff.surfaces.headers.layout.spell import spell
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: TypedefRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"type {change.subject} was removed: typedef {spell(change.old.type, change.subject)}",
        breaks="programs that name the type no longer compile",
        old=change.old.mark.location,
        witness=witness.names_type(change, change.subject),
    )


RULE = Rule(
    id="headers/typedef-removed",
    summary="a typedef is no longer declared",
    why="Programs that name the type stop compiling.",
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(TypedefRemoved,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a type is gone",
            "typedef int shipId;\ntypedef int shipName;\n",
            "typedef int shipName;\n",
            fires=("shipId",),
        ),
        Example(
            "a macro keeps the name alive",
            "typedef int shipId;\n",
            "typedef int shipNumber;\n#define shipId shipNumber\n",
            also=("headers/typedef-added",),
        ),
    ),
)
