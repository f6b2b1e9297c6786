"""The version of a symbol's node is not that of its Since tag."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.consistency.change import NodeAndSince


def _check(change: NodeAndSince) -> Iterable[Finding]:
    node, tag, name = change.says
    yield finding(
        RULE,
        change,
        f"{change.subject} is in {name} and documented as Since: {tag}",
        breaks=f"whoever trusts one of the two: did it come with {node} or with {tag}?",
        new=change.place,
        details=(("documented at", str(change.other)),) if change.other else (),
    )


_COMMENT = "/**\n * {0}:\n *\n * Since: {1}\n */\nint {0}(void) {{ return 0; }}\n"
_OLD = {
    "ship.h": "int shipOpen(void);\n",
    "ship.syms": "LIBSHIP_1.0.0 { shipOpen; };\n",
    "ship.c": _COMMENT.format("shipOpen", "1.0.0"),
}
_HEADER = "int shipOpen(void);\nint shipSink(void);\n"
_MAP = "LIBSHIP_1.0.0 { shipOpen; };\nLIBSHIP_1.1.0 { shipSink; } LIBSHIP_1.0.0;\n"
_PREFIX = {"version_prefix": "LIBSHIP_"}

RULE = Rule(
    id="consistency/node-and-since",
    summary="the version of a symbol's node is not the one that its Since tag names",
    why=(
        "Both say in which release the function came. When the node is older, the symbol was added to a node that "
        "had shipped, and programs start where the function is missing; else the documentation is wrong."
    ),
    clause="what-documentation-says",
    severity=Severity.WARNING,
    internal=True,
    on=(NodeAndSince,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "the tag says the next release",
            _OLD,
            {"ship.h": _HEADER, "ship.syms": _MAP, "ship.c": _OLD["ship.c"] + _COMMENT.format("shipSink", "1.2.0")},
            fires=("shipSink",),
            options=_PREFIX,
        ),
        Example(
            "tagged in the header",
            {**_OLD, "ship.h": "/* Since: 1.0.0 */\nint shipOpen(void);\n"},
            {**_OLD, "ship.h": "/* Since: 2.0.0 */\nint shipOpen(void);\n"},
            fires=("shipOpen",),
            options=_PREFIX,
        ),
        Example(
            "they agree",
            _OLD,
            {"ship.h": _HEADER, "ship.syms": _MAP, "ship.c": _OLD["ship.c"] + _COMMENT.format("shipSink", "1.1.0")},
            options=_PREFIX,
        ),
        Example(
            "trailing zeros mean nothing",
            _OLD,
            {"ship.h": _HEADER, "ship.syms": _MAP, "ship.c": _OLD["ship.c"] + _COMMENT.format("shipSink", "1.1")},
            options=_PREFIX,
        ),
    ),
)
