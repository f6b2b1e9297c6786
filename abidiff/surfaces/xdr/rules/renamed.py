"""renamed, the same on the wire."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import Renamed
from abidiff.surfaces.xdr.rules._common import report
from abidiff.wording import listed


def _check(change: Renamed) -> Iterator[Finding]:
    shown = listed([f"{before} is now {after}" for before, after in change.names], 4)
    same = "; the bytes are the same" if change.same else ""
    message = f"{change.what} {shown}{same}"
    yield report(RULE, change, message, breaks="")


RULE = Rule(
    id="xdr/renamed",
    summary="renamed, the same on the wire",
    why=(
        "Names do not travel: messages are exchanged as before. Other implementations of the protocol "
        "see the new name, and with a procedure somebody should look whether it still does the same."
    ),
    clause="messages",
    severity=Severity.NOTICE,
    on=(Renamed,),
    check=_check,
    affects=(),
    many="names changed, with the same bytes",
    examples=(
        Example(
            "a member",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            """\
struct demo_header {
    unsigned prog;
    int state;
};
""",
            fires=("demo_header",),
        ),
        Example(
            "a struct",
            """\
struct demo_info {
    int state;
    hyper time;
};
struct demo_reply {
    demo_info info;
};
""",
            """\
struct demo_data {
    int state;
    hyper time;
};
struct demo_reply {
    demo_data info;
};
""",
            fires=("demo_info",),
        ),
        Example(
            "a procedure",
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
            fires=("DEMO_GET",),
        ),
        Example(
            "an enum value",
            """\
enum demo_state {
    DEMO_OFF = 0,
    DEMO_ON = 1,
    DEMO_PAUSED = 2
};
struct demo_reply {
    demo_state state;
};
""",
            """\
enum demo_state {
    DEMO_OFF = 0,
    DEMO_RUNNING = 1,
    DEMO_PAUSED = 2
};
struct demo_reply {
    demo_state state;
};
""",
            fires=("demo_state",),
        ),
        Example(
            "a definition is moved",
            """\
enum demo_state {
    DEMO_OFF = 0,
    DEMO_ON = 1,
    DEMO_PAUSED = 2
};
struct demo_reply {
    demo_state state;
};
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
enum demo_state {
    DEMO_OFF = 0,
    DEMO_ON = 1,
    DEMO_PAUSED = 2
};
struct demo_reply {
    demo_state state;
};
""",
        ),
    ),
)
