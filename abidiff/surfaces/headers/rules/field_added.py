"""A field is new and moves nothing."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import FieldAdded
from abidiff.surfaces.headers.rules._common import finding


def _check(change: FieldAdded) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"field {change.path} was added to {change.record}: nothing else moved",
        new=change.new.location,
    )


RULE = Rule(
    id="headers/field-added",
    summary="a field was added where nothing moves",
    why=(
        "It lies in what was padding, or in a union of the same size. Programs already built leave it as "
        "they found it: the library has to live with a value that they never set."
    ),
    clause="layout-and-calls",
    severity=Severity.EXTENSION,
    on=(FieldAdded,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "in the padding",
            "struct ship { long id; char flag; };\n",
            "struct ship { long id; char flag; char more; };\n",
            fires=("struct ship.more",),
        ),
        Example(
            "it does not fit",
            "struct ship { int id; };\n",
            "struct ship { int id; int speed; };\n",
            also=("headers/record-layout-changed",),
        ),
    ),
)
