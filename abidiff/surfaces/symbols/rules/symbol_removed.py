"""A symbol is no longer exported."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import SymbolRemoved
from abidiff.surfaces.symbols.witness import removed


def _check(change: SymbolRemoved) -> Iterable[Finding]:
    where = f" (it was in {change.node})" if change.node else ""
    how = "is `local` now" if change.hidden else "is no longer exported"
    how += f"; that it existed shows {change.shown}" if change.shown else ""
    version = f", version {change.node}" if change.node else ""
    gone = f"version `{change.node}' not found" if change.node_gone else f"undefined symbol: {change.subject}{version}"
    yield finding(
        RULE,
        change,
        f"{change.subject} {how}{where}",
        breaks=f"programs linked with the old library do not start, or die at the first call: {gone}",
        old=change.old,
        new=change.new,
        witness=removed(change),
    )


RULE = Rule(
    id="symbols/symbol-removed",
    summary="a symbol is no longer exported",
    why=(
        "The dynamic loader looks up every symbol that a program was linked with. One that the library does not "
        "export any more keeps the program from starting, or ends it at the first call."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    removes=True,
    on=(SymbolRemoved,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "gone from its node",
            "LIBSHIP_1.0 { global: shipOpen; shipSink; };",
            "LIBSHIP_1.0 { global: shipOpen; };",
            fires=("shipSink",),
        ),
        Example(
            "hidden",
            "LIBSHIP_1.0 { global: shipOpen; shipSink; local: *; };",
            "LIBSHIP_1.0 { global: shipOpen; local: shipSink; *; };",
            fires=("shipSink",),
        ),
        Example("gone from a list", "shipOpen;\nshipSink;\n", "shipOpen;\n", fires=("shipSink",)),
        Example(
            "gone from the anonymous node",
            "{ global: shipOpen; shipSink; local: *; };",
            "{ global: shipOpen; local: *; };",
            fires=("shipSink",),
        ),
        Example(
            "a C++ name",
            'LIBSHIP_1.0 { extern "C++" { "ship::sink(int)"; "ship::open()"; }; };',
            'LIBSHIP_1.0 { extern "C++" { "ship::open()"; }; };',
            fires=("ship::sink(int)",),
        ),
        Example(
            "sorted and commented anew",
            "LIBSHIP_1.0 { shipSink; shipOpen; };",
            "# sorted\nLIBSHIP_1.0 {\n  global:\n    shipOpen; /* first */\n    shipSink;\n};\n",
        ),
        Example(
            "a pattern exports it still",
            "LIBSHIP_1.0 { global: shipOpen; shipSink; local: *; };",
            "LIBSHIP_1.0 { global: ship*; local: *; };",
            also=("symbols/pattern-added",),
        ),
        Example("a private list", "shipOpen;\nshipSink;\n", "shipOpen;\n", options={"public": False}),
    ),
)
