"""`local: *` is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import HidingAdded


def _check(change: HidingAdded) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        "`local: *` is new: symbols that the map does not name were exported, and are hidden now",
        severity=Severity.WARNING if change.declared else None,
        breaks="programs that use a symbol which neither the map nor a header names"
        if change.declared
        else "programs that use a symbol which the map does not name",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="symbols/hiding-added",
    summary="`local: *` is new: unnamed symbols are hidden now",
    why=(
        "Without `local: *` the linker exports every global symbol of the objects, named in the map or not. Which "
        "those were cannot be seen in a release without a build, so neither can be decided whether somebody needs one. "
        "Those that a header declares are told apart; with headers the rest is a warning."
    ),
    clause="symbols",
    severity=Severity.UNDECIDED,
    on=(HidingAdded,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "hidden from now on",
            "LIBSHIP_1.0 { global: shipOpen; };",
            "LIBSHIP_1.0 { global: shipOpen; local: *; };",
            fires=("local: *",),
        ),
        Example(
            "moved to another node",
            "A_1 { global: a; local: *; };\nA_2 { b; } A_1;",
            "A_1 { global: a; };\nA_2 { global: b; local: *; } A_1;",
        ),
        Example("a list hides what it does not name", "shipOpen\n", "{ global: shipOpen; local: *; };"),
    ),
)
