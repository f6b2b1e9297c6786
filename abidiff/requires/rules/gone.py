"""A name that a later release has no more."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import Lost
from abidiff.requires.model import CHECK, DOCUMENT, DRIVER, called, shown
from abidiff.requires.places import also
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule, finding


def check(change: Lost) -> Iterable[Finding]:
    """Name the first release without it, and the last one with it."""
    gone, last = shown(change.gap.gone), shown(change.gap.last)
    verb, had = {
        DOCUMENT: ("is not valid for", "it is for"),
        CHECK: ("refuses", "the last that passes it is"),
    }.get(change.kind, ("is gone in", "the last with it is"))
    name = called(change.kind, change.subject)
    told = f"{name} {verb} {gone} ({had} {last})" if change.gap.last else f"{name} {verb} {gone}"
    more = f": {change.why}" if change.why else "" if change.kind in (CHECK, DRIVER) else " and is used without a check"
    if change.gap.open:
        yield finding(
            RULE,
            change,
            f"{name} is not seen in {gone} any more ({last} has it), where it may be in a way that is not told",
            new=change.places[0],
            severity=Severity.UNDECIDED,
            details=also(change.places),
        )
        return
    yield finding(
        RULE,
        change,
        f"{told}{more}",
        breaks=f"who has a release from {shown(change.reached)} on",
        new=change.places[0],
        details=also(change.places),
    )


RULE = Rule(
    id="requires/gone",
    summary="A name is used without a check, and a later release of the library does not have it any more.",
    why="""The application does not build, or fails where the name is used, with that release and those after it: the
    releases that serve it end there.  A check keeps the use from newer releases, or asks for the name.""",
    clause="requirements",
    severity=Severity.BREAKING,
    evident=True,
    on=(Lost,),
    check=check,
    examples=(
        Example(
            "the newest release does not have it",
            NEW,
            {**OLD, "app.c": "int main(void) { return ship_fly(1); }\n"},
            fires=("ship_fly",),
        ),
        Example(
            "only for releases that have it",
            NEW,
            {**OLD, "app.c": "#if !SHIP_CHECK_VERSION(2, 0, 0)\nint up(void) { return ship_fly(1); }\n#endif\n"},
        ),
        Example(
            "every release has it",
            OLD,
            {**NEW, "app.c": "int main(void) { return ship_sail(1); }\n"},
        ),
    ),
)
