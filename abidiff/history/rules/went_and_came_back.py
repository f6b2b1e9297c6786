"""A name that went and came back."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.history.change import CameBack
from abidiff.rule import Example, Rule, finding


def check(change: CameBack) -> Iterable[Finding]:
    """Say from which release to which it was not there."""
    again = "" if change.same else ", as something else"
    more = f" and {len(change.others)} more of {change.unit}" if change.others else ""
    yield finding(
        RULE,
        change,
        f"{change.kind} {change.subject}{more} went in {change.gone} and came back in {change.back}{again}",
        key=change.gone,
        breaks=f"what needs it runs with {change.last} and {change.back}, and not with what is between",
        reaches=change.others,
    )


RULE = Rule(
    id="history/went-and-came-back",
    summary="Something went and came back in a later release.",
    why="""Each pair of neighbours shows a removal or an addition.  Together they say that what needs the name works
    with old and new releases and fails between: the oldest release with it does not say what it runs on.""",
    clause="names",
    severity=Severity.WARNING,
    on=(CameBack,),
    check=check,
    examples=(
        Example(
            "a function is not in one release",
            "int ship_sail(int a);\nint ship_new(void);\n",
            "int ship_sail(int a);\nint ship_new(void);\n",
            between=("int ship_new(void);\n",),
            fires=("ship_sail",),
        ),
        Example(
            "it goes for good",
            "int ship_sail(int a);\nint ship_new(void);\n",
            "int ship_new(void);\n",
            between=("int ship_sail(int a);\nint ship_new(void);\n",),
        ),
    ),
)
