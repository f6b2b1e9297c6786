"""member removed from a struct."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import MemberRemoved
from abidiff.surfaces.xdr.rules._common import report


def _check(change: MemberRemoved) -> Iterator[Finding]:
    message = f"member of type {change.type} is gone"
    yield report(RULE, change, message, forward=True, backward=True)


RULE = Rule(
    id="xdr/member-removed",
    summary="member removed from a struct",
    why=(
        "The reader takes the bytes of the member that is gone for what follows, or leaves bytes "
        "over. In the other direction the message is too short."
    ),
    clause="messages",
    severity=Severity.BREAKING,
    removes=True,
    on=(MemberRemoved,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "new-server-to-old-client",
        "old-server-to-new-client",
    ),
    examples=(
        Example(
            "the last one",
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
            fires=("demo_open_args.flags",),
        ),
        Example(
            "the first one",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            """\
struct demo_header {
    int status;
};
""",
            fires=("demo_header.prog",),
        ),
        Example(
            "a comment in its place",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
typedef int demo_x;
""",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
typedef int demo_x; /* was hyper once */
""",
        ),
    ),
)
