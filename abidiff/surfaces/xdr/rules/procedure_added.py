"""procedure added."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ProcedureAdded
from abidiff.surfaces.xdr.rules._common import report


def _check(change: ProcedureAdded) -> Iterator[Finding]:
    message = f"new procedure {change.number}: {change.signature}"
    if change.event:
        message = f"new event {change.number}: {change.signature.removeprefix('event ')}"
    details = (("@acl", ", ".join(change.acl) or "none"),) if change.acl is not None else ()
    yield report(RULE, change, message, details=details)


RULE = Rule(
    id="xdr/procedure-added",
    summary="procedure added",
    why=("A procedure with a fresh number is how a protocol grows. Old peers never call it."),
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.PROCEDURES,
    on=(ProcedureAdded,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "the next number",
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
            fires=("DEMO_PROC_CLOSE",),
        ),
        Example(
            "a new event",
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
struct demo_open_args {
    string name<64>;
    unsigned int flags;
};
struct demo_open_ret {
    int id;
};
struct demo_event_changed_msg {
    int id;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1,
    DEMO_PROC_EVENT_CHANGED = 2
};
""",
            fires=("DEMO_PROC_EVENT_CHANGED",),
        ),
        Example(
            "a comment changes",
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
    /* opens */
    DEMO_PROC_OPEN = 1
};
""",
        ),
    ),
)
