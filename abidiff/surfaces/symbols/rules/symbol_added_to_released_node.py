"""A symbol was added to a version node that an earlier release shipped."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import SymbolAdded
from abidiff.surfaces.symbols.witness import added_to_released


def _check(change: SymbolAdded) -> Iterable[Finding]:
    if not change.released:
        return
    shipped = f"{change.shipped} shipped" if change.shipped else "the old release shipped"
    yield finding(
        RULE,
        change,
        f"{change.subject} was added to {change.node}, which {shipped} without it",
        key=change.node if change.before else "",
        breaks="programs built on the new release: the old one has the node, so they start there, and die with "
        f"undefined symbol: {change.subject}, version {change.node}",
        old=change.old,
        new=change.new,
        witness=added_to_released(change),
    )


RULE = Rule(
    id="symbols/symbol-added-to-released-node",
    summary="a symbol was added to a version node that already shipped",
    why=(
        "A node promises a fixed set of symbols: the loader only checks that the library has the node. A program "
        "that was built on the new release claims to run on every release with that node, package managers believe "
        "it, and it dies at run time. New symbols belong into a node named after the new release."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(SymbolAdded,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "to an old node",
            "LIBSHIP_1.0 { shipOpen; };",
            "LIBSHIP_1.0 { shipOpen; shipSink; };",
            fires=("shipSink",),
        ),
        Example(
            "a second version in an old node",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { shipSink; } LIBSHIP_1.0;",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { shipSink; shipOpen; } LIBSHIP_1.0;",
            fires=("shipOpen",),
        ),
        Example(
            "to a new node",
            "LIBSHIP_1.0 { shipOpen; };",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { shipSink; } LIBSHIP_1.0;",
            also=("symbols/symbol-added",),
        ),
        Example(
            "the anonymous node says nothing of releases",
            "{ global: shipOpen; local: *; };",
            "{ global: shipOpen; shipSink; local: *; };",
            also=("symbols/symbol-added",),
        ),
        Example(
            "an old pattern exported it already",
            "LIBSHIP_1.0 { global: ship*; local: *; };",
            "LIBSHIP_1.0 { global: ship*; shipSink; local: *; };",
        ),
    ),
)
