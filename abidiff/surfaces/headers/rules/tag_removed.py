"""The tag of a struct, union or enum is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import TagRemoved
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: TagRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"the tag {change.tag} is gone" + (f": the type is {change.typedef} only" if change.typedef else ""),
        breaks=f"programs that write {change.subject} no longer compile",
        old=change.old,
        new=change.new,
        witness=witness.tag(change),
    )


RULE = Rule(
    id="headers/tag-removed",
    summary="a struct, union or enum has lost its tag, or has another one",
    why=(
        "Programs may write `struct ship` wherever a typedef of it would do, and have to where they only declare it. "
        "Tags that begin with an underscore are reserved to the library (ISO C 7.1.3)."
    ),
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(TagRemoved,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "dropped",
            "typedef struct ship_s { int id; } ship;\n",
            "typedef struct { int id; } ship;\n",
            fires=("struct ship_s",),
        ),
        Example(
            "renamed, opaque",
            "typedef struct ship_s ship;\nint shipSink(ship *s);\n",
            "typedef struct boat_s ship;\nint shipSink(ship *s);\n",
            fires=("struct ship_s",),
        ),
        Example(
            "of an enum",
            "typedef enum ship_e { SHIP_A } ship;\n",
            "typedef enum { SHIP_A } ship;\n",
            fires=("enum ship_e",),
        ),
        Example(
            "the old name is kept",
            "typedef struct ship_s { int id; } ship;\n",
            "typedef struct boat_s { int id; } ship;\n#define ship_s boat_s\n",
        ),
        Example(
            "reserved",
            "typedef struct _ship { int id; } ship;\n",
            "typedef struct { int id; } ship;\n",
        ),
    ),
)
