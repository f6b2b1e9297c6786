"""enum value added."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import EnumValueAdded
from abidiff.surfaces.xdr.rules._common import report


def _check(change: EnumValueAdded) -> Iterator[Finding]:
    message = f"value {change.value}, which old peers do not know"
    yield report(RULE, change, message, backward=True, verb="do not know")


RULE = Rule(
    id="xdr/enum-value-added",
    summary="enum value added",
    why=(
        "The normal way in which an enum grows; peers of the old release do not know the value and "
        "reject it, or have no name for it."
    ),
    clause="messages",
    severity=Severity.NOTICE,
    news=News.VALUES,
    on=(EnumValueAdded,),
    check=_check,
    affects=("new-client-to-old-server", "new-server-to-old-client"),
    examples=(
        Example(
            "a new value at the end",
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
    DEMO_PAUSED = 2,
    DEMO_CRASHED = 3
};
struct demo_reply {
    demo_state state;
};
""",
            fires=("demo_state.DEMO_CRASHED",),
        ),
        Example(
            "the same value through a constant",
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
const SECOND = 2;
enum demo_state {
    DEMO_OFF = 0,
    DEMO_ON = 1,
    DEMO_PAUSED = SECOND
};
struct demo_reply {
    demo_state state;
};
""",
        ),
    ),
)
