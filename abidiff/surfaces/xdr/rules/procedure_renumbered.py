"""procedure renumbered."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ProcedureRenumbered
from abidiff.surfaces.xdr.rules._common import report


def _check(change: ProcedureRenumbered) -> Iterator[Finding]:
    taken = f"; {change.before} is now {change.taken_by}" if change.taken_by else ""
    message = f"number {change.before} became {change.after}{taken}"
    verb = "misread" if change.taken_by else "refuse"
    yield report(RULE, change, message, forward=True, backward=True, verb=verb)


RULE = Rule(
    id="xdr/procedure-renumbered",
    summary="procedure renumbered",
    why=(
        "The number is what travels, not the name. Old clients that call the old number get another procedure, or none."
    ),
    clause="procedures",
    severity=Severity.BREAKING,
    on=(ProcedureRenumbered,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "old-server-to-new-client",
        "new-server-to-old-client",
    ),
    examples=(
        Example(
            "an event gets another number",
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
struct demo_moved_msg {
    int id;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1,
    DEMO_PROC_MOVED = 3
};
""",
            fires=("DEMO_PROC_MOVED",),
        ),
        Example(
            "two procedures swap their numbers",
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
    DEMO_PROC_OPEN = 2,
    DEMO_PROC_CLOSE = 1
};
""",
            fires=("DEMO_PROC_OPEN", "DEMO_PROC_CLOSE"),
        ),
        Example(
            "a new procedure is put in between",
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
    DEMO_PROC_OPEN,
    DEMO_PROC_CLOSE
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
    DEMO_PROC_OPEN,
    DEMO_PROC_READ,
    DEMO_PROC_CLOSE
};
""",
            fires=("DEMO_PROC_CLOSE",),
        ),
        Example(
            "the implicit number is written out",
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
    DEMO_PROC_CLOSE
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
        ),
    ),
)
