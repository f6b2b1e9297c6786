"""An exported symbol is another kind of thing."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import NEEDS_SONAME, Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import KindChanged
from abidiff.surfaces.exports.rules._dump import dump
from abidiff.surfaces.exports.witness import another_kind


def _check(change: KindChanged) -> Iterable[Finding]:
    proof = another_kind(change) if change.public and not change.renamed else None
    severity = RULE.severity if proof else Severity.UNDECIDED if change.public else Severity.WARNING
    yield finding(
        RULE,
        change,
        f"{change.subject} is {change.after} in {change.library}, it was {change.before}",
        severity=Severity.NOTICE if change.renamed else severity,
        key=change.stem,
        breaks="" if change.renamed else f"programs linked with the old library use it as {change.before}",
        old=change.old,
        new=change.new,
        traits=(NEEDS_SONAME,) if change.renamed and change.public else (),
        witness=proof,
    )


RULE = Rule(
    id="exports/symbol-kind-changed",
    summary="an exported symbol is another kind of thing",
    why=(
        "The dynamic loader gives a program the address behind a name and asks for no more. A program that calls data "
        "ends at once, one that reads code as data reads nonsense, and one that asks for thread-local data does not "
        "start. A symbol that no header declares is a warning; where the SONAME changed as well it is a notice, for "
        "programs that are there keep the old library."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(KindChanged,),
    check=_check,
    affects=("binary",),
    examples=(
        Example("data is a function", dump("8 OBJECT shipTable"), dump("8 FUNC shipTable"), fires=("shipTable",)),
        Example("data is thread-local", dump("8 OBJECT shipTable"), dump("8 TLS shipTable"), fires=("shipTable",)),
        Example("a function is data", dump("8 FUNC shipOpen"), dump("8 OBJECT shipOpen"), fires=("shipOpen",)),
        Example(
            "no header declares it",
            dump("shipOpen", "8 OBJECT ship_table"),
            dump("shipOpen", "8 FUNC ship_table"),
            fires=("ship_table",),
            options={"declared": ("shipOpen",)},
        ),
        Example(
            "with a new SONAME",
            dump("8 OBJECT shipTable"),
            dump("8 FUNC shipTable", soname="libship.so.2"),
            fires=("shipTable",),
            also=("exports/soname-changed",),
        ),
        Example("a function that is chosen at start", dump("8 FUNC shipOpen"), dump("8 IFUNC shipOpen")),
        Example("of no kind", dump("8 NOTYPE shipOpen"), dump("8 FUNC shipOpen")),
    ),
)
