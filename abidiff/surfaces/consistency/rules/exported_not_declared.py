"""The symbol map exports what no public header declares."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.consistency.change import NotDeclared


def _check(change: NotDeclared) -> Iterable[Finding]:
    node = f" in {change.says[0]}" if change.says[0] else ""
    yield finding(
        RULE,
        change,
        f"{change.subject} is exported{node} and declared in no public header",
        breaks="nobody; but who finds the symbol may use it, and then it can not go away",
        new=change.place,
    )


_HEADER = "int shipOpen(void);\n"
_MAP = "LIBSHIP_1.0 { global: shipOpen; local: *; };\n"
_MORE = "LIBSHIP_1.0 { global: shipOpen; shipSink; local: *; };\n"

RULE = Rule(
    id="consistency/exported-not-declared",
    summary="the library exports a symbol that no public header declares",
    why=(
        "A symbol in a public node is part of the promise, declared or not. Either the declaration was forgotten, or "
        "an internal function became public by accident."
    ),
    clause="what-documentation-says",
    severity=Severity.WARNING,
    internal=True,
    on=(NotDeclared,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "the header was forgotten",
            {"ship.h": _HEADER, "ship.syms": _MAP},
            {"ship.h": _HEADER, "ship.syms": _MORE},
            fires=("shipSink",),
        ),
        Example(
            "the declaration went away",
            {"ship.h": _HEADER + "int shipSink(int ship);\n", "ship.syms": _MORE},
            {"ship.h": _HEADER, "ship.syms": _MORE},
            fires=("shipSink",),
        ),
        Example(
            "an asm label gives the symbol",
            {"ship.h": _HEADER, "ship.syms": _MAP},
            {"ship.h": _HEADER + 'int shipDown(int ship) __asm__("shipSink");\n', "ship.syms": _MORE},
        ),
    ),
)
