"""A use that needs a newer release than the application declares."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import Beyond
from abidiff.requires.model import again, came, shown
from abidiff.requires.places import also
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule, finding


def check(change: Beyond) -> Iterable[Finding]:
    """Name the release that lacks what is used; open where the history lacks the declared one."""
    since, declared = shown(change.since), shown(change.declared)
    gap = change.gap
    what = came(change.kind, change.subject, change.since)
    if gap is not None:
        since, what = shown(gap.back), again(change.kind, change.subject, change.since, gap.gone, gap.back)
    if change.open:
        absent = shown(change.absent if gap is None else gap.absent)
        yield finding(
            RULE,
            change,
            f"{what}, or with a release after {absent} that the history lacks, and is used without a check; "
            f"{declared} is declared, which is one of these",
            new=change.places[0],
            severity=Severity.UNDECIDED,
            details=also(change.places),
        )
        return
    yield finding(
        RULE,
        change,
        f"{what} and is used without a check; {declared} is declared"
        if gap is None
        else f"{what}; {declared} is declared",
        breaks=f"who has a release from {declared} on that is older than {since}",
        new=change.places[0],
        details=also(change.places),
    )


RULE = Rule(
    id="requires/newer-than-declared",
    summary="A name is used without a check and is newer than the release that the application declares to need.",
    why="""Distributions ship the declared release, and there the application does not build, or fails where the name
    is used.""",
    clause="requirements",
    severity=Severity.BREAKING,
    evident=True,
    on=(Beyond,),
    check=check,
    examples=(
        Example(
            "newer than declared",
            OLD,
            {**NEW, "app.c": "int main(void) { return ship_fly(1); }\n"},
            fires=("ship_fly",),
            also=("requires/sets-floor",),
        ),
        Example(
            "behind a check",
            OLD,
            {**NEW, "app.c": "#if SHIP_CHECK_VERSION(2, 0, 0)\nint up(void) { return ship_fly(1); }\n#endif\n"},
            also=("requires/optional-feature",),
        ),
        Example(
            "the declared release has it",
            OLD,
            {**NEW, "app.c": "int main(void) { return ship_sail(1); }\n"},
        ),
    ),
)
