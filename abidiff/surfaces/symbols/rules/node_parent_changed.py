"""A version node depends on other nodes than before."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import NodeReparented


def _check(change: NodeReparented) -> Iterable[Finding]:
    before, after = (", ".join(names) or "nothing" for names in (change.before, change.after))
    yield finding(
        RULE,
        change,
        f"{change.subject} depended on {before} and depends on {after} now",
        breaks="tools that read the history of nodes from the library; programs still start",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="symbols/node-parent-changed",
    summary="a version node's parent changed",
    why=(
        "The parent says which node came before. glibc's loader does not look at it, others (Solaris) and packaging "
        "tools do. A node that already shipped has no reason to get another parent: most often the script was edited "
        "by mistake, and symbols went astray with it."
    ),
    clause="symbols",
    severity=Severity.WARNING,
    on=(NodeReparented,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "cut off",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { shipSink; } LIBSHIP_1.0;",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { shipSink; };",
            fires=("LIBSHIP_1.1",),
        ),
        Example(
            "several, in another order",
            "A_1 { a; };\nB_1 { b; };\nC_1 { c; } A_1 B_1;",
            "A_1 { a; };\nB_1 { b; };\nC_1 { c; } B_1 A_1;",
        ),
    ),
)
