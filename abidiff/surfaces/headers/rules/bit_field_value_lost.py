"""A bit-field has no room for a value of its enum any more."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import BitFieldValueLost
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import BOTH, finding


def _check(change: BitFieldValueLost) -> Iterable[Finding]:
    sign = "signed" if change.signed else "unsigned"
    yield finding(
        RULE,
        change,
        f"field {change.path} of {change.record} does not hold {change.enumerator} ({change.value}) any more: "
        f"its type is {sign}, and {change.old.bits} bits wide",
        breaks="programs that store the value read another one; those already built disagree with the library",
        old=change.old.location,
        new=change.new.location,
        affects=BOTH,
        witness=witness.stored(change, change.name, change.path, change.enumerator),
    )


RULE = Rule(
    id="headers/bit-field-value-lost",
    summary="a bit-field has no room for a value of its enum any more",
    why=(
        "An enum without negative values is unsigned in GCC and Clang, and so is a bit-field of its type. The first "
        "negative value makes both signed: the highest bit is the sign now, and the values that need it are read as "
        "negative numbers."
    ),
    clause="types",
    severity=Severity.BREAKING,
    on=(BitFieldValueLost,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "the first negative value",
            "enum ship { SHIP_A, SHIP_B = 3 };\nstruct fleet { enum ship kind : 2; };\n",
            "enum ship { SHIP_A, SHIP_B = 3, SHIP_NONE = -1 };\nstruct fleet { enum ship kind : 2; };\n",
            fires=("struct fleet.kind",),
            also=("headers/enum-type-changed", "headers/enumerator-added"),
        ),
        Example(
            "with room for the sign",
            "enum ship { SHIP_A, SHIP_B = 3 };\nstruct fleet { enum ship kind : 3; };\n",
            "enum ship { SHIP_A, SHIP_B = 3, SHIP_NONE = -1 };\nstruct fleet { enum ship kind : 3; };\n",
            also=("headers/enum-type-changed", "headers/enumerator-added"),
        ),
    ),
)
