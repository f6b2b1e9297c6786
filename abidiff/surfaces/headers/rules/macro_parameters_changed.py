"""A macro takes another number of arguments."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import MacroParametersChanged
from abidiff.surfaces.headers.model import Macro
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: MacroParametersChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"macro {change.subject} takes {_count(change.new)}, not {_count(change.old)}",
        breaks="programs that use it no longer compile",
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=witness.arguments(change, change.old),
    )


def _count(macro: Macro) -> str:
    if macro.parameters is None:
        return "no argument list"
    count = len(macro.parameters) - macro.variadic
    least = "at least " if macro.variadic else ""
    return f"{least}{count} argument{'' if count == 1 else 's'}"


RULE = Rule(
    id="headers/macro-parameters-changed",
    summary="a macro takes another number of arguments",
    why="Every use with the old number of arguments stops compiling.",
    clause="names",
    severity=Severity.BREAKING,
    on=(MacroParametersChanged,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "an argument more",
            "#define SHIP_AREA(a) ((a) * 2)\n",
            "#define SHIP_AREA(a, b) ((a) * (b))\n",
            fires=("SHIP_AREA",),
        ),
        Example("names of parameters", "#define SHIP_AREA(a) ((a) * 2)\n", "#define SHIP_AREA(x) ((x) * 2)\n"),
    ),
)
