"""Exported data became protected."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import NEEDS_SONAME, Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import DataProtected
from abidiff.surfaces.exports.rules._dump import dump
from abidiff.surfaces.exports.witness import protected


def _check(change: DataProtected) -> Iterable[Finding]:
    proof = protected(change) if change.public and not change.renamed else None
    severity = RULE.severity if proof else Severity.UNDECIDED if change.public else Severity.WARNING
    yield finding(
        RULE,
        change,
        f"{change.subject} is protected in {change.library}: the library uses its own, programs may have a copy",
        severity=Severity.WARNING if change.renamed else severity,
        key=change.stem,
        breaks="" if change.renamed else "programs that have a copy of it: the library no longer reads or writes it",
        old=change.old,
        new=change.new,
        traits=(NEEDS_SONAME,) if change.renamed and change.public else (),
        witness=proof,
    )


RULE = Rule(
    id="exports/data-protected",
    summary="exported data became protected",
    why=(
        "A program that is linked at a fixed address holds a copy of the object (a copy relocation), and the library "
        "uses this copy. A protected symbol (STV_PROTECTED, System V gABI) is never taken from elsewhere: the library "
        "goes on with an object of its own, and neither sees what the other writes. GNU ld refuses to link a program "
        "anew that needs a copy. Data that no header declares, and data of a library with another SONAME, is a warning."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(DataProtected,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "became protected", dump("8 OBJECT shipTable"), dump("8 OBJECT PROTECTED shipTable"), fires=("shipTable",)
        ),
        Example(
            "became protected, and no header declares it",
            dump("shipOpen", "8 OBJECT ship_table"),
            dump("shipOpen", "8 OBJECT PROTECTED ship_table"),
            fires=("ship_table",),
            options={"declared": ("shipOpen",)},
        ),
        Example(
            "became protected, with a new SONAME",
            dump("8 OBJECT shipTable"),
            dump("8 OBJECT PROTECTED shipTable", soname="libship.so.2"),
            fires=("shipTable",),
            also=("exports/soname-changed",),
        ),
        Example("is protected no more", dump("8 OBJECT PROTECTED shipTable"), dump("8 OBJECT shipTable")),
        Example(
            "was protected before",
            dump("8 OBJECT PROTECTED shipTable"),
            dump("8 OBJECT PROTECTED shipTable", "shipOpen"),
            also=("exports/symbols-exported",),
        ),
        Example("a protected function", dump("8 FUNC shipOpen"), dump("8 FUNC PROTECTED shipOpen")),
        Example("thread-local data, of which no program has a copy", dump("8 TLS t"), dump("8 TLS PROTECTED t")),
    ),
)
