"""A variable lies at another multiple of bytes."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import BINARY, BOTH, finding, on_targets
from abidiff.surfaces.headers.use_change import (
    VariableAlignmentChanged,
)


def _check(change: VariableAlignmentChanged) -> Iterable[Finding]:
    less = change.after < change.before
    breaks = "programs that rely on where it lies, those already built too"
    if not less:
        breaks = "programs already built that have a copy of it: the library finds it where they put it"
    yield finding(
        RULE,
        change,
        f"{change.subject} is aligned to {change.after} bytes, was {change.before}{on_targets(change.targets)}",
        breaks=breaks,
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=BOTH if less else BINARY,
        targets=change.targets,
        witness=witness.aligned(change) if less else None,
        severity=None if less else Severity.WARNING,
    )


RULE = Rule(
    id="headers/variable-alignment-changed",
    summary="a variable has another alignment",
    why=(
        "Programs read a variable that is aligned in pieces that need it, and compilers do so for them. More of it is "
        "a warning: a program that has a copy of the variable put it where the old alignment allowed (ELF copy "
        "relocations)."
    ),
    clause="layout-and-calls",
    severity=Severity.BREAKING,
    on=(VariableAlignmentChanged,),
    check=_check,
    affects=BOTH,
    examples=(
        Example(
            "less",
            "extern char ship_buffer[64] __attribute__((aligned(64)));\n",
            "extern char ship_buffer[64];\n",
            fires=("ship_buffer",),
        ),
        Example(
            "more: a warning",
            "extern char ship_buffer[64];\n",
            "extern _Alignas(64) char ship_buffer[64];\n",
            fires=("ship_buffer",),
        ),
        Example(
            "what it has anyway",
            "extern int ship_count;\n",
            "extern int ship_count __attribute__((aligned(4)));\n",
        ),
    ),
)
