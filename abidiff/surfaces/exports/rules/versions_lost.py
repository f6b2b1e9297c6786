"""A library no longer has symbol versions."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import NEEDS_SONAME, Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import VersionLost
from abidiff.surfaces.exports.rules._dump import dump
from abidiff.surfaces.exports.witness import versions_lost


def _check(change: VersionLost) -> Iterable[Finding]:
    count = len(change.symbols)
    bare = change.public and change.marked is False
    proof = versions_lost(change) if bare and not change.renamed else None
    severity = RULE.severity if proof else Severity.UNDECIDED
    if change.marked or not change.public or change.renamed:
        severity = Severity.WARNING
    yield finding(
        RULE,
        change,
        f"{count} symbol{'s' if count > 1 else ''} had a version, and the library has none any more",
        severity=severity,
        key=change.stem,
        breaks=(
            "programs linked with the old library: GNU's loader ends them at the first use of a symbol"
            if bare and not change.renamed
            else "loaders that insist; others write a message at every start"
        ),
        old=change.old,
        new=change.new,
        reaches=change.symbols,
        traits=(NEEDS_SONAME,) if bare and change.renamed else (),
        witness=proof,
    )


RULE = Rule(
    id="exports/versions-lost",
    summary="a library no longer has symbol versions",
    why=(
        "Programs ask for a version that the library does not have at all. GNU's loader lets that pass with a message "
        "(`no version information available`) where the library has marks of versions (`DT_VERSYM`), as one that uses "
        "a versioned symbol of another one has; that is a warning, for other loaders need not let it pass. Without "
        "marks a check of the loader fails at the first look-up and ends the program. A `symbols` file does not tell "
        "which it is."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    whole=True,
    on=(VersionLost,),
    check=_check,
    affects=("binary",),
    examples=(
        Example("all of them", dump("shipSink@@SHIP_1"), dump("shipSink"), fires=("libship.so.1",)),
        Example(
            "of another library it uses a version",
            dump("shipSink@@SHIP_1"),
            dump("shipSink") + "     2: 0000000000000000     0 FUNC    GLOBAL DEFAULT  UND puts@GLIBC_2.2.5 (2)\n",
            fires=("libship.so.1",),
        ),
        Example(
            "a `symbols` file",
            {"libship1.symbols": "libship.so.1 libship1 #MINVER#\n SHIP_1@SHIP_1 1.0\n shipSink@SHIP_1 1.0\n"},
            {"libship1.symbols": "libship.so.1 libship1 #MINVER#\n shipSink@Base 1.0\n"},
            fires=("libship.so.1",),
        ),
        Example("it never had any", dump("shipSink"), dump("shipSink")),
    ),
)
