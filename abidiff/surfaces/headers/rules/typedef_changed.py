"""A typedef stands for another type."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import TypedefChanged
from abidiff.surfaces.headers.layout.spell import on
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import ALIKE, affected, finding, types_text


def _check(change: TypedefChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"type {change.subject} is {types_text(change.old.type, change.new.type, change.targets)}",
        breaks=_breaks(change),
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=affected(binary=change.binary and not change.qualified and not change.opened),
        targets=change.targets,
        severity=Severity.WARNING if change.opened else None,
        witness=None
        if change.opened
        else witness.field_used(change, change.subject, change.member)
        if change.member
        else witness.same_type(
            change, change.subject, on(change.old.type, change.targets), on(change.new.type, change.targets)
        ),
    )


def _breaks(change: TypedefChanged) -> str:
    if change.opened:
        return "nobody who uses the name; the compiler takes any pointer now, so that mistakes pass"
    if change.qualified:
        return "programs that use the type no longer compile as they did, or their accesses mean something else"
    return "programs that use the type no longer compile as they did" + (
        ", and those already built pass another type" if change.binary else ALIKE
    )


RULE = Rule(
    id="headers/typedef-changed",
    summary="a typedef stands for another type",
    why=(
        "Everything that uses the type changes with it: parameters, fields, results. It is reported here, "
        "once, and not at each function that uses it."
    ),
    clause="types",
    severity=Severity.BREAKING,
    on=(TypedefChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example("another type", "typedef int shipId;\n", "typedef unsigned long shipId;\n", fires=("shipId",)),
        Example(
            "an opaque struct becomes void", "typedef struct ship *Ship;\n", "typedef void *Ship;\n", fires=("Ship",)
        ),
        Example(
            "void for a struct that nobody could name",
            "typedef struct _ship *Ship;\nint shipSail(Ship s);\n",
            "typedef void *Ship;\nint shipSail(Ship s);\n",
            fires=("Ship",),
        ),
        Example(
            "a struct that only the typedef names becomes a pointer to an opaque one",
            "typedef struct { int id; } ship;\nint shipInit(ship *s);\n",
            "struct shipInner;\ntypedef struct shipInner *ship;\nint shipInit(ship *s);\n",
            fires=("ship",),
        ),
        Example("a qualifier less", "typedef volatile int shipId;\n", "typedef int shipId;\n", fires=("shipId",)),
        Example(
            "the same through other typedefs",
            "typedef unsigned int shipId;\n",
            "typedef unsigned int shipNumber;\ntypedef shipNumber shipId;\n",
            also=("headers/typedef-added",),
        ),
        Example(
            "a tag that begins with an underscore is private",
            "typedef struct _ship ship;\nint shipOpen(struct _ship *s);\n",
            "typedef struct _vessel ship;\nint shipOpen(struct _vessel *s);\n",
        ),
    ),
)
