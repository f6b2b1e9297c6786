"""The layout of a struct that changed can not be computed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import LayoutUnknown
from abidiff.surfaces.headers.rules._common import finding


def _check(change: LayoutUnknown) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"the layout of {change.subject} can't be computed: {change.reason}",
        breaks="perhaps programs already built",
        old=change.old.mark.location,
        new=change.new.mark.location,
    )


RULE = Rule(
    id="headers/record-layout-unknown",
    summary="a struct changed and its layout can not be computed",
    why=(
        "What can not be decided is not passed as compatible. Usually a type that a field holds by value "
        "is not known: name the header that defines it."
    ),
    clause="layout-and-calls",
    severity=Severity.UNDECIDED,
    on=(LayoutUnknown,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "a field of an incomplete type",
            "struct sys;\nstruct ship { struct sys s; };\n",
            "struct sys;\nstruct ship { struct sys s; int id; };\n",
            fires=("struct ship",),
        ),
        Example(
            "nothing changed",
            "struct sys;\nstruct ship { struct sys *s; };\n",
            "struct sys;\nstruct ship { struct sys *s; };\n",
        ),
    ),
)
