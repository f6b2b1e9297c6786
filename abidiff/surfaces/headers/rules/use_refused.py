"""Every use of a declaration is an error now."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import UseRefused
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import finding


def _check(change: UseRefused) -> Iterable[Finding]:
    text = f": {change.message}" if change.message else ""
    yield finding(
        RULE,
        change,
        f"{change.kind} {change.subject} may no longer be used{text}",
        breaks="programs that use it no longer compile",
        old=change.old,
        new=change.new,
        witness=attributes.refused(change),
    )


RULE = Rule(
    id="headers/use-refused",
    summary="a declaration got the unavailable or error attribute, or its name is poisoned",
    why=(
        "The declaration is still there, but the compiler rejects each program that uses it. Programs already "
        "built are not affected."
    ),
    clause="names",
    severity=Severity.BREAKING,
    on=(UseRefused,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "an error at every call",
            "int shipOpen(int a);\n",
            'int shipOpen(int a) __attribute__((error("use shipStart")));\n',
            fires=("shipOpen",),
        ),
        Example(
            "a variable, a field, an enumerator",
            "extern int shipCount;\nstruct ship { int a; int b; };\nenum { SHIP_A, SHIP_B };\n",
            "extern int shipCount __attribute__((unavailable));\n"
            "struct ship { int a; int b __attribute__((unavailable)); };\n"
            "enum { SHIP_A, SHIP_B __attribute__((unavailable)) };\n",
            fires=("shipCount", "struct ship.b", "SHIP_B"),
        ),
        Example(
            "a name that GCC poison takes from programs",
            "int shipOpen(int a);\n",
            "int shipOpen(int a);\n#pragma GCC poison shipOpen\n",
            fires=("shipOpen",),
        ),
        Example(
            "refused before",
            'int shipOpen(int a) __attribute__((error("no")));\n',
            'int shipOpen(int a) __attribute__((error("not at all")));\n',
        ),
    ),
)
