"""A function that a driver does not implement."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import Unserved
from abidiff.requires.places import also
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule


def check(change: Unserved) -> Iterable[Finding]:
    """Name the driver."""
    yield Finding(
        rule="requires/driver-lacks",
        severity=Severity.WARNING,
        unit=change.unit,
        subject=change.subject,
        message=f"the driver {change.driver} implements {change.subject} in no release of the history",
        new=change.places[0],
        details=also(change.places),
    )


RULE = Rule(
    id="requires/driver-lacks",
    summary="A function is used without a check, and the driver that was asked for does not implement it.",
    why="""The library has the function and the call fails at run time with this hypervisor, whatever release is
    there.  That is an error which the application may well expect, so it is a warning.""",
    severity=Severity.WARNING,
    on=(Unserved,),
    check=check,
    examples=(
        Example(
            "the driver has no table with the function",
            OLD,
            {**NEW, "app.c": "int main(void) { return ship_sail(1); }\n"},
        ),
    ),
)
