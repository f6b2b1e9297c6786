"""An exported variable is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import NAMES_SYMBOL, Finding, Severity, Witness
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import VariableRemoved
from abidiff.surfaces.headers.compare.representation import exported
from abidiff.surfaces.headers.layout.spell import spell
from abidiff.surfaces.headers.model import Builtin, EnumRef, Pointer, TypedefRef
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import affected, finding

_OWN = "static variable"


def _check(change: VariableRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"variable {change.subject} {_what(change)}: {spell(change.old.type, change.subject)}",
        breaks=_breaks(change),
        old=change.old.mark.location,
        new=change.location,
        affects=affected(binary=exported(change.old)),
        witness=_witness(change),
        traits=() if change.became or change.when or change.target else (NAMES_SYMBOL,),
    )


def _breaks(change: VariableRemoved) -> str:
    if change.became == _OWN:
        return "programs that are compiled anew have one of their own, and those already built no longer start"
    return "programs that use it no longer compile" + (
        ", and those already built no longer start" if exported(change.old) else ""
    )


def _witness(change: VariableRemoved) -> Witness | None:
    if change.became == _OWN:
        if not isinstance(change.old.type, Builtin | TypedefRef | EnumRef | Pointer):
            return None
        return witness.optimised(
            change, f"__builtin_constant_p({change.subject})", f"reads the library's {change.subject}"
        )
    if change.became:
        return witness.declares(change, change.subject, change.old.type)
    return witness.uses(change, change.subject)


def _what(change: VariableRemoved) -> str:
    return f"is a {change.became} now" if change.became else "was removed"


RULE = Rule(
    id="headers/variable-removed",
    summary="an exported variable is no longer declared",
    why=(
        "Programs that read it stop compiling; programs already built copy or reference its symbol and do "
        "not start without it."
    ),
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(VariableRemoved,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "a function now",
            "extern int shipCount;\n",
            "int shipCount(void);\n",
            fires=("shipCount",),
        ),
        Example(
            "a variable is gone",
            "extern int shipCount;\nextern int shipLimit;\n",
            "extern int shipLimit;\n",
            fires=("shipCount",),
        ),
        Example(
            "declared in a list", "extern int shipCount;\nextern int shipLimit;\n", "extern int shipLimit, shipCount;\n"
        ),
    ),
)
