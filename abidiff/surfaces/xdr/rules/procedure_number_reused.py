"""procedure number reused."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import NumberReused
from abidiff.surfaces.xdr.rules._common import report


def _check(change: NumberReused) -> Iterator[Finding]:
    message = f"number {change.number} now belongs to {change.now}"
    details = (("carried", change.before_signature), ("carries", change.after_signature))
    yield report(RULE, change, message, forward=True, backward=True, details=details)


RULE = Rule(
    id="xdr/procedure-number-reused",
    summary="procedure number reused",
    why=(
        "Old clients that call the number reach another procedure, which misreads their arguments or "
        "does something that they did not ask for. A number that was once given out is never given "
        "again."
    ),
    clause="procedures",
    severity=Severity.BREAKING,
    on=(NumberReused,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "old-server-to-new-client",
        "new-server-to-old-client",
    ),
    examples=(
        Example(
            "another event under the number",
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
struct demo_sunk_msg {
    hyper when;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1,
    DEMO_PROC_SUNK = 2
};
""",
            fires=("DEMO_PROC_MOVED",),
        ),
        Example(
            "another procedure under the number",
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
struct demo_seek_args {
    hyper offset;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1,
    DEMO_PROC_SEEK = 2
};
""",
            fires=("DEMO_PROC_CLOSE",),
        ),
        Example(
            "the same procedure under another name",
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
            """\
struct demo_info {
    int state;
    hyper time;
};
program DEMO_PROGRAM {
    version DEMO_V1 {
        demo_info DEMO_FETCH(int) = 1;
    } = 1;
} = 0x20000099;
""",
            also=("xdr/renamed",),
        ),
    ),
)
