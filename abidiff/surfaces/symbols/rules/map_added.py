"""A library has a symbol map now."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import MapAdded


def _check(change: MapAdded) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} has a symbol map now, with {change.symbols} symbols",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="symbols/map-added",
    summary="a library has a symbol map now",
    why="A new library, or one whose symbols were not listed before: nothing in the old release could rely on it.",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    on=(MapAdded,),
    check=_check,
    affects=("binary",),
    examples=(
        Example("a new library", "# to come\n", "LIBSHIP_1.0 { shipOpen; };", fires=("example",)),
        Example("still none", "# to come\n", "# soon\n"),
    ),
)
