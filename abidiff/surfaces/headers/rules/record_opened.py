"""An opaque struct is defined now."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import RecordOpened
from abidiff.surfaces.headers.rules._common import finding


def _check(change: RecordOpened) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} was opaque and is defined now: its layout is a promise from now on",
        old=change.old.mark.location,
        new=change.new.mark.location,
    )


RULE = Rule(
    id="headers/record-opened",
    summary="an opaque struct is defined now",
    why="Nobody could see inside before, so nobody breaks. From now on every field is part of the promise.",
    clause="layout-and-calls",
    severity=Severity.EXTENSION,
    on=(RecordOpened,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "defined now",
            "struct ship;\nint f(struct ship *s);\n",
            "struct ship { int id; };\nint f(struct ship *s);\n",
            fires=("struct ship",),
        ),
        Example("opaque as before", "struct ship;\nint f(struct ship *s);\n", "struct ship;\nint f(struct ship *);\n"),
    ),
)
