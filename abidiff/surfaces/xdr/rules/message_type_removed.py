"""message type removed."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import MessageTypeGone
from abidiff.surfaces.xdr.rules._common import report


def _check(change: MessageTypeGone) -> Iterator[Finding]:
    if change.message:
        message = "nothing names this type, so it is a message in its own right, and it is gone"
        yield report(RULE, change, message, forward=True, verb="no longer know")


RULE = Rule(
    id="xdr/message-type-removed",
    summary="message type removed",
    why=(
        "Nothing in the protocol names this struct or union, so it travels on its own, as headers and "
        "error replies do. Peers that still send it are not understood."
    ),
    clause="messages",
    severity=Severity.BREAKING,
    removes=True,
    on=(MessageTypeGone,),
    check=_check,
    affects=("old-client-to-new-server", "old-server-to-new-client"),
    examples=(
        Example(
            "the error reply goes",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
struct demo_open_args {
    string name<64>;
    unsigned int flags;
};
struct demo_open_ret {
    int id;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1
};
""",
            """\
struct demo_open_args {
    string name<64>;
    unsigned int flags;
};
struct demo_open_ret {
    int id;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1
};
""",
            fires=("demo_header",),
        ),
        Example(
            "a helper typedef goes",
            """\
typedef int demo_unused;
struct demo_header {
    unsigned prog;
    int status;
};
""",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            also=("xdr/unused-type-removed",),
        ),
    ),
)
