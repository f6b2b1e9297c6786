"""member added to a struct."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import MemberAdded
from abidiff.surfaces.xdr.rules._common import report


def _check(change: MemberAdded) -> Iterator[Finding]:
    where = "at the end" if change.last else f"behind {change.after}" if change.after else "at the start"
    message = f"new member of type {change.type} {where}"
    yield report(RULE, change, message, forward=True, backward=True)


RULE = Rule(
    id="xdr/member-added",
    summary="member added to a struct",
    why=(
        "XDR does not describe itself: the reader takes the bytes of the new member for what follows, "
        "or finds the message too short. At the end of a message as well. New data needs a new "
        "procedure."
    ),
    clause="messages",
    severity=Severity.BREAKING,
    on=(MemberAdded,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "new-server-to-old-client",
        "old-server-to-new-client",
    ),
    examples=(
        Example(
            "at the end",
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
    int state;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1
};
""",
            fires=("demo_open_ret.state",),
        ),
        Example(
            "in the middle",
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
    int mode;
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
            fires=("demo_open_args.mode",),
        ),
        Example(
            "members are moved into a struct of their own",
            """\
struct demo_info {
    int state;
    hyper time;
};
""",
            """\
struct demo_inner {
    hyper time;
};
struct demo_info {
    int state;
    demo_inner inner;
};
""",
            also=("xdr/renamed",),
        ),
    ),
)
