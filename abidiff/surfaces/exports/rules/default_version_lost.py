"""No version of a symbol is the default one any more."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import DefaultLost
from abidiff.surfaces.exports.rules._dump import dump
from abidiff.surfaces.exports.witness import default_lost


def _check(change: DefaultLost) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject}@@{change.version} is only {change.subject}@{change.version} now",
        key=change.stem,
        breaks="programs that are linked anew: they compile and do not link",
        old=change.old,
        new=change.new,
        witness=default_lost(change),
    )


RULE = Rule(
    id="exports/default-version-lost",
    summary="no version of a symbol is the default one any more",
    why=(
        "Programs that are there go on: they ask for the version by its name. The linker takes the default version "
        "only (`name@@version`), so that a program which uses the symbol no longer links."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(DefaultLost,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "kept for old programs only",
            dump("shipOpen@@SHIP_1", "shipSink@@SHIP_1"),
            dump("shipOpen@@SHIP_1", "shipSink@SHIP_1"),
            fires=("shipSink",),
        ),
        Example("kept", dump("shipOpen@@SHIP_1"), dump("shipOpen@@SHIP_1")),
    ),
)
