"""protocol file added."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ProtocolAdded
from abidiff.surfaces.xdr.rules._common import held, report


def _check(change: ProtocolAdded) -> Iterator[Finding]:
    message = f"a new file with {held(change.programs, change.messages)}"
    yield report(RULE, change, message, value=message)


RULE = Rule(
    id="xdr/protocol-added",
    summary="protocol file added",
    why="A new file with programs or messages of its own. Old peers never see them.",
    clause="procedures",
    severity=Severity.EXTENSION,
    on=(ProtocolAdded,),
    check=_check,
    examples=(
        Example(
            "a file of messages comes",
            {"a.x": "struct demo_header { unsigned prog; int status; };\n"},
            {
                "a.x": "struct demo_header { unsigned prog; int status; };\n",
                "b.x": "struct demo_ping { int id; };\nstruct demo_pong { int id; hyper time; };\n",
            },
            fires=("b",),
            options={"apart": True},
        ),
        Example(
            "a new type in a file that was there",
            {"a.x": "struct demo_header { unsigned prog; int status; };\n"},
            {"a.x": "struct demo_header { unsigned prog; int status; };\n" + "struct demo_ping { int id; };\n"},
            also=("xdr/message-type-added",),
        ),
    ),
)
