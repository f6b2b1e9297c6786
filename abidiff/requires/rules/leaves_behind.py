"""A supported distribution that ships a release older than what is needed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import LeftBehind
from abidiff.requires.model import shown
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule, finding


def check(change: LeftBehind) -> Iterable[Finding]:
    """Say until when it is supported."""
    until = f" and is supported until {change.ends.isoformat()}" if change.ends else ""
    read = f" (read on {change.read.isoformat()}, more than a year ago)" if change.read else ""
    ships, floor = shown(change.ships), shown(change.floor)
    yield finding(
        RULE,
        change,
        f"{change.subject} ships {change.unit} {ships}{until}{read}; {floor} is needed",
        details=(("source", "; ".join(change.sources)),),
    )


RULE = Rule(
    id="requires/leaves-behind",
    summary="A distribution that is supported ships a release older than the application needs.",
    why="""Who runs that distribution can't have the application without a library from elsewhere.  It is said where
    the distributions are asked for (--matrix).""",
    clause="requirements",
    severity=Severity.NOTICE,
    on=(LeftBehind,),
    check=check,
    examples=(
        Example(
            "Bay 1 has ship 1.0.0, until 2030",
            OLD,
            {**NEW, "app.c": "int main(void) { return ship_fly(1); }\n"},
            fires=("Bay 1",),
            also=("requires/sets-floor",),
        ),
        Example(
            "everybody is served",
            OLD,
            {**NEW, "app.c": "int main(void) { return ship_sail(1); }\n"},
        ),
    ),
)
