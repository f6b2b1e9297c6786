"""The integer type behind an enum changed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import EnumTypeChanged
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import BOTH, SOURCE, finding


def _check(change: EnumTypeChanged) -> Iterable[Finding]:
    wider = change.before.split()[-1] != change.after.split()[-1] or "long" in change.before + change.after
    yield finding(
        RULE,
        change,
        f"enum {change.subject} is stored as {change.after}, was {change.before}",
        breaks=(
            "programs already built pass and store another size"
            if wider
            else "nobody in general; comparisons with negative numbers behave otherwise when compiled anew"
        ),
        old=change.old.mark.location,
        new=change.new.mark.location,
        severity=Severity.BREAKING if wider else Severity.NOTICE,
        affects=BOTH if wider else SOURCE,
        witness=witness.enum_type(change, change.old, change.before),
    )


RULE = Rule(
    id="headers/enum-type-changed",
    summary="the integer type behind an enum changed",
    why=(
        "A value that no longer fits makes the enum larger wherever it is stored or passed. The first "
        "negative value only makes it signed, which is a notice."
    ),
    clause="types",
    severity=Severity.BREAKING,
    on=(EnumTypeChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "a value that needs 64 bits",
            "enum ship { SHIP_A = 1 };\n",
            "enum ship { SHIP_A = 1, SHIP_B = 0x100000000 };\n",
            fires=("ship",),
            also=("headers/enumerator-added",),
        ),
        Example(
            "the first negative value",
            "enum ship { SHIP_A = 1 };\n",
            "enum ship { SHIP_A = 1, SHIP_NONE = -1 };\n",
            fires=("ship",),
            also=("headers/enumerator-added",),
        ),
        Example(
            "values within the type",
            "enum ship { SHIP_A = 1 };\n",
            "enum ship { SHIP_A = 1, SHIP_B = 1000 };\n",
            also=("headers/enumerator-added",),
        ),
    ),
)
