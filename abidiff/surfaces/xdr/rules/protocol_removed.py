"""protocol file removed."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ProtocolGone
from abidiff.surfaces.xdr.rules._common import held, report
from abidiff.wording import plural


def _check(change: ProtocolGone) -> Iterator[Finding]:
    if change.programs or change.messages:
        message = f"the file is gone, with {held(change.programs, change.messages)}"
        verb = "refuse" if change.programs else "no longer know"
        yield report(RULE, change, message, forward=True, verb=verb)
    else:
        message = (
            f"the file is gone; nothing in it was a message, and nothing used its {plural(change.helpers, 'type')}"
        )
        yield report(RULE, change, message, breaks="", severity=Severity.NOTICE)


RULE = Rule(
    id="xdr/protocol-removed",
    summary="protocol file removed",
    why=(
        "All that the file defined went with it: calls of its programs are refused, and messages that travel on their "
        "own are no longer understood. A file whose types stand elsewhere now, under their names or others, is no "
        "finding."
    ),
    clause="procedures",
    severity=Severity.BREAKING,
    removes=True,
    on=(ProtocolGone,),
    check=_check,
    affects=("old-client-to-new-server", "old-server-to-new-client"),
    examples=(
        Example(
            "a file of messages goes",
            {
                "a.x": "struct demo_header { unsigned prog; int status; };\n",
                "b.x": "struct demo_ping { int id; };\nstruct demo_pong { int id; hyper time; };\n",
            },
            {"a.x": "struct demo_header { unsigned prog; int status; };\n"},
            fires=("b",),
            options={"apart": True},
        ),
        Example(
            "a file with a program goes",
            {
                "a.x": "struct demo_header { unsigned prog; int status; };\n",
                "b.x": "program DEMO { version DEMO_V1 { int DEMO_PING(void) = 1; } = 1; } = 0x20000100;\n",
            },
            {"a.x": "struct demo_header { unsigned prog; int status; };\n"},
            fires=("b",),
            options={"apart": True},
        ),
        Example(
            "a file is renamed",
            {
                "a.x": "struct demo_header { unsigned prog; int status; };\n",
                "b.x": "struct demo_ping { int id; };\nstruct demo_pong { int id; hyper time; };\n",
            },
            {
                "a.x": "struct demo_header { unsigned prog; int status; };\n",
                "c.x": "struct demo_ping { int id; };\nstruct demo_pong { int id; hyper time; };\n",
            },
            options={"apart": True},
        ),
    ),
)
