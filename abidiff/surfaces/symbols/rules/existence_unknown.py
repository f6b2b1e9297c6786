"""A name that an old pattern may have exported is hidden or stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import ExistenceUnknown


def _check(change: ExistenceUnknown) -> Iterable[Finding]:
    by = f"by `{change.pattern}`" if change.pattern else "as all that it does not name"
    was = f"{change.node or 'without a version'}, {by}"
    now = f"stands in {', '.join(change.now)}" if change.now else "is `local`"
    yield finding(
        RULE,
        change,
        f"{change.subject} {now} now; if the old library had it, it was exported ({was})",
        breaks="programs that use it, if it existed: a header, a public list or the library that shows it would decide",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="symbols/existence-unknown",
    summary="a name that an old pattern may have exported is hidden or stands in another node",
    why=(
        "A name that the new map lists takes precedence over the pattern that matches it. If the old library had "
        "the symbol, programs ask for it by its old node and do not find it; if it is new, nobody does. A "
        "declaration in a header, a public list of names or the library itself would show which."
    ),
    clause="what-was-not-looked-at",
    severity=Severity.UNDECIDED,
    on=(ExistenceUnknown,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "hidden by its name",
            "LIBSHIP_1.0 { global: ship_*; local: *; };",
            "LIBSHIP_1.0 { global: ship_*; local: ship_impl; *; };",
            fires=("ship_impl",),
        ),
        Example(
            "listed in a new node",
            "LIBSHIP_1.0 { global: ship_*; local: *; };",
            "LIBSHIP_1.0 { global: ship_*; local: *; };\nLIBSHIP_1.1 { global: ship_fly; } LIBSHIP_1.0;",
            fires=("ship_fly",),
        ),
        Example(
            "nothing hid it before, and something does now",
            "LIBSHIP_1.0 { global: shipOpen; };",
            "LIBSHIP_1.0 { global: shipOpen; local: ship_impl; };",
            fires=("ship_impl",),
        ),
        Example(
            "it was hidden before",
            "LIBSHIP_1.0 { global: shipOpen; local: *; };",
            "LIBSHIP_1.0 { global: shipOpen; local: ship_impl; *; };",
        ),
        Example(
            "the pattern's own node lists it",
            "LIBSHIP_1.0 { global: ship_*; local: *; };",
            "LIBSHIP_1.0 { global: ship_*; ship_fly; local: *; };",
        ),
        Example(
            "it had no version and gets one",
            "LIBSHIP_1.0 { global: shipOpen; };",
            "LIBSHIP_1.0 { global: shipOpen; };\nLIBSHIP_1.1 { global: shipFly; } LIBSHIP_1.0;",
            also=("symbols/symbol-added",),
        ),
    ),
)
