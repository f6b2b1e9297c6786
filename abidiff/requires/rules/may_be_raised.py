"""How far the oldest release may be raised."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import Raised
from abidiff.requires.model import shown
from abidiff.requires.places import MOST
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule, finding
from abidiff.wording import listed


def check(change: Raised) -> Iterable[Finding]:
    """Say from when on, and who keeps it from being a newer one."""
    when = "now" if change.now else f"from {change.day.isoformat()} on"
    after = f", when {', '.join(change.after)} has ended" if change.after else ""
    details = [("held by", ", ".join(change.holds))]
    if change.checks:
        details.append(("checks that could go", listed([str(place) for place in change.checks], MOST)))
    yield finding(
        RULE,
        change,
        f"{shown(change.version)} may be asked for {when}{after}, and nobody who is supported is left behind",
        details=tuple(details),
    )


RULE = Rule(
    id="requires/may-be-raised",
    summary="The newest release that every supported distribution ships, now and when the support of one ends.",
    why="""Raising what an application needs lets code for older releases go.  The steps are those at which no supported
    distribution is left behind, so that they can be announced ahead.  Distributions that are to come are not known:
    a step is right as long as none of them ships something older.  It is said where it is asked for (--next).""",
    clause="requirements",
    severity=Severity.NOTICE,
    on=(Raised,),
    check=check,
    examples=(
        Example(
            "Bay 1 has ship 1.0.0 until 2030, Bay 2 has 2.0.0",
            OLD,
            {**NEW, "app.c": "int main(void) { return ship_sail(1); }\n"},
            fires=("ship 1.0.0", "ship 2.0.0"),
        ),
        Example(
            "distributions are not asked for",
            OLD,
            {**NEW, "app.py": "int main(void) { return ship_sail(1); }\n", "app.c": "int i = ship_sail(1);\n"},
        ),
    ),
)
