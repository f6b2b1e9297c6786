"""A new pattern exports symbols."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import PatternAdded


def _check(change: PatternAdded) -> Iterable[Finding]:
    node = f" in {change.node}" if change.node else ""
    yield finding(
        RULE,
        change,
        f"new pattern `{change.subject}`{node}: what it exports cannot be seen in the map",
        key=change.node,
        breaks="nobody today; from now on every matching symbol is part of the promise",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="symbols/pattern-added",
    summary="a new pattern exports symbols",
    why=(
        "Whatever matches is exported from now on, helpers included, and may not go away again. A list of names "
        "shows in review what a release promises; a pattern does not."
    ),
    clause="what-is-new",
    severity=Severity.NOTICE,
    on=(PatternAdded,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "beside names",
            "LIBSHIP_1.0 { global: shipOpen; local: *; };",
            "LIBSHIP_1.0 { global: shipOpen; ship_fly_*; local: *; };",
            fires=("ship_fly_*",),
        ),
        Example(
            "a quoted name is no pattern",
            "LIBSHIP_1.0 { global: shipOpen; local: *; };",
            'LIBSHIP_1.0 { global: "shipOpen"; local: *; };',
        ),
    ),
)
