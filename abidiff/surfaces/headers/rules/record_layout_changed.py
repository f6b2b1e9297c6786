"""Size, alignment or offsets of a struct changed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import LayoutChanged
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding, shift_text, sorted_targets


def _check(change: LayoutChanged) -> Iterable[Finding]:
    first = sorted_targets(change.targets)[:1] or ("x86_64",)
    shown = [s for s in change.shifts if s.target == first[0]]
    message = "; ".join(shift_text(s) for s in shown[:4])
    if len(shown) > 4:
        message += f"; and {len(shown) - 4} more"
    details = [("because", ", ".join(change.causes))] if change.causes else []
    for target in TARGET_NAMES:
        found = [shift_text(s) for s in change.shifts if s.target == target]
        if found and target != first[0] and found != [shift_text(s) for s in shown]:
            details.append((f"on {target}", "; ".join(found[:4])))
    yield finding(
        RULE,
        change,
        f"layout of {change.subject}: {message}" + (f" (on {first[0]})" if change.targets != set(TARGET_NAMES) else ""),
        breaks="programs already built allocate another size, or read and write other fields",
        old=change.old.mark.location,
        new=change.new.mark.location,
        targets=change.targets,
        details=tuple(details),
        witness=witness.layout(change),
    )


RULE = Rule(
    id="headers/record-layout-changed",
    summary="size, alignment or field offsets of a struct or union changed",
    why=(
        "Programs are built with the size and offsets of the old header. They allocate too little, or "
        "read another field. The layout is computed for each target: `unsigned long` has another size "
        "here than there."
    ),
    clause="layout-and-calls",
    severity=Severity.BREAKING,
    on=(LayoutChanged,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "a field at the end makes it larger",
            "struct ship { int id; };\n",
            "struct ship { int id; int speed; };\n",
            fires=("struct ship",),
        ),
        Example(
            "fields changed places",
            "struct ship { int id; int speed; };\n",
            "struct ship { int speed; int id; };\n",
            fires=("struct ship",),
        ),
        Example(
            "packed",
            "struct ship { char a; int b; };\n",
            "struct ship { char a; int b; } __attribute__((packed));\n",
            fires=("struct ship",),
        ),
        Example(
            "bit-fields changed places",
            "struct ship { unsigned a : 3; unsigned b : 5; };\n",
            "struct ship { unsigned b : 5; unsigned a : 3; };\n",
            fires=("struct ship",),
        ),
        Example(
            "a union may gain members while its size stays",
            "union cargo { long tons; char bytes[8]; };\n",
            "union cargo { long tons; char bytes[8]; int crates; };\n",
            also=("headers/field-added",),
        ),
        Example(
            "spelled differently",
            "typedef unsigned int tons;\nstruct ship { tons a; int b, c; };\n",
            "typedef unsigned int tons;\nstruct ship { unsigned a; int b; int c; };\n",
        ),
    ),
)
