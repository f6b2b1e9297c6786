"""procedure lost its arguments or its result."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import MessageLost
from abidiff.surfaces.xdr.rules._common import report


def _check(change: MessageLost) -> Iterator[Finding]:
    article = "a result" if change.role == "result" else str(change.role)
    message = f"carried {article} ({change.type}), now none"
    yield report(RULE, change, message, forward=True, backward=True)


RULE = Rule(
    id="xdr/message-lost",
    summary="procedure lost its arguments or its result",
    why=("What one side sends is dropped by the other, and what the other leaves out cannot be decoded."),
    clause="messages",
    severity=Severity.BREAKING,
    on=(MessageLost,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "new-server-to-old-client",
        "old-server-to-new-client",
    ),
    examples=(
        Example(
            "the arguments go",
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
            fires=("DEMO_PROC_OPEN",),
        ),
        Example(
            "the result goes",
            """\
program DEMO_PROGRAM {
    version DEMO_V1 {
        int DEMO_PING(int) = 1;
    } = 1;
} = 0x20000099;
""",
            """\
program DEMO_PROGRAM {
    version DEMO_V1 {
        void DEMO_PING(int) = 1;
    } = 1;
} = 0x20000099;
""",
            fires=("DEMO_PING",),
        ),
        Example(
            "the arguments get another place in the file",
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
            """\
struct demo_open_ret {
    int id;
};
struct demo_open_args {
    string name<64>;
    unsigned int flags;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1
};
""",
        ),
    ),
)
