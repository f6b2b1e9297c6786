"""Only const was added to what a parameter points to."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import ParameterConstAdded
from abidiff.surfaces.headers.layout.spell import prototype
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import NOBODY, finding


def _check(change: ParameterConstAdded) -> Iterable[Finding]:
    names = ", ".join(d.new.name or f"parameter {d.position + 1}" for d in change.differences)
    yield finding(
        RULE,
        change,
        f"{change.subject} no longer writes through {names}: const was added",
        breaks=NOBODY,
        old=change.old.mark.location,
        new=change.new.mark.location,
        details=(("was", prototype(change.old)), ("is", prototype(change.new))),
        witness=witness.points(change, change.old),
    )


RULE = Rule(
    id="headers/parameter-const-added",
    summary="const was added to what a parameter points to",
    why=(
        "Every call compiles and works as before. Only programs that store the function in a pointer of "
        "the old type get a diagnostic."
    ),
    clause="types",
    severity=Severity.NOTICE,
    on=(ParameterConstAdded,),
    check=_check,
    affects=("source",),
    examples=(
        Example("const added", "int shipOpen(char *uri);\n", "int shipOpen(const char *uri);\n", fires=("shipOpen",)),
        Example("top-level const says nothing", "int shipOpen(char *uri);\n", "int shipOpen(char *const uri);\n"),
    ),
)
