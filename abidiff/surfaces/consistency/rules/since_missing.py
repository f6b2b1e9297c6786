"""A function has no Since tag."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.consistency.change import SinceMissing


def _check(change: SinceMissing) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} has no Since tag {change.says[0]}",
        breaks="readers of the documentation, who cannot see which release they need",
        new=change.place,
    )


_COMMENT = "/**\n * {0}:\n *\n * {1}\n */\nint {0}(void) {{ return 0; }}\n"
_OPEN = _COMMENT.format("shipOpen", "Since: 1.0.0") + _COMMENT.format("shipSail", "Since: 1.0.0")
_OLD = {
    "ship.h": "int shipOpen(void);\nint shipSail(void);\n",
    "ship.syms": "LIBSHIP_1.0.0 { shipOpen; shipSail; };\n",
    "ship.c": _OPEN,
}
_NEW = {
    "ship.h": _OLD["ship.h"] + "int shipSink(void);\n",
    "ship.syms": _OLD["ship.syms"] + "LIBSHIP_1.1.0 { shipSink; } LIBSHIP_1.0.0;\n",
}
_PREFIX = {"version_prefix": "LIBSHIP_"}

RULE = Rule(
    id="consistency/since-missing",
    summary="a function has no Since tag",
    why=(
        "Where a project tags its functions with the release that brought them, one without a tag looks as if it had "
        "always been there. Silent while fewer than half of the documented functions are tagged."
    ),
    clause="what-documentation-says",
    severity=Severity.NOTICE,
    internal=True,
    on=(SinceMissing,),
    check=_check,
    affects=(),
    many="functions say nowhere since when they exist",
    examples=(
        Example(
            "documented without",
            _OLD,
            {**_NEW, "ship.c": _OPEN + _COMMENT.format("shipSink", "Sinks.")},
            fires=("shipSink",),
            options=_PREFIX,
        ),
        Example("not documented", _OLD, {**_NEW, "ship.c": _OPEN}, fires=("shipSink",), options=_PREFIX),
        Example(
            "tagged",
            _OLD,
            {**_NEW, "ship.c": _OPEN + _COMMENT.format("shipSink", "Since: 1.1.0")},
            options=_PREFIX,
        ),
        Example(
            "tags are not the custom",
            {**_OLD, "ship.c": _COMMENT.format("shipOpen", "Opens.")},
            {**_NEW, "ship.c": _COMMENT.format("shipOpen", "Opens.")},
            options=_PREFIX,
        ),
    ),
)
