"""A declaration is deprecated now."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import Deprecated
from abidiff.surfaces.headers.rules._common import finding


def _check(change: Deprecated) -> Iterable[Finding]:
    text = f": {change.message}" if change.message else ""
    yield finding(
        RULE,
        change,
        f"{change.kind} {change.subject} is deprecated now{text}",
        breaks="nobody; programs that use it get a warning",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="headers/deprecated",
    summary="a declaration got the deprecated attribute",
    why="A warning for programs that use it. It starts the clock that a weaker promise may ask for before a removal.",
    clause="what-documentation-says",
    severity=Severity.NOTICE,
    on=(Deprecated,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "deprecated now",
            "int shipOpen(void);\n",
            'int shipOpen(void) __attribute__((deprecated("use shipStart")));\n',
            fires=("shipOpen",),
        ),
        Example(
            "deprecated before",
            "int shipOpen(void) __attribute__((__deprecated__));\n",
            "__attribute__((deprecated)) int shipOpen(void);\n",
        ),
    ),
)
