"""A constant (an object-like macro with a value) is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import ConstantRemoved
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding, value_text


def _check(change: ConstantRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"constant {change.subject} ({value_text(change.old.value)}) was removed",
        breaks="programs that use it no longer compile",
        old=change.old.mark.location,
        witness=witness.constant_used(change, change.subject),
    )


RULE = Rule(
    id="headers/constant-removed",
    summary="a constant (macro) is no longer defined",
    why="Programs that use the macro stop compiling.",
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(ConstantRemoved,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a constant is gone",
            "#define SHIP_MAX 12\n#define SHIP_MIN 1\n",
            "#define SHIP_MIN 1\n",
            fires=("SHIP_MAX",),
        ),
        Example(
            "an enumerator of the same value takes its place", "#define SHIP_MAX 12\n", "enum { SHIP_MAX = 12 };\n"
        ),
    ),
)
