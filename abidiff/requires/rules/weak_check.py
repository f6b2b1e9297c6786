"""A check that lets through releases without the name."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import Weak
from abidiff.requires.model import shown
from abidiff.requires.places import also
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule, finding


def check(change: Weak) -> Iterable[Finding]:
    """Name a release that passes the check and lacks the name."""
    since, reached, gap = shown(change.since), shown(change.reached), change.gap
    told, until = f"came with {since}", f" that is older than {since}"
    if gap is not None and gap.back:
        told, until = (
            f"is missing from {shown(gap.gone)} to {shown(gap.absent)}",
            f" that is older than {shown(gap.back)}",
        )
    elif gap is not None:
        told, until = f"is gone in {shown(gap.gone)} ({shown(gap.last)} has it)", ""
    may = f", which may {'have it still' if gap and gap.open else 'have it already'}" if change.open else ""
    yield finding(
        RULE,
        change,
        f"{change.subject} {told}, and the check around it lets {reached} through{may}",
        key=change.guard,
        breaks="" if change.open else f"who has a release from {reached} on{until}",
        new=change.places[0],
        severity=Severity.UNDECIDED if change.open else Severity.BREAKING,
        details=(("check", f"{change.guard} at {change.checked}"), *also(change.places)),
    )


RULE = Rule(
    id="requires/weak-check",
    summary="A check around a use lets through releases that do not have what is used.",
    why="""The check says that the application serves these releases, and there it fails.
    Either its version is wrong, or the use belongs outside of it.""",
    clause="requirements",
    severity=Severity.BREAKING,
    evident=True,
    on=(Weak,),
    check=check,
    examples=(
        Example(
            "the check asks for too little",
            OLD,
            {**NEW, "app.c": "#if SHIP_CHECK_VERSION(1, 5, 0)\nint up(void) { return ship_fly(1); }\n#endif\n"},
            fires=("ship_fly",),
            also=("requires/optional-feature",),
        ),
        Example(
            "the check lets through only releases that lost the name",
            NEW,
            {**OLD, "app.c": "#if SHIP_CHECK_VERSION(2, 0, 0)\nint up(void) { return ship_fly(1); }\n#endif\n"},
            fires=("ship_fly",),
        ),
        Example(
            "the check asks for enough",
            OLD,
            {**NEW, "app.c": "#if SHIP_CHECK_VERSION(2, 0, 0)\nint up(void) { return ship_fly(1); }\n#endif\n"},
            also=("requires/optional-feature",),
        ),
    ),
)
