"""A field is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import FieldRemoved
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: FieldRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"field {change.path} of {change.record} was removed",
        breaks="programs that use the field no longer compile, and those already built read something else",
        old=change.old.location,
        new=change.place,
        witness=witness.field_used(change, change.name, change.path),
    )


RULE = Rule(
    id="headers/field-removed",
    summary="a field of a struct or union is gone",
    why="Programs that use it stop compiling; in programs already built its bytes mean something else.",
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(FieldRemoved,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "a field is gone",
            "struct ship { int id; int speed; };\n",
            "struct ship { int id; };\n",
            fires=("struct ship.speed",),
            also=("headers/record-layout-changed",),
        ),
        Example(
            "into an anonymous struct, at the same place",
            "struct ship { int id; int speed; };\n",
            "struct ship { struct { int id; int speed; }; };\n",
        ),
    ),
)
