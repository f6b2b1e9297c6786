"""A symbol left the version node that it shipped in."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import SymbolMoved
from abidiff.surfaces.symbols.witness import moved


def _check(change: SymbolMoved) -> Iterable[Finding]:
    now = ", ".join(node or "no node" for node in change.now)
    shown = f"; that it existed shows {change.shown}" if change.shown else ""
    says = (
        f"version `{change.node}' not found"
        if change.node_gone
        else f"undefined symbol: {change.subject}, version {change.node}"
    )
    yield finding(
        RULE,
        change,
        f"{change.subject} moved from {change.node} to {now}{shown}",
        breaks=f"programs linked with the old library do not start, or die at the first call: {says}",
        old=change.old,
        new=change.new,
        witness=moved(change),
    )


RULE = Rule(
    id="symbols/symbol-moved",
    summary="a symbol moved to another version node",
    why=(
        "The linker writes the node's name beside the symbol into every program: it asks for "
        "`shipOpen@LIBSHIP_1.0`, and the same name in another node does not satisfy it."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(SymbolMoved,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "to a newer node",
            "LIBSHIP_1.0 { global: shipOpen; shipSink; };\nLIBSHIP_1.1 { global: shipBoard; } LIBSHIP_1.0;",
            "LIBSHIP_1.0 { global: shipOpen; };\nLIBSHIP_1.1 { global: shipBoard; shipSink; } LIBSHIP_1.0;",
            fires=("shipSink",),
        ),
        Example(
            "to a new node, which has its name",
            "LIBSHIP_1.0 { global: shipOpen; shipSink; };",
            "LIBSHIP_1.0 { global: shipOpen; };\nLIBSHIP_2.0 { global: shipSink; } LIBSHIP_1.0;",
            fires=("shipSink",),
        ),
        Example(
            "the node was renamed",
            "LIBSHIP_1.0 { global: shipOpen; };",
            "SHIP_1.0 { global: shipOpen; };",
            fires=("shipOpen",),
            also=("symbols/node-removed",),
        ),
        Example(
            "to the anonymous node",
            "LIBSHIP_1.0 { global: shipOpen; };",
            "{ global: shipOpen; };",
            fires=("shipOpen",),
            also=("symbols/node-removed",),
        ),
        Example(
            "the nodes changed places in the file",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_EXTRA { shipFly; };",
            "LIBSHIP_EXTRA { shipFly; };\nLIBSHIP_1.0 { shipOpen; };",
        ),
        Example(
            "a second version of it beside the first",
            "LIBSHIP_1.0 { shipOpen; };",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_2.0 { shipOpen; } LIBSHIP_1.0;",
            also=("symbols/symbol-added",),
        ),
    ),
)
