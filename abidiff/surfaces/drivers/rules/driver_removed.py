"""A driver is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.drivers.change import DriverRemoved
from abidiff.surfaces.drivers.rules._common import BOAT, table


def _check(change: DriverRemoved) -> Iterable[Finding]:
    count = len(change.apis)
    yield finding(
        RULE,
        change,
        f"the {change.subject} driver is gone, with {count} function{'s' if count != 1 else ''}",
        breaks=f"applications that connect to {change.subject}",
        old=change.old,
        new=change.new,
        reaches=change.apis,
    )


RULE = Rule(
    id="drivers/driver-removed",
    summary="a driver is gone",
    why=("Connections to this hypervisor fail from now on. Drivers go when the hypervisor itself has gone."),
    clause="drivers",
    severity=Severity.WARNING,
    removes=True,
    on=(DriverRemoved,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "its file is gone",
            {**table(".shipSail = s, /* 1.0.0 */"), "boat_driver.c": BOAT},
            table(".shipSail = s, /* 1.0.0 */"),
            fires=("boat",),
        ),
        Example(
            "other order",
            table(".shipSail = s, /* 1.0.0 */", ".shipMoor = m, /* 1.1.0 */"),
            table(".shipMoor = m, /* 1.1.0 */", ".shipSail = s, /* 1.0.0 */"),
        ),
    ),
)
