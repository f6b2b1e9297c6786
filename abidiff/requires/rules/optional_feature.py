"""A name that is newer than the floor and used behind checks."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import Optional
from abidiff.requires.model import shown
from abidiff.requires.places import also
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule, finding


def check(change: Optional) -> Iterable[Finding]:
    """Say from which release on the name is there."""
    yield finding(
        RULE,
        change,
        f"{change.subject} is used from {shown(change.since)} on: {'; '.join(change.guards[:3])}",
        new=change.places[0],
        details=also(change.places),
    )


RULE = Rule(
    id="requires/optional-feature",
    summary="A name that is newer than the oldest release the application runs on is used behind checks.",
    why="""It is a feature that the application has on newer releases, and it does not move the floor.""",
    clause="requirements",
    severity=Severity.EXTENSION,
    on=(Optional,),
    check=check,
    examples=(
        Example(
            "behind a check",
            OLD,
            {**NEW, "app.c": "#if SHIP_CHECK_VERSION(2, 0, 0)\nint up(void) { return ship_fly(1); }\n#endif\n"},
            fires=("ship_fly",),
        ),
        Example(
            "needed anyway",
            OLD,
            {**NEW, "app.c": "int main(void) { return ship_fly(1); }\n"},
            also=("requires/sets-floor",),
        ),
    ),
)
