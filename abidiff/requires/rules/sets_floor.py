"""A name that sets the floor."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import Needed
from abidiff.requires.model import again, came, shown
from abidiff.requires.places import also
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule, finding


def check(change: Needed) -> Iterable[Finding]:
    """Say which release brought the name, and how well that is known."""
    gap = change.gap
    known = "" if change.exact else f"; between {shown(change.absent)} and that the history has no release"
    told = f"{came(change.kind, change.subject, change.since)}{known}"
    yield finding(
        RULE,
        change,
        told if gap is None else again(change.kind, change.subject, change.since, gap.gone, gap.back),
        new=change.places[0],
        details=also(change.places),
    )


RULE = Rule(
    id="requires/sets-floor",
    summary="A name that is used without a check, and that sets the oldest release that the application runs on.",
    why="""The application can't be built, linked or run with a release that lacks a name that it uses
    unconditionally.""",
    clause="requirements",
    severity=Severity.NOTICE,
    on=(Needed,),
    check=check,
    examples=(
        Example(
            "used on every release",
            OLD,
            {**NEW, "app.c": "int main(void) { return ship_fly(1); }\n"},
            fires=("ship_fly",),
        ),
        Example(
            "the oldest release has it",
            OLD,
            {**NEW, "app.c": "int main(void) { return ship_sail(1); }\n"},
        ),
        Example(
            "only behind a check",
            OLD,
            {**NEW, "app.c": "#if SHIP_CHECK_VERSION(2, 0, 0)\nint up(void) { return ship_fly(1); }\n#endif\n"},
            also=("requires/optional-feature",),
        ),
    ),
)
