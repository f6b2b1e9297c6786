"""A driver is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.drivers.change import DriverAdded
from abidiff.surfaces.drivers.rules._common import BOAT, table


def _check(change: DriverAdded) -> Iterable[Finding]:
    count = len(change.apis)
    yield finding(
        RULE,
        change,
        f"new driver {change.subject}, with {count} function{'s' if count != 1 else ''}",
        breaks="",
        old=change.old,
        new=change.new,
        reaches=change.apis,
    )


RULE = Rule(
    id="drivers/driver-added",
    summary="a driver is new",
    why=("A further hypervisor can be used."),
    clause="drivers",
    severity=Severity.EXTENSION,
    news=News.SUPPORT,
    on=(DriverAdded,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "a new file",
            table(".shipSail = s, /* 1.0.0 */"),
            {**table(".shipSail = s, /* 1.0.0 */"), "boat_driver.c": BOAT},
            fires=("boat",),
        ),
        Example(
            "other order",
            table(".shipSail = s, /* 1.0.0 */", ".shipMoor = m, /* 1.1.0 */"),
            table(".shipMoor = m, /* 1.1.0 */", ".shipSail = s, /* 1.0.0 */"),
        ),
    ),
)
