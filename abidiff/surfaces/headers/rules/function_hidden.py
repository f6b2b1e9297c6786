"""An exported function or variable became part of each program, or a macro of its name took its place."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import FunctionHidden
from abidiff.surfaces.headers.rules._common import finding


def _check(change: FunctionHidden) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} is {change.how} now",
        breaks="nobody who compiles anew; programs already built still need the symbol: keep it exported",
        old=change.old.mark.location,
        new=change.location,
    )


RULE = Rule(
    id="headers/function-hidden",
    summary="an exported function or variable became static, or a macro replaced it",
    why=(
        "Programs that compile anew are fine. Programs already built call the symbol, which only a look "
        "at the symbol map (or the library) shows to be there still."
    ),
    clause="symbols",
    severity=Severity.WARNING,
    on=(FunctionHidden,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "inline now",
            "int shipSpeed(int ship);\n",
            "static inline int shipSpeed(int ship) { return ship * 2; }\n",
            fires=("shipSpeed",),
        ),
        Example(
            "an alias keeps the old name alive",
            "int shipSpeed(int ship);\n",
            "int shipKnots(int ship);\n#define shipSpeed shipKnots\n",
            fires=("shipSpeed",),
            also=("headers/function-added",),
        ),
        Example(
            "a variable became a macro",
            "extern int ship;\n",
            "int *shipAt(void);\n#define ship (*shipAt())\n",
            fires=("ship",),
            also=("headers/function-added",),
        ),
        Example(
            "inline before and after",
            "static inline int f(void) { return 1; }\n",
            "static inline int f(void) { return 2; }\n",
            also=("headers/inline-body-changed",),
        ),
    ),
)
