"""call became an event, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ProcedureKindChanged
from abidiff.surfaces.xdr.rules._common import report


def _check(change: ProcedureKindChanged) -> Iterator[Finding]:
    message = "the call became an event" if change.event else "the event became a call"
    if change.same:
        message = f"by the name of its type {message}; the server sends the same bytes, and nothing is sent to it"
        yield report(RULE, change, message, breaks="", severity=Severity.WARNING)
    else:
        yield report(RULE, change, message, forward=True, backward=True)


RULE = Rule(
    id="xdr/procedure-kind-changed",
    summary="call became an event, or the other way round",
    why=(
        "A call goes from the client to the server and is answered; an event goes the other way and "
        "is not. Each side waits for what the other never sends."
    ),
    clause="procedures",
    severity=Severity.BREAKING,
    on=(ProcedureKindChanged,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "new-server-to-old-client",
        "old-server-to-new-client",
    ),
    examples=(
        Example(
            "a call with arguments becomes an event",
            """\
struct demo_state_args {
    int id;
};
struct demo_state_ret {
    int id;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_STATE = 1
};
""",
            """\
struct demo_state_msg {
    int id;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_STATE = 1
};
""",
            fires=("DEMO_PROC_STATE",),
        ),
        Example(
            "the event keeps its kind",
            """\
struct demo_state_msg {
    int id;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_STATE = 1
};
""",
            """\
struct demo_state_msg {
    int number;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_STATE = 1
};
""",
            also=("xdr/renamed",),
        ),
    ),
)
