"""A defined struct is opaque now."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import RecordClosed
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: RecordClosed) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} was defined and is opaque now",
        breaks="programs that read its fields or declare objects of it no longer compile",
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=witness.sized(change, change.subject),
    )


RULE = Rule(
    id="headers/record-closed",
    summary="a struct that was defined is opaque now",
    why=(
        "Programs that read its fields or hold it by value stop compiling, and nothing keeps its layout "
        "for programs already built."
    ),
    clause="layout-and-calls",
    severity=Severity.BREAKING,
    on=(RecordClosed,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example("opaque now", "struct ship { int id; };\n", "struct ship;\n", fires=("struct ship",)),
        Example("opaque before", "struct ship;\n", "struct ship;\nstruct ship;\n"),
    ),
)
