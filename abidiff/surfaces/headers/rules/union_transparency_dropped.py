"""A union no longer stands for its members where it is a parameter."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import TransparencyDropped
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import finding


def _check(change: TransparencyDropped) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.name} is no transparent union any more",
        breaks="programs that pass one of its members no longer compile; those already built pass it as that member",
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=attributes.transparency(change),
    )


RULE = Rule(
    id="headers/union-transparency-dropped",
    summary="a union lost the attribute transparent_union",
    why=(
        "An argument for a transparent union may be any of its members, and is passed as its first member would "
        "be. Without the attribute only the union itself fits."
    ),
    clause="layout-and-calls",
    severity=Severity.BREAKING,
    on=(TransparencyDropped,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "an ordinary union now",
            "typedef union { int *i; float *f; } ship_any __attribute__((transparent_union));\nvoid f(ship_any a);\n",
            "typedef union { int *i; float *f; } ship_any;\nvoid f(ship_any a);\n",
            fires=("ship_any",),
        ),
        Example(
            "a parameter that takes more",
            "int f(int *a);\n",
            "typedef union { int *p; unsigned *q; } ship_any __attribute__((transparent_union));\nint f(ship_any a);\n",
            also=("headers/typedef-added",),
        ),
    ),
)
