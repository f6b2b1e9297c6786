"""A driver implements a further function."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.drivers.change import SupportGained
from abidiff.surfaces.drivers.rules._common import table


def _check(change: SupportGained) -> Iterable[Finding]:
    since = f" since {change.since}" if change.since else ""
    yield finding(
        RULE,
        change,
        f"the {change.driver} driver implements {change.api}{since}",
        breaks="",
        old=change.old,
        new=change.new,
        within=change.driver,
        value=change.api,
    )


RULE = Rule(
    id="drivers/support-gained",
    summary="a driver implements a further function",
    why=("What returned an error on this hypervisor works from now on."),
    clause="drivers",
    severity=Severity.EXTENSION,
    news=News.SUPPORT,
    on=(SupportGained,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "a new entry",
            table(".shipSail = s, /* 1.0.0 */"),
            table(".shipSail = s, /* 1.0.0 */", ".shipMoor = m, /* 1.1.0 */"),
            fires=("ship: virShipMoor",),
        ),
        Example(
            "other order",
            table(".shipSail = s, /* 1.0.0 */", ".shipMoor = m, /* 1.1.0 */"),
            table(".shipMoor = m, /* 1.1.0 */", ".shipSail = s, /* 1.0.0 */"),
        ),
    ),
)
