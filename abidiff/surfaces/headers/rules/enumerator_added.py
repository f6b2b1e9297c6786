"""An enumeration constant is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import EnumeratorAdded
from abidiff.surfaces.headers.rules._common import finding, number_text


def _check(change: EnumeratorAdded) -> Iterable[Finding]:
    value = number_text(change.new.value)
    yield finding(
        RULE,
        change,
        f"{change.subject} = {value} was added to {change.enum}",
        new=change.new.mark.location,
        short=f"= {value} in {change.enum}",
        within=change.enum,
    )


RULE = Rule(
    id="headers/enumerator-added",
    summary="an enumeration constant was added",
    why="A new constant breaks nobody who expects that more may come.",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.ENUMERATORS,
    on=(EnumeratorAdded,),
    check=_check,
    affects=("source",),
    examples=(
        Example("a constant is new", "enum { SHIP_A };\n", "enum { SHIP_A, SHIP_B };\n", fires=("SHIP_B",)),
        Example(
            "a sentinel is none",
            "enum { SHIP_A };\n",
            "enum { SHIP_A, SHIP_LAST };\n",
            options={"sentinels": ("_LAST$",)},
        ),
    ),
)
