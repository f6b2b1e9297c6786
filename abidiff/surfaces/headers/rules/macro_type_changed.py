"""A macro stands for another type."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import MacroTypeChanged
from abidiff.surfaces.headers.layout.spell import on
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import affected, finding, types_text


def _check(change: MacroTypeChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"macro {change.subject} stands for {types_text(change.before, change.after, change.targets)}",
        breaks="programs that declare objects with it"
        + (
            "those already built pass and store the old type"
            if change.binary
            else "to those already built it is the same"
        ),
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=affected(binary=change.binary),
        targets=change.targets,
        witness=witness.macro_type(change, change.subject, on(change.before, change.targets)),
    )


RULE = Rule(
    id="headers/macro-type-changed",
    summary="a macro that stands for a type stands for another one",
    why="It is a type name like a typedef, and is compared as one.",
    clause="types",
    severity=Severity.BREAKING,
    on=(MacroTypeChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example("another type", "#define ship_int int\n", "#define ship_int long\n", fires=("ship_int",)),
        Example("another sign", "#define ship_int int\n", "#define ship_int unsigned\n", fires=("ship_int",)),
        Example("spelled differently", "#define ship_int unsigned\n", "#define ship_int unsigned int\n"),
    ),
)
