"""A table says another release than before since which a function is there."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.drivers.change import SinceRewritten
from abidiff.surfaces.drivers.rules._common import table


def _check(change: SinceRewritten) -> Iterable[Finding]:
    after = change.after or "no stated release"
    yield finding(
        RULE,
        change,
        f"{change.api} is in the {change.driver} driver since {after}, it was since {change.before}",
        breaks="nobody: a contradiction between two releases",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="drivers/since-rewritten",
    summary="a table contradicts what it said before",
    why=("Applications decide by these numbers which release of a driver they need. One of the two is wrong."),
    clause="drivers",
    severity=Severity.WARNING,
    internal=True,
    on=(SinceRewritten,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "another release",
            table(".shipSail = s, /* 1.0.0 */"),
            table(".shipSail = s, /* 1.0.1 */"),
            fires=("ship: virShipSail",),
        ),
        Example(
            "other order",
            table(".shipSail = s, /* 1.0.0 */", ".shipMoor = m, /* 1.1.0 */"),
            table(".shipMoor = m, /* 1.1.0 */", ".shipSail = s, /* 1.0.0 */"),
        ),
    ),
)
