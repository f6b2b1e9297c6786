"""Exported data has another size."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import NEEDS_SONAME, Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import ObjectResized
from abidiff.surfaces.exports.rules._dump import dump
from abidiff.surfaces.exports.witness import grown


def _check(change: ObjectResized) -> Iterable[Finding]:
    grew = change.after > change.before and not change.renamed
    proof = grown(change) if grew and change.public else None
    severity = RULE.severity if proof else Severity.UNDECIDED if grew and change.public else Severity.WARNING
    severity = Severity.NOTICE if change.renamed else severity
    needs = change.renamed and change.public and change.after > change.before
    yield finding(
        RULE,
        change,
        f"{change.subject} has {change.after} bytes, it had {change.before}",
        severity=severity,
        key=change.stem,
        breaks="programs that have a copy of it: what is beyond the old size is not theirs" if grew else "",
        old=change.old,
        new=change.new,
        traits=(NEEDS_SONAME,) if needs else (),
        witness=proof,
    )


RULE = Rule(
    id="exports/object-resized",
    summary="exported data has another size",
    why=(
        "A program that is linked at a fixed address holds a copy of the object, as large as it was when it was linked "
        "(a copy relocation), and the library uses this copy. A larger object reaches beyond it. A smaller one, or one "
        "that no header declares, is a warning; where the SONAME changed as well it is a notice."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(ObjectResized,),
    check=_check,
    affects=("binary",),
    examples=(
        Example("grew", dump("8 OBJECT shipTable"), dump("16 OBJECT shipTable"), fires=("shipTable",)),
        Example("shrank", dump("16 OBJECT shipTable"), dump("8 OBJECT shipTable"), fires=("shipTable",)),
        Example(
            "grew, and no header declares it",
            dump("shipOpen", "8 OBJECT ship_table"),
            dump("shipOpen", "16 OBJECT ship_table"),
            fires=("ship_table",),
            options={"declared": ("shipOpen",)},
        ),
        Example(
            "grew, with a new SONAME",
            dump("8 OBJECT shipTable"),
            dump("16 OBJECT shipTable", soname="libship.so.2"),
            fires=("shipTable",),
            also=("exports/soname-changed",),
        ),
        Example("a function of another length", dump("8 FUNC shipOpen"), dump("90 FUNC shipOpen")),
    ),
)
