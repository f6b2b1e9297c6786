"""`local: *` is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import HidingRemoved


def _check(change: HidingRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        "`local: *` is gone: every global symbol of the library is exported now",
        breaks="nobody today; internal symbols become reachable, and can clash with those of other libraries",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="symbols/hiding-removed",
    summary="`local: *` is gone: unnamed symbols are exported now",
    why=(
        "Internal functions become part of what programs can link with, without a version, and may replace or be "
        "replaced by a function of the same name elsewhere in the process."
    ),
    clause="symbols",
    severity=Severity.WARNING,
    removes=True,
    on=(HidingRemoved,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "nothing is hidden any more",
            "LIBSHIP_1.0 { global: shipOpen; local: *; };",
            "LIBSHIP_1.0 { global: shipOpen; };",
            fires=("local: *",),
        ),
        Example(
            "fewer names are hidden one by one",
            "LIBSHIP_1.0 { global: shipOpen; local: ship_impl; *; };",
            "LIBSHIP_1.0 { global: shipOpen; local: *; };",
        ),
    ),
)
