"""A function lost its prototype: arguments are no longer converted to what it takes."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import PrototypeDropped
from abidiff.surfaces.headers.layout.spell import prototype
from abidiff.surfaces.headers.prove import attributes, witness
from abidiff.surfaces.headers.rules._common import NOBODY, SOURCE, finding


def _check(change: PrototypeDropped) -> Iterable[Finding]:
    proof = attributes.unconverted(change) or witness.points(change, change.old)
    taken = change.kind == "narrow"
    yield finding(
        RULE,
        change,
        f"{change.subject} is declared without a prototype, was {prototype(change.old)}",
        breaks=NOBODY
        if taken
        else "programs that are compiled anew pass arguments as they are: they are not converted",
        old=change.old.mark.location,
        new=change.new.mark.location,
        severity=Severity.WARNING if taken else None,
        witness=proof,
    )


RULE = Rule(
    id="headers/prototype-dropped",
    summary="a function is declared without a prototype now, and takes what arguments are not promoted to",
    why=(
        "Without a prototype an argument is passed as what it is after its promotions (ISO C11 6.5.2.2 p6): 3 is an "
        "int where the function takes a double, -1 one where it takes a long, and a float is passed as a double. "
        "Nothing is told where each parameter is what integers are promoted to, or a pointer."
    ),
    clause="types",
    severity=Severity.BREAKING,
    on=(PrototypeDropped,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example("a double", "int shipTurn(double angle);\n", "int shipTurn();\n", fires=("shipTurn",)),
        Example("a float", "int shipTurn(float angle);\n", "int shipTurn();\n", fires=("shipTurn",)),
        Example("a long", "int shipMove(int ship, long by);\n", "int shipMove();\n", fires=("shipMove",)),
        Example("an int and a pointer", "int shipName(int ship, char *name);\n", "int shipName();\n"),
    ),
)
