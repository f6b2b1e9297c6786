"""A version node is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import NodeRemoved
from abidiff.surfaces.symbols.witness import node_removed


def _check(change: NodeRemoved) -> Iterable[Finding]:
    if not change.symbols and not change.patterns:
        return
    count = len(change.symbols)
    had = f"it had {count} symbol{'s' if count != 1 else ''}"
    if not count:
        had = f"which symbols its patterns ({', '.join(change.patterns)}) exported is not in the map"
    yield finding(
        RULE,
        change,
        f"version node {change.subject} is gone; {had}",
        breaks=f"every program that uses one of them does not start: version `{change.subject}' not found",
        old=change.old,
        new=change.new,
        reaches=change.symbols,
        witness=node_removed(change.subject, change.symbols),
    )


RULE = Rule(
    id="symbols/node-removed",
    summary="a version node is gone",
    why=(
        "The loader checks at start that the library has every node that the program was linked with, before it "
        "looks at a single symbol. Renaming a node removes it."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    removes=True,
    on=(NodeRemoved,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "with its symbols",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { shipSink; } LIBSHIP_1.0;",
            "LIBSHIP_1.0 { shipOpen; };",
            fires=("LIBSHIP_1.1",),
            also=("symbols/symbol-removed",),
        ),
        Example(
            "merged into its parent",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { shipSink; } LIBSHIP_1.0;",
            "LIBSHIP_1.0 { shipOpen; shipSink; };",
            fires=("LIBSHIP_1.1",),
            also=("symbols/symbol-moved",),
        ),
        Example(
            "with patterns only",
            "LIBSHIP_1.0 { ship*; };",
            "LIBSHIP_2.0 { ship*; };",
            fires=("LIBSHIP_1.0",),
            also=("symbols/pattern-added", "symbols/pattern-removed"),
        ),
        Example(
            "it had no symbols",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { } LIBSHIP_1.0;",
            "LIBSHIP_1.0 { shipOpen; };",
        ),
    ),
)
