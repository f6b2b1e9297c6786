"""A driver no longer implements a function."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.drivers.change import SupportLost
from abidiff.surfaces.drivers.rules._common import table


def _check(change: SupportLost) -> Iterable[Finding]:
    gone = f" (since {change.until})" if change.until else ""
    yield finding(
        RULE,
        change,
        f"the {change.driver} driver no longer implements {change.api}{gone}",
        breaks=f"applications that call {change.api} on {change.driver}: it returns an error",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="drivers/support-lost",
    summary="a driver no longer implements a function",
    why=(
        "The function is still in the library; on this hypervisor it returns an error from now on. The support page "
        "allows that, since not every hypervisor can serve every function, but applications that relied on it notice."
    ),
    clause="drivers",
    severity=Severity.WARNING,
    on=(SupportLost,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "the entry is gone",
            table(".shipSail = s, /* 1.0.0 */", ".shipMoor = m, /* 1.1.0 */"),
            table(".shipSail = s, /* 1.0.0 */"),
            fires=("ship: virShipMoor",),
        ),
        Example(
            "the table says when it went",
            table(".shipSail = s, /* 1.0.0 */", ".shipMoor = m, /* 1.1.0 */"),
            table(".shipSail = s, /* 1.0.0 */", ".shipMoor = NULL, /* 1.1.0 - 1.2.0 */"),
            fires=("ship: virShipMoor",),
        ),
        Example(
            "other order",
            table(".shipSail = s, /* 1.0.0 */", ".shipMoor = m, /* 1.1.0 */"),
            table(".shipMoor = m, /* 1.1.0 */", ".shipSail = s, /* 1.0.0 */"),
        ),
    ),
)
