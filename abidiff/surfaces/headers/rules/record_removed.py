"""A struct or union with a public tag is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import RecordRemoved
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: RecordRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} was removed",
        breaks="programs that use it no longer compile",
        old=change.old.mark.location,
        witness=witness.sized(change, change.subject),
    )


RULE = Rule(
    id="headers/record-removed",
    summary="a struct or union is no longer declared",
    why=(
        "Programs that declare objects of the type or use its fields stop compiling. Tags that begin with "
        "an underscore are private."
    ),
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(RecordRemoved,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a struct is gone",
            "struct ship { int id; };\n",
            "struct boat { int id; };\n",
            fires=("struct ship",),
            also=("headers/record-added",),
        ),
        Example("a private tag", "struct _ship { int id; };\n", ""),
    ),
)
