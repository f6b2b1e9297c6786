"""Parameters are integers of the same width with another sign."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import ParameterDifference, ParameterSignChanged
from abidiff.surfaces.headers.layout.spell import prototype
from abidiff.surfaces.headers.rules._common import finding, types_text


def _check(change: ParameterSignChanged) -> Iterable[Finding]:
    signs = [d for d in change.differences if d.kind != "const-added"]
    names = "; ".join(f"{_name(d)} is {types_text(d.old.type, d.new.type, d.targets)}" for d in signs)
    which = "negative numbers" if any(d.kind == "unsigned" for d in signs) else "numbers above the signed range"
    yield finding(
        RULE,
        change,
        f"{change.subject}: {names} (of the same width)",
        breaks=f"nobody who passes what both types hold; {which} arrive as other ones",
        old=change.old.mark.location,
        new=change.new.mark.location,
        details=(("was", prototype(change.old)), ("is", prototype(change.new))),
    )


def _name(difference: ParameterDifference) -> str:
    return difference.new.name or difference.old.name or f"parameter {difference.position + 1}"


RULE = Rule(
    id="headers/parameter-sign-changed",
    summary="a parameter is an integer of the same width with another sign",
    why=(
        "The same bits are passed in the same place, and every call compiles. Only values that one of the types does "
        "not hold change, and where the psABI has the caller extend to the width of the register these arrive "
        "extended otherwise. A pointer to the function needs the new type."
    ),
    clause="types",
    severity=Severity.NOTICE,
    on=(ParameterSignChanged,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "flags became unsigned",
            "int shipOpen(const char *uri, int flags);\n",
            "int shipOpen(const char *uri, unsigned int flags);\n",
            fires=("shipOpen",),
        ),
        Example(
            "an enum became int",
            "enum ship { SHIP_A };\nint shipOpen(enum ship kind);\n",
            "enum ship { SHIP_A };\nint shipOpen(int kind);\n",
            fires=("shipOpen",),
        ),
        Example("another name", "int shipOpen(int flags);\n", "int shipOpen(int modes);\n"),
    ),
)
