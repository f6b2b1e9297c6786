"""An exported variable has another type."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import VariableChanged
from abidiff.surfaces.headers.layout.spell import on, spell
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding, on_targets


def _check(change: VariableChanged) -> Iterable[Finding]:
    old, new = spell(on(change.old.type, change.targets)), spell(on(change.new.type, change.targets))
    message = f"{change.subject} is {new}, was {old}" if old != new else f"{change.subject} is thread-local differently"
    yield finding(
        RULE,
        change,
        message + on_targets(change.targets),
        breaks="programs that use it no longer compile as they did, and those already built read or copy another size",
        old=change.old.mark.location,
        new=change.new.mark.location,
        targets=change.targets,
        witness=witness.declares(change, change.subject, on(change.old.type, change.targets)),
    )


RULE = Rule(
    id="headers/variable-changed",
    summary="an exported variable has another type",
    why=(
        "Programs access the variable with the type they were built with, and the linker may have copied "
        "it into them with its old size."
    ),
    severity=Severity.BREAKING,
    on=(VariableChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example("another type", "extern int shipCount;\n", "extern long shipCount;\n", fires=("shipCount",)),
        Example("a typedef for the same", "extern unsigned shipCount;\n", "extern unsigned int shipCount;\n"),
    ),
)
