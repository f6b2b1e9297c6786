"""A header declares, since this release, what no library exports."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import DeclaredNotExported
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: DeclaredNotExported) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} is declared since this release, and no library of it exports it",
        breaks="programs that use it: they compile and do not link",
        old=change.old,
        new=change.new,
    )


_BOTH = "shipOpen\nshipSink\n"

RULE = Rule(
    id="exports/declared-not-exported",
    summary="a header declares, since this release, what no library exports",
    why="The header promises it, and the linker does not find it. Nobody used it before.",
    clause="symbols",
    severity=Severity.WARNING,
    on=(DeclaredNotExported,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "forgotten",
            {"libship.so.1.readelf": dump("shipOpen"), "ship.public": "shipOpen\n"},
            {"libship.so.1.readelf": dump("shipOpen"), "ship.public": _BOTH},
            fires=("shipSink",),
        ),
        Example(
            "exported",
            {"libship.so.1.readelf": dump("shipOpen"), "ship.public": "shipOpen\n"},
            {"libship.so.1.readelf": dump("shipOpen", "shipSink"), "ship.public": _BOTH},
            also=("exports/symbols-exported",),
        ),
    ),
)
