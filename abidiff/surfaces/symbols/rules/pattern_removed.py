"""A pattern that exported symbols is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.symbols.change import PatternRemoved


def _check(change: PatternRemoved) -> Iterable[Finding]:
    node = f" from {change.node}" if change.node else ""
    count = len(change.listed)
    listed = f"; {count} name{'s' if count != 1 else ''} listed now would match" if count else ""
    yield Finding(
        rule=RULE.id,
        severity=RULE.severity,
        unit=change.unit,
        subject=change.subject,
        key=change.node,
        message=f"the pattern `{change.subject}` is gone{node}: which symbols it exported is not in the map{listed}",
        breaks="programs that use a symbol which only the pattern exported",
        old=change.old,
        new=change.new,
        affects=RULE.affects,
        reaches=change.listed,
    )


RULE = Rule(
    id="symbols/pattern-removed",
    summary="a pattern that exported symbols is gone",
    why=(
        "What a pattern exports depends on the objects that are linked, which a release without a build does not "
        "show. So it cannot be decided whether a symbol got lost: list the names, or compare the built libraries."
    ),
    severity=Severity.UNDECIDED,
    on=(PatternRemoved,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "replaced by names",
            "LIBSHIP_1.0 { global: ship*; local: *; };",
            "LIBSHIP_1.0 { global: shipOpen; shipSink; local: *; };",
            fires=("ship*",),
        ),
        Example(
            "covered by a wider one",
            "LIBSHIP_1.0 { global: ship_open_*; local: *; };",
            "LIBSHIP_1.0 { global: ship_*; local: *; };",
            also=("symbols/pattern-added",),
        ),
    ),
)
