"""Something that is deprecated for so long that it may go."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.history.change import Outlived
from abidiff.rule import Example, Rule, finding


def check(change: Outlived) -> Iterable[Finding]:
    """Say since when it is deprecated."""
    length = f"{change.releases} releases" + (f" and {change.months} months" if change.months is not None else "")
    yield finding(
        RULE,
        change,
        f"{change.kind} {change.subject} is deprecated since {change.since}, for {length}",
        key=change.kind,
    )


RULE = Rule(
    id="history/removable",
    summary="Something is deprecated for long enough to go.",
    why="""A project that promises so many releases or months of notice may remove what was marked that long ago.  The
    mark has to have been there without a gap up to the newest release.""",
    clause="names",
    severity=Severity.NOTICE,
    on=(Outlived,),
    check=check,
    examples=(
        Example(
            "marked for two releases",
            "int ship_sail(int a);\n",
            "__attribute__((deprecated)) int ship_sail(int a);\n",
            between=("__attribute__((deprecated)) int ship_sail(int a);\n",) * 2,
            fires=("ship_sail",),
        ),
        Example(
            "the mark was taken back in between",
            "__attribute__((deprecated)) int ship_sail(int a);\n",
            "__attribute__((deprecated)) int ship_sail(int a);\n",
            between=("int ship_sail(int a);\n",),
        ),
    ),
)
