"""A procedure has no public function."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.consistency.change import NoFunction


def _check(change: NoFunction) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} of {change.says[0]} has no public function in {change.says[1]}",
        breaks="nobody: the procedure can only be called by the library itself",
        new=change.place,
    )


_PROTOCOL = """program SHIP {
    version ONE {
        void SHIP_PROC_OPEN(void) = 1;
@    } = 1;
} = 1;
"""
_OLD = {"ship.h": "int shipOpen(void);\n", "ship.x": _PROTOCOL.replace("@", "")}
_SINK = "        void SHIP_PROC_SINK_ALL(void) = 2;\n"
_AUTH = "        void SHIP_PROC_AUTH_LIST(void) = 2;\n"
_RPC = {
    "headers": "example",
    "protocol": "example",
    "functions": "ship",
    "procedures": "SHIP_PROC_",
    "internal": ["SHIP_PROC_AUTH_*"],
}

RULE = Rule(
    id="consistency/function-missing",
    summary="a procedure of the protocol has no public function",
    why=(
        "Either it is internal to the library (then the profile lists it), or the name of one of the two is "
        "misspelled, or the function was forgotten. A procedure that shipped cannot be renamed any more."
    ),
    clause="what-documentation-says",
    severity=Severity.NOTICE,
    internal=True,
    on=(NoFunction,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "misspelled",
            _OLD,
            {"ship.h": "int shipOpen(void);\n", "ship.x": _PROTOCOL.replace("@", _SINK)},
            fires=("SHIP_PROC_SINK_ALL",),
            options={"rpc": [_RPC]},
        ),
        Example(
            "listed as internal",
            _OLD,
            {"ship.h": "int shipOpen(void);\n", "ship.x": _PROTOCOL.replace("@", _AUTH)},
            options={"rpc": [_RPC]},
        ),
        Example(
            "case and underscores do not count",
            _OLD,
            {"ship.h": "int shipOpen(void);\nint shipSinkALL(void);\n", "ship.x": _PROTOCOL.replace("@", _SINK)},
            options={"rpc": [_RPC]},
        ),
    ),
)
