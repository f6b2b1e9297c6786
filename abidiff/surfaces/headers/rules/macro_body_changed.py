"""A macro expands to other code."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import MacroBodyChanged
from abidiff.surfaces.headers.rules._common import finding


def _check(change: MacroBodyChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"macro {change.subject} expands to other code",
        breaks="perhaps programs that are compiled anew: whether it means the same can't be decided from the text",
        old=change.old.mark.location,
        new=change.new.mark.location,
        details=(("was", _short(change.old.raw)), ("is", _short(change.new.raw))),
    )


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:197] + "..."


RULE = Rule(
    id="headers/macro-body-changed",
    summary="a macro that stands for code expands to other code",
    why=(
        "Programs already built keep the old code. Whether the new code means the same to programs that "
        "are compiled anew can not be decided from its text, so it is not passed as compatible."
    ),
    severity=Severity.UNDECIDED,
    on=(MacroBodyChanged,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "other code",
            "#define SHIP_AREA(a) ((a) * 2)\n",
            "#define SHIP_AREA(a) ((a) * 3)\n",
            fires=("SHIP_AREA",),
        ),
        Example("blanks and parentheses", "#define SHIP_AREA(a) ((a)*2)\n", "#define SHIP_AREA(a)   (((a)) * 2)\n"),
    ),
)
