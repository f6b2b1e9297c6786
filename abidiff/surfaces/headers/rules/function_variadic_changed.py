"""A function takes variable arguments now, or does not any more."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import VariadicChanged
from abidiff.surfaces.headers.compare.representation import exported
from abidiff.surfaces.headers.layout.spell import prototype
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import affected, finding


def _check(change: VariadicChanged) -> Iterable[Finding]:
    now = "takes" if change.new.type.variadic else "does not take"
    yield finding(
        RULE,
        change,
        f"{change.subject} {now} variable arguments now",
        breaks="programs already built call it by another convention; pointers to it do not compile"
        if exported(change.old)
        else "pointers to it do not compile",
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=affected(binary=exported(change.old)),
        details=(("was", prototype(change.old)), ("is", prototype(change.new))),
        witness=(
            witness.points(change, change.old)
            if change.new.type.variadic
            else witness.calls(change, change.old, [p.type for p in change.old.type.parameters], ("1",))
        ),
    )


RULE = Rule(
    id="headers/function-variadic-changed",
    summary="`...` was added to or removed from a function",
    why=(
        "Variadic calls follow another convention on many targets (the number of vector registers on "
        "x86_64, the stack on Windows and 64-bit ARM of some systems), so a program already built calls "
        "it wrongly."
    ),
    clause="layout-and-calls",
    severity=Severity.BREAKING,
    on=(VariadicChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "variable arguments",
            "int shipLog(const char *text);\n",
            "int shipLog(const char *text, ...);\n",
            fires=("shipLog",),
        ),
        Example("it stays", "int shipLog(const char *format, ...);\n", "int shipLog(const char *fmt, ...);\n"),
    ),
)
