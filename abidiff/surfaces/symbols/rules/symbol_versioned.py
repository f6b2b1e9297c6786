"""A symbol without a version got one."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import SymbolVersioned


def _check(change: SymbolVersioned) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} had no version and is in {change.node} now",
        breaks="nobody: programs linked with the old library ask for no version and find it",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="symbols/symbol-versioned",
    summary="a symbol without version got one",
    why=(
        "A program that was linked before asks for the plain name, which the loader finds in any node. Programs linked "
        "from now on ask for the node as well and need a library that has it, which is what version nodes are for."
    ),
    clause="symbols",
    severity=Severity.NOTICE,
    on=(SymbolVersioned,),
    check=_check,
    affects=("binary",),
    many="symbols had no version and have one now",
    examples=(
        Example(
            "from the anonymous node to a named one",
            "{ global: shipOpen; local: *; };",
            "LIBSHIP_1.0 { global: shipOpen; local: *; };",
            fires=("shipOpen",),
        ),
        Example("a list that became a script", "shipOpen\n", "LIBSHIP_1.0 { shipOpen; };", fires=("shipOpen",)),
        Example("still without", "{ shipOpen; };", "{ global: shipOpen; };"),
    ),
)
