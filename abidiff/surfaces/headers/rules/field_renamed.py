"""A field has another name."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import FieldRenamed
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: FieldRenamed) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"field {change.old.name} of {change.record} is called {change.new.name} now",
        breaks="programs that use the old name no longer compile",
        old=change.old.location,
        new=change.new.location,
        witness=witness.field_used(change, change.name, change.path),
    )


RULE = Rule(
    id="headers/field-renamed",
    summary="a field of the same type at the same place has another name",
    why="Programs already built are not affected; programs that compile anew do not find the name.",
    clause="names",
    severity=Severity.BREAKING,
    on=(FieldRenamed,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "renamed",
            "struct ship { int id; int speed; };\n",
            "struct ship { int id; int knots; };\n",
            fires=("struct ship.speed",),
        ),
        Example("the same", "struct ship { int id; };\n", "struct ship\n{\n    int id; /* number */\n};\n"),
    ),
)
