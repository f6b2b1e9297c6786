"""A struct became a union, or the other way round."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import RecordKindChanged
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import affected, finding


def _check(change: RecordKindChanged) -> Iterable[Finding]:
    several = max(len(side.members or ()) for side in (change.old, change.new)) > 1
    yield finding(
        RULE,
        change,
        f"{change.subject} is a {change.new.kind}, was a {change.old.kind}",
        breaks="programs that name it no longer compile" + (", and its fields lie elsewhere" if several else ""),
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=affected(binary=several),
        witness=witness.kind_of_record(change, change.name, change.old),
    )


RULE = Rule(
    id="headers/record-kind-changed",
    summary="a struct became a union, or the other way round",
    why=(
        "The fields of a union share their place; those of a struct do not. Programs already built read other memory."
    ),
    clause="layout-and-calls",
    severity=Severity.BREAKING,
    on=(RecordKindChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "a union now",
            "typedef struct { int a; int b; } ship;\n",
            "typedef union { int a; int b; } ship;\n",
            fires=("ship",),
        ),
        Example("it stays", "typedef union { int a; } ship;\n", "typedef union { int a; } ship;\n"),
    ),
)
