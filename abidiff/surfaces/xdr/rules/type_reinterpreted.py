"""same bytes, other meaning."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import Reinterpreted
from abidiff.surfaces.xdr.rules._common import report


def _check(change: Reinterpreted) -> Iterator[Finding]:
    message = f"{change.before} became {change.after}: {change.values} are read otherwise"
    yield report(RULE, change, message, breaks="")


RULE = Rule(
    id="xdr/type-reinterpreted",
    summary="same bytes, other meaning",
    why=(
        "Every message is taken as before, byte for byte, but some values mean something else: a "
        "negative number for a large one, a number for a name, bytes for text."
    ),
    clause="messages",
    severity=Severity.NOTICE,
    on=(Reinterpreted,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "int becomes unsigned",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            """\
struct demo_header {
    unsigned prog;
    unsigned int status;
};
""",
            fires=("demo_header.status",),
        ),
        Example(
            "an enum becomes int",
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
    DEMO_ON = 1,
    DEMO_PAUSED = 2
};
struct demo_reply {
    int state;
};
""",
            fires=("demo_reply.state",),
        ),
        Example(
            "a string becomes opaque",
            """\
struct demo_header {
    unsigned prog;
    string why<64>;
};
""",
            """\
struct demo_header {
    unsigned prog;
    opaque why<64>;
};
""",
            fires=("demo_header.why",),
        ),
        Example(
            "unsigned int in other words",
            """\
struct demo_header {
    unsigned int prog;
    int status;
};
""",
            """\
struct demo_header {
    uint32_t prog;
    int status;
};
""",
        ),
    ),
)
