"""A macro without a value is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import MarkerRemoved
from abidiff.surfaces.headers.rules._common import finding


def _check(change: MarkerRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"macro {change.subject} ({'attributes' if change.old.body else 'empty'}) was removed",
        breaks="programs that test for it with #ifdef take the other branch, and those that use it do not compile",
        old=change.old.mark.location,
    )


RULE = Rule(
    id="headers/marker-removed",
    summary="a macro without a value (empty, or attributes only) is no longer defined",
    why=(
        "Such macros mark declarations or features. Programs rarely use them, but `#ifdef` takes the "
        "other branch in silence."
    ),
    clause="names",
    severity=Severity.WARNING,
    removes=True,
    on=(MarkerRemoved,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a feature macro is gone",
            "#define SHIP_HAS_SAILS\n#define SHIP_A 1\n",
            "#define SHIP_A 1\n",
            fires=("SHIP_HAS_SAILS",),
        ),
        Example(
            "an include guard is none",
            "#ifndef SHIP_H\n#define SHIP_H\nint f(void);\n#endif\n",
            "#ifndef VESSEL_H\n#define VESSEL_H\nint f(void);\n#endif\n",
        ),
    ),
)
