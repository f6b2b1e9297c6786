"""A function is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import FunctionAdded
from abidiff.surfaces.headers.compare.representation import exported
from abidiff.surfaces.headers.layout.spell import prototype
from abidiff.surfaces.headers.rules._common import affected, finding


def _check(change: FunctionAdded) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"function {change.new.name} was added: {prototype(change.new)}",
        new=change.new.mark.location,
        affects=affected(binary=exported(change.new)),
    )


RULE = Rule(
    id="headers/function-added",
    summary="a function was added",
    why="A new function breaks nobody. It is listed because it is a promise from now on.",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.FUNCTIONS,
    on=(FunctionAdded,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "a function is new",
            "int shipOpen(void);\n",
            "int shipOpen(void);\nint shipClose(int ship);\n",
            fires=("shipClose",),
        ),
        Example(
            "another declaration of an old one",
            "int shipOpen(void);\n",
            "int shipOpen(void);\nextern int shipOpen(void);\n",
        ),
    ),
)
