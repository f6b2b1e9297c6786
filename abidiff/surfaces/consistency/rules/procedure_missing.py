"""A public function has no procedure."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.consistency.change import NoProcedure


def _check(change: NoProcedure) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} has no procedure in {change.says[0]}",
        breaks="programs with a remote connection, where the function is not supported",
        new=change.place,
        details=(("looked for in", str(change.other)),) if change.other else (),
    )


_PROTOCOL = """program SHIP {
    version ONE {
        void SHIP_PROC_OPEN(void) = 1;
@    } = 1;
} = 1;
"""
_OLD = {"ship.h": "int shipOpen(void);\n", "ship.x": _PROTOCOL.replace("@", "")}
_SINK = "        void SHIP_PROC_SINK_ALL(void) = 2;\n"
_RPC = {
    "headers": "example",
    "protocol": "example",
    "functions": "ship",
    "procedures": "SHIP_PROC_",
    "local": ["ship*Free"],
}

RULE = Rule(
    id="consistency/procedure-missing",
    summary="a public function has no procedure in the protocol",
    why=(
        "Where each function of a library is also a procedure of its protocol, one without works on a local "
        "connection only. Functions that need none are listed in the profile."
    ),
    clause="what-documentation-says",
    severity=Severity.WARNING,
    internal=True,
    on=(NoProcedure,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "the procedure was forgotten",
            _OLD,
            {"ship.h": "int shipOpen(void);\nint shipSinkAll(void);\n", "ship.x": _OLD["ship.x"]},
            fires=("shipSinkAll",),
            options={"rpc": [_RPC]},
        ),
        Example(
            "both are there",
            _OLD,
            {"ship.h": "int shipOpen(void);\nint shipSinkAll(void);\n", "ship.x": _PROTOCOL.replace("@", _SINK)},
            options={"rpc": [_RPC]},
        ),
        Example(
            "listed as local",
            _OLD,
            {"ship.h": "int shipOpen(void);\nvoid shipCrewFree(void);\n", "ship.x": _OLD["ship.x"]},
            options={"rpc": [_RPC]},
        ),
    ),
)
