"""An enum with a public tag is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import EnumRemoved
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: EnumRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} was removed",
        breaks="programs that name the type no longer compile",
        old=change.old.mark.location,
        witness=witness.sized(change, change.subject),
    )


RULE = Rule(
    id="headers/enum-removed",
    summary="an enum with a public tag is no longer declared",
    why="Programs that declare variables of the type stop compiling; its constants are reported on their own.",
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(EnumRemoved,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a tag is gone",
            "enum ship { SHIP_A };\n",
            "enum { SHIP_A };\n",
            fires=("enum ship",),
        ),
        Example(
            "a typedef'd enum may be tagged", "typedef enum { SHIP_A } ship;\n", "typedef enum ship { SHIP_A } ship;\n"
        ),
    ),
)
