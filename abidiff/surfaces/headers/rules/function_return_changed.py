"""A function returns another type."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import ReturnChanged
from abidiff.surfaces.headers.layout.spell import spell
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import NOBODY, SIGNS, SOURCE, affected, finding, on_targets

_KEPT = {"const-dropped": Severity.NOTICE, "from-nothing": Severity.WARNING}
"""Kinds of changes with which each call compiles and works as before."""


def _check(change: ReturnChanged) -> Iterable[Finding]:
    if change.kind in _KEPT:
        yield finding(
            RULE,
            change,
            f"{change.subject} returns {spell(change.new.type.result)}, was {spell(change.old.type.result)}",
            breaks=NOBODY,
            old=change.old.mark.location,
            new=change.new.mark.location,
            affects=SOURCE,
            severity=_KEPT[change.kind],
            witness=witness.points(change, change.old),
        )
        return
    if change.kind in SIGNS:
        arguments = ", ".join(f"a{at}" for at in range(len(change.old.type.parameters)))
        call = f"{change.subject}({arguments})"
        yield finding(
            RULE,
            change,
            f"{change.subject} returns {spell(change.new.type.result)}, was {spell(change.old.type.result)}",
            breaks=SIGNS[change.kind],
            old=change.old.mark.location,
            new=change.new.mark.location,
            affects=SOURCE,
            targets=change.targets,
            severity=Severity.WARNING if change.kind == "signed" else None,
            witness=witness.negative(change, call, change.kind, change.subject, change.old.type),
        )
        return
    yield finding(
        RULE,
        change,
        f"{change.subject} returns {spell(change.new.type.result)}, was {spell(change.old.type.result)}"
        + on_targets(change.targets),
        breaks=(
            "programs that use the result no longer compile as they did"
            + (", and those already built read something else" if change.binary else "")
        ),
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=affected(binary=change.binary),
        targets=change.targets,
        witness=(witness.result if change.refused else witness.points)(change, change.old),
    )


RULE = Rule(
    id="headers/function-return-changed",
    summary="a function returns another type",
    why=(
        "Programs store and test the result with the type they were built with. A function that returned "
        "nothing or a number and returns something else now is read wrongly by programs already built. "
        "Of a number that became unsigned, `if (f() < 0)` never holds any more; one that became signed is a warning. "
        "Dropping const from what a returned pointer points to breaks no caller and is a notice; an integer or a "
        "pointer where nothing was returned is a warning, for those who point to the function."
    ),
    clause="types",
    severity=Severity.BREAKING,
    on=(ReturnChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example("another type", "int shipSpeed(void);\n", "double shipSpeed(void);\n", fires=("shipSpeed",)),
        Example("const added", "char *shipName(void);\n", "const char *shipName(void);\n", fires=("shipName",)),
        Example("const dropped", "const char *shipName(void);\n", "char *shipName(void);\n", fires=("shipName",)),
        Example("a result now", "void shipSink(int id);\n", "int shipSink(int id);\n", fires=("shipSink",)),
        Example("unsigned now", "int shipFind(int id);\n", "unsigned int shipFind(int id);\n", fires=("shipFind",)),
        Example("signed now", "unsigned int shipFind(int id);\n", "int shipFind(int id);\n", fires=("shipFind",)),
        Example(
            "a typedef for the same",
            "int shipSpeed(void);\n",
            "typedef int knots;\nknots shipSpeed(void);\n",
            also=("headers/typedef-added",),
        ),
    ),
)
