"""A new symbol."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import SymbolAdded


def _check(change: SymbolAdded) -> Iterable[Finding]:
    if change.released:
        return
    where = f" in {change.node}" if change.node else ""
    what = f"a further version of {change.subject}" if change.before else change.subject
    yield finding(
        RULE,
        change,
        f"new: {what}{where}",
        key=change.node if change.before else "",
        old=change.old,
        new=change.new,
        short=where.strip(),
        within=change.node,
    )


RULE = Rule(
    id="symbols/symbol-added",
    summary="a symbol is new",
    why=(
        "Nothing that exists needs it. Standing in a node of its own release it also keeps a program that uses it "
        "from starting on an older library, with a message that says why."
    ),
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.SYMBOLS,
    on=(SymbolAdded,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "in a new node",
            "LIBSHIP_1.0 { shipOpen; };",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { shipSink; shipSail; } LIBSHIP_1.0;",
            fires=("shipSink", "shipSail"),
        ),
        Example("in a list", "shipOpen;\n", "shipOpen;\nshipSink;\n", fires=("shipSink",)),
        Example(
            "a further version of an old one",
            "LIBSHIP_1.0 { shipOpen; };",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { shipOpen; } LIBSHIP_1.0;",
            fires=("shipOpen",),
        ),
        Example("a comment", "LIBSHIP_1.0 { shipOpen; };", "LIBSHIP_1.0 { shipOpen; /* shipSink; */ };"),
    ),
)
