"""A pattern of a `symbols` file is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import PatternVanished
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: PatternVanished) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} no longer stands in the `symbols` file of {change.library}",
        key=change.stem,
        breaks="programs that use a symbol that it stood for",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="exports/pattern-vanished",
    summary="a pattern of a `symbols` file is gone",
    why=("It stood for names that the file does not spell. Whether one of them is gone would show the library itself."),
    clause="symbols",
    severity=Severity.UNDECIDED,
    removes=True,
    on=(PatternVanished,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "gone",
            {"libship1.symbols": "libship.so.1 libship1 #MINVER#\n (symver)SHIP_1 1.0\n shipOpen@Base 1.0\n"},
            {"libship1.symbols": "libship.so.1 libship1 #MINVER#\n shipOpen@Base 1.0\n"},
            fires=("(symver)SHIP_1",),
        ),
        Example(
            "kept",
            {"libship1.symbols": "libship.so.1 libship1 #MINVER#\n (symver)SHIP_1 1.0\n"},
            {"libship1.symbols": "libship.so.1 libship1 #MINVER#\n (symver)SHIP_1 1.0\n"},
        ),
        Example("none", dump("shipOpen"), dump("shipOpen")),
    ),
)
