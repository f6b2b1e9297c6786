"""A function that a driver does not implement."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import Unserved
from abidiff.requires.model import shown
from abidiff.requires.places import also
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule, finding


def check(change: Unserved) -> Iterable[Finding]:
    """Name the driver, and until when it had the function."""
    gap = change.gap
    when = "in no release of the history"
    if gap is not None:
        when = f"no more from {shown(gap.gone)} on, as far as its tables tell (in {shown(gap.last)} it does)"
    yield finding(
        RULE,
        change,
        f"the driver {change.driver} implements {change.subject} {when}",
        new=change.places[0],
        details=also(change.places),
    )


RULE = Rule(
    id="requires/driver-lacks",
    summary="A function is used without a check, and the driver that was asked for does not implement it.",
    why="""The library has the function and the call fails at run time with this hypervisor, whatever release is
    there.  That is an error which the application may well expect, so it is a warning.""",
    clause="drivers",
    severity=Severity.WARNING,
    on=(Unserved,),
    check=check,
    examples=(
        Example(
            "libvirt's driver bhyve freezes no filesystems",
            OLD,
            {**NEW, "app.c": "int up(virDomainPtr it) { return virDomainFSFreeze(it, 0, 0, 0); }\n"},
            fires=("virDomainFSFreeze",),
            also=("requires/sets-floor",),
        ),
        Example(
            "behind a look-up",
            OLD,
            {**NEW, "app.c": 'int main(void) { return dlsym(0, "virDomainFSFreeze") != 0; }\n'},
            also=("requires/optional-feature",),
        ),
        Example(
            "a driver for the networks of all hypervisors has it",
            OLD,
            {**NEW, "app.c": "int up(virNetworkPtr it) { return virNetworkCreate(it); }\n"},
            also=("requires/sets-floor",),
        ),
    ),
)
