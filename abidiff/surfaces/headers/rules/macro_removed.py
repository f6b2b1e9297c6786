"""A function-like macro is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import MacroRemoved
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: MacroRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"macro {change.subject} was removed",
        breaks="programs that use it no longer compile",
        old=change.old.mark.location,
        witness=witness.constant_used(change, change.subject),
    )


RULE = Rule(
    id="headers/macro-removed",
    summary="a function-like macro, or one that stands for code, is no longer defined",
    why="Programs that use the macro stop compiling. A function of the same name may take its place.",
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(MacroRemoved,),
    check=_check,
    affects=("source",),
    examples=(
        Example("a macro is gone", "#define SHIP_AREA(a, b) ((a) * (b))\n", "", fires=("SHIP_AREA",)),
        Example(
            "a function takes its place",
            "#define shipArea(a, b) ((a) * (b))\n",
            "int shipArea(int a, int b);\n",
            also=("headers/function-added", "headers/macro-body-changed"),
        ),
    ),
)
