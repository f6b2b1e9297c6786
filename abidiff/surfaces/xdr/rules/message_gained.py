"""procedure gained arguments or a result."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import MessageGained
from abidiff.surfaces.xdr.rules._common import report


def _check(change: MessageGained) -> Iterator[Finding]:
    article = "a result" if change.role == "result" else str(change.role)
    message = f"had no {change.role}, now carries {article}: {change.type}"
    yield report(RULE, change, message, forward=True, backward=True)


RULE = Rule(
    id="xdr/message-gained",
    summary="procedure gained arguments or a result",
    why=(
        "One side sends nothing and the other waits for a value: what is not there cannot be decoded. "
        "A new procedure carries the new message."
    ),
    clause="messages",
    severity=Severity.BREAKING,
    on=(MessageGained,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "new-server-to-old-client",
        "old-server-to-new-client",
    ),
    examples=(
        Example(
            "arguments appear",
            """\
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
            fires=("DEMO_PROC_OPEN",),
        ),
        Example(
            "a void result becomes a number",
            """\
program DEMO_PROGRAM {
    version DEMO_V1 {
        void DEMO_PING(void) = 1;
    } = 1;
} = 0x20000099;
""",
            """\
program DEMO_PROGRAM {
    version DEMO_V1 {
        int DEMO_PING(void) = 1;
    } = 1;
} = 0x20000099;
""",
            fires=("DEMO_PING",),
        ),
        Example(
            "empty parentheses become void",
            """\
program DEMO_PROGRAM {
    version DEMO_V1 {
        int DEMO_PING() = 1;
    } = 1;
} = 0x20000099;
""",
            """\
program DEMO_PROGRAM {
    version DEMO_V1 {
        int DEMO_PING(void) = 1;
    } = 1;
} = 0x20000099;
""",
        ),
    ),
)
