"""An exported variable has another type."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity, Witness
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import VariableChanged
from abidiff.surfaces.headers.layout.spell import on, spell
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import (
    ALIKE,
    SIGNS,
    SOURCE,
    affected,
    finding,
    on_targets,
    qualifiers_break,
    qualifiers_severity,
)


def _check(change: VariableChanged) -> Iterable[Finding]:
    old, new = spell(on(change.old.type, change.targets)), spell(on(change.new.type, change.targets))
    message = f"{change.subject} is {new}, was {old}" if old != new else f"{change.subject} is thread-local differently"
    if change.sign:
        yield finding(
            RULE,
            change,
            message + on_targets(change.targets),
            breaks=SIGNS[change.sign],
            old=change.old.mark.location,
            new=change.new.mark.location,
            affects=SOURCE,
            targets=change.targets,
            severity=Severity.WARNING if change.sign == "signed" else None,
            witness=witness.negative(change, change.subject, change.sign, change.subject),
        )
        return
    if change.lost or change.gained:
        yield _qualified(change, message)
        return
    yield finding(
        RULE,
        change,
        message + on_targets(change.targets),
        breaks="programs that use it no longer compile as they did"
        + (", and those already built read or copy other bytes" if change.binary else ALIKE),
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=affected(binary=change.binary),
        targets=change.targets,
        witness=_witness(change),
    )


def _witness(change: VariableChanged) -> Witness | None:
    if change.new.thread_local and not change.old.thread_local:
        body = f"const volatile void *const witness = &{change.subject};\n"
        return witness.program(change, body, f"holds the address of {change.subject}, which is a constant")
    return witness.declares(change, change.subject, on(change.old.type, change.targets))


def _qualified(change: VariableChanged, message: str) -> Finding:
    """Return the finding about a variable whose qualifiers differ, and nothing else."""
    return finding(
        RULE,
        change,
        message,
        breaks=qualifiers_break(change.lost, change.gained),
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=SOURCE,
        severity=qualifiers_severity(change.lost, change.gained),
        witness=witness.declares(change, change.subject, change.old.type)
        if change.gained
        else witness.qualified(change, change.subject, change.old.type),
    )


RULE = Rule(
    id="headers/variable-changed",
    summary="an exported variable has another type",
    why=(
        "Programs access the variable with the type they were built with, and the linker may have copied "
        "it into them with its old size."
    ),
    clause="types",
    severity=Severity.BREAKING,
    on=(VariableChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example("another type", "extern int shipCount;\n", "extern long shipCount;\n", fires=("shipCount",)),
        Example("unsigned now", "extern int shipCount;\n", "extern unsigned shipCount;\n", fires=("shipCount",)),
        Example("signed now", "extern unsigned shipCount;\n", "extern int shipCount;\n", fires=("shipCount",)),
        Example("an array gets its length", "extern int shipList[];\n", "extern int shipList[4];\n"),
        Example("an array loses it", "extern int shipList[4];\n", "extern int shipList[];\n", fires=("shipList",)),
        Example("const now", "extern int shipCount;\n", "extern const int shipCount;\n", fires=("shipCount",)),
        Example("const no more", "extern const int shipCount;\n", "extern int shipCount;\n", fires=("shipCount",)),
        Example("volatile no more", "extern volatile int shipGo;\n", "extern int shipGo;\n", fires=("shipGo",)),
        Example("a typedef for the same", "extern unsigned shipCount;\n", "extern unsigned int shipCount;\n"),
    ),
)
