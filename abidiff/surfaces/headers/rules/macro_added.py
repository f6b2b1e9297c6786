"""A function-like macro is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import MacroAdded
from abidiff.surfaces.headers.rules._common import finding


def _check(change: MacroAdded) -> Iterable[Finding]:
    yield finding(RULE, change, f"macro {change.subject} was added", new=change.new.mark.location)


RULE = Rule(
    id="headers/macro-added",
    summary="a function-like macro was added",
    why="A new macro breaks nobody.",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.MACROS,
    on=(MacroAdded,),
    check=_check,
    affects=("source",),
    examples=(
        Example("a macro is new", "", "#define SHIP_AREA(a) ((a) * 2)\n", fires=("SHIP_AREA",)),
        Example("a private one", "", "#define _SHIP_AREA(a) ((a) * 2)\n"),
    ),
)
