"""A public symbol is no longer exported."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import NEEDS_SONAME, Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import SymbolVanished
from abidiff.surfaces.exports.rules._dump import dump
from abidiff.surfaces.exports.witness import vanished


def _check(change: SymbolVanished) -> Iterable[Finding]:
    wanted = f"{change.subject}@{change.version}" if change.version else change.subject
    versions = ", ".join(f"{change.subject}@{version}" if version else "unversioned" for version in change.now)
    now = f"; it is {versions} now" if versions else ""
    details = [("library", change.library)]
    if change.declared is not None and change.declared.path:
        details.append(("declared", str(change.declared)))
    who = "programs that use it do not link with the new library"
    if not change.renamed:
        who = f"programs linked with the old library do not start, or die at the first use: undefined symbol {wanted}"
    yield finding(
        RULE,
        change,
        f"{wanted} is no longer exported by {change.library}{now}",
        key=change.stem,
        breaks=who,
        old=change.old,
        new=change.new,
        affects=("source",) if change.renamed else RULE.affects,
        details=tuple(details),
        traits=(NEEDS_SONAME,) if change.renamed else (),
        witness=vanished(change),
    )


RULE = Rule(
    id="exports/symbol-vanished",
    summary="a public symbol is no longer exported",
    why=(
        "The dynamic loader looks up every symbol that a program was linked with, in its version. One that is gone "
        "keeps the program from starting, or ends it at the first call. Where the SONAME changed as well, programs "
        "that are there keep the old library, and those that are linked anew do not link."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    removes=True,
    on=(SymbolVanished,),
    check=_check,
    affects=("binary", "source"),
    examples=(
        Example("gone", dump("shipOpen", "shipSink"), dump("shipOpen"), fires=("shipSink",)),
        Example(
            "in another version",
            dump("shipOpen@@SHIP_1", "shipSink@@SHIP_1"),
            dump("shipOpen@@SHIP_1", "shipSink@@SHIP_2"),
            fires=("shipSink",),
        ),
        Example(
            "with a new SONAME",
            dump("shipOpen", "shipSink"),
            dump("shipOpen", soname="libship.so.2"),
            fires=("shipSink",),
            also=("exports/soname-changed",),
        ),
        Example("data", dump("shipOpen", "8 OBJECT shipCount"), dump("shipOpen"), fires=("shipCount",)),
        Example(
            "a `symbols` file",
            {"libship1.symbols": "libship.so.1 libship1 #MINVER#\n shipOpen@Base 1.0\n shipSink@Base 1.0\n"},
            {"libship1.symbols": "libship.so.1 libship1 #MINVER#\n shipOpen@Base 1.0\n"},
            fires=("shipSink",),
        ),
        Example(
            "optional in a `symbols` file",
            {"libship1.symbols": "libship.so.1 libship1 #MINVER#\n shipOpen@Base 1.0\n (optional)shipSink@Base 1.0\n"},
            {"libship1.symbols": "libship.so.1 libship1 #MINVER#\n shipOpen@Base 1.0\n"},
        ),
        Example("in another order", dump("shipOpen", "shipSink"), dump("shipSink", "shipOpen")),
        Example(
            "it gets a version",
            dump("shipOpen"),
            dump("shipOpen@@SHIP_1"),
        ),
    ),
)
