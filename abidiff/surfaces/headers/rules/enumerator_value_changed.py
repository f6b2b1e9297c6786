"""An enumeration constant has another value."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import COUNTS_ITEMS, Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import EnumeratorValueChanged
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding, number_text


def _check(change: EnumeratorValueChanged) -> Iterable[Finding]:
    if change.bits:
        sign = "signed" if change.value < 0 else "unsigned"
        yield finding(
            RULE,
            change,
            f"{change.subject} is {number_text(change.value)}, was {number_text(change.old.value)}: the same bits, "
            f"{sign} now",
            breaks="nobody who passes it as an int or unsigned int; wider types take another number",
            old=change.old.mark.location,
            new=change.location,
            affects=("source",),
            severity=Severity.WARNING,
        )
        return
    yield finding(
        RULE,
        change,
        f"{change.subject} is {number_text(change.value)}, was {number_text(change.old.value)}",
        breaks="programs already built use the old value, and those compiled anew the other one",
        old=change.old.mark.location,
        new=change.location,
        traits=(COUNTS_ITEMS,) if change.counts else (),
        witness=witness.asserts(
            change,
            f"{change.subject} == {witness.c_integer(change.old.value)}",
            f"asserts the value of {change.subject}",
        ),
    )


RULE = Rule(
    id="headers/enumerator-value-changed",
    summary="an enumeration constant has another value",
    why=(
        "The value is compiled into programs. A program already built asks for one thing and the library does another. "
        "That an enumerator grew which only counts those before it (`SHIP_LAST`) is no reason for another SONAME."
    ),
    clause="values",
    severity=Severity.BREAKING,
    on=(EnumeratorValueChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "inserted in the middle",
            "enum { SHIP_A, SHIP_C };\n",
            "enum { SHIP_A, SHIP_B, SHIP_C };\n",
            fires=("SHIP_C",),
            also=("headers/enumerator-added",),
        ),
        Example(
            "it merely looks like a sentinel",
            "enum { SHIP_ADD_LAST = 3 };\n",
            "enum { SHIP_ADD_LAST = 4 };\n",
            fires=("SHIP_ADD_LAST",),
            options={"sentinels": ("(?<!_ADD)_LAST$",)},
        ),
        Example(
            "a sentinel moves",
            "enum { SHIP_A, SHIP_LAST };\n",
            "enum { SHIP_A, SHIP_B, SHIP_LAST };\n",
            options={"sentinels": ("_LAST$",)},
            also=("headers/enumerator-added",),
        ),
        Example(
            "the same bits",
            "enum { SHIP_A = 1, SHIP_B = 1 << 31 };\n",
            "enum { SHIP_A = 1, SHIP_B = 1U << 31 };\n",
            fires=("SHIP_B",),
        ),
        Example(
            "spelled differently",
            "enum { SHIP_A = 1, SHIP_B = 2, SHIP_C = 0x10, SHIP_D = -1 };\n",
            "enum { SHIP_A = 1 << 0, SHIP_B = SHIP_A + 1, SHIP_C = (1U << 4), SHIP_D = -(1) };\n",
        ),
    ),
)
