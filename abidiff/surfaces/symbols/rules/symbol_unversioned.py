"""A symbol lost its version and is exported all the same."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import SymbolUnversioned


def _check(change: SymbolUnversioned) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} left {change.node} and is exported without a version; that it exists shows {change.shown}",
        breaks="nobody who was linked before: for any version the loader takes a symbol that has none",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="symbols/symbol-unversioned",
    summary="a symbol lost its version",
    why=(
        "A map without `local: *` exports what it does not name, without a version. While the library has the node "
        "that a program asks for, the loader takes such a symbol. Programs linked from now on do not say which "
        "release they need."
    ),
    clause="symbols",
    severity=Severity.WARNING,
    on=(SymbolUnversioned,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "no longer listed, still in a public list",
            {"example.syms": "LIBSHIP_1.0 { shipOpen; shipSink; };", "example.sym": "shipOpen\nshipSink\n"},
            {"example.syms": "LIBSHIP_1.0 { shipOpen; };", "example.sym": "shipOpen\nshipSink\n"},
            fires=("shipSink",),
            options={"evidence": ("example.sym",)},
        ),
        Example("listed in the anonymous node before", "{ shipOpen; };", "{ global: shipOpen; };"),
    ),
)
