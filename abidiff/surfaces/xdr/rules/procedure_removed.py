"""procedure removed."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ProcedureGone
from abidiff.surfaces.xdr.rules._common import report


def _check(change: ProcedureGone) -> Iterator[Finding]:
    what = "event" if change.event else "procedure"
    yield report(RULE, change, f"{what} {change.number} is gone", forward=True, verb="refuse")


RULE = Rule(
    id="xdr/procedure-removed",
    summary="procedure removed",
    why=(
        "Old clients still call it and are refused. Procedures are never removed: a call that makes "
        "no sense any more answers with an error."
    ),
    clause="procedures",
    severity=Severity.BREAKING,
    removes=True,
    on=(ProcedureGone,),
    check=_check,
    affects=("old-client-to-new-server", "old-server-to-new-client"),
    examples=(
        Example(
            "an event is dropped",
            """\
struct demo_moved_msg {
    int id;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1,
    DEMO_PROC_MOVED = 2
};
""",
            """\
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1
};
""",
            fires=("DEMO_PROC_MOVED",),
        ),
        Example(
            "a procedure is dropped",
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
    DEMO_PROC_OPEN = 1,
    DEMO_PROC_CLOSE = 2
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
            fires=("DEMO_PROC_CLOSE",),
        ),
        Example(
            "a procedure of a program block is dropped",
            """\
struct demo_info {
    int state;
    hyper time;
};
program DEMO_PROGRAM {
    version DEMO_V1 {
        demo_info DEMO_GET(int) = 1;
        void DEMO_PING(void) = 2;
    } = 1;
} = 0x20000099;
""",
            """\
struct demo_info {
    int state;
    hyper time;
};
program DEMO_PROGRAM {
    version DEMO_V1 {
        demo_info DEMO_GET(int) = 1;
    } = 1;
} = 0x20000099;
""",
            fires=("DEMO_PING",),
        ),
        Example(
            "the order of the procedures changes",
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
    DEMO_PROC_OPEN = 1,
    DEMO_PROC_CLOSE = 2
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
    DEMO_PROC_CLOSE = 2,
    DEMO_PROC_OPEN = 1
};
""",
        ),
    ),
)
