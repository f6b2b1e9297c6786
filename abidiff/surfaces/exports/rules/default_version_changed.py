"""Programs that are linked anew get another version of a symbol."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import DefaultChanged
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: DefaultChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject}: {change.after} is the default version now, {change.before} is kept",
        key=change.stem,
        breaks="",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="exports/default-version-changed",
    summary="programs that are linked anew get another version of a symbol",
    why=(
        "The old version is still there for the programs that ask for it. One that is linked with the new library does "
        "not start on the old one, and may find another behaviour."
    ),
    clause="symbols",
    severity=Severity.NOTICE,
    on=(DefaultChanged,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "a second version",
            dump("shipSink@@SHIP_1"),
            dump("shipSink@SHIP_1", "shipSink@@SHIP_2"),
            fires=("shipSink",),
        ),
        Example("the same", dump("shipSink@SHIP_1", "shipSink@@SHIP_2"), dump("shipSink@@SHIP_2", "shipSink@SHIP_1")),
    ),
)
