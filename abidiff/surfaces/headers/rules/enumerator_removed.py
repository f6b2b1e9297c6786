"""An enumeration constant is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import EnumeratorRemoved
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: EnumeratorRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} (= {change.old.value}) was removed from {change.enum}",
        breaks="programs that use it no longer compile",
        old=change.old.mark.location,
        witness=witness.enumerator_used(change, change.subject),
    )


RULE = Rule(
    id="headers/enumerator-removed",
    summary="an enumeration constant is no longer declared",
    why=(
        "Programs that use the constant stop compiling. A sentinel such as `..._LAST` may move; a name "
        "that merely looks like one is real."
    ),
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(EnumeratorRemoved,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a constant is gone",
            "typedef enum { SHIP_A = 0, SHIP_B = 1 } ship;\n",
            "typedef enum { SHIP_A = 0 } ship;\n",
            fires=("SHIP_B",),
        ),
        Example(
            "renamed",
            "enum { SHIP_A, SHIP_B };\n",
            "enum { SHIP_A, SHIP_C };\n",
            fires=("SHIP_B",),
            also=("headers/enumerator-added",),
        ),
        Example(
            "a macro of the same value takes its place",
            "enum { SHIP_A, SHIP_B };\n",
            "enum { SHIP_A };\n#define SHIP_B 1\n",
        ),
        Example(
            "a sentinel under its macro",
            "enum {\n    SHIP_A,\n# ifdef SENTINELS\n    SHIP_END\n# endif\n};\n",
            "enum {\n    SHIP_A,\n};\n",
            options={"sentinel_macros": ("SENTINELS",)},
        ),
    ),
)
