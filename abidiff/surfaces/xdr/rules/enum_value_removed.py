"""enum value removed."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import EnumValueGone
from abidiff.surfaces.xdr.rules._common import report


def _check(change: EnumValueGone) -> Iterator[Finding]:
    message = f"value {change.value} is gone"
    yield report(RULE, change, message, forward=True, verb="do not know")


RULE = Rule(
    id="xdr/enum-value-removed",
    summary="enum value removed",
    why=("A value that the old side may send stands for nothing on the new side."),
    clause="messages",
    severity=Severity.BREAKING,
    removes=True,
    on=(EnumValueGone,),
    check=_check,
    affects=("old-client-to-new-server", "old-server-to-new-client"),
    examples=(
        Example(
            "the last value",
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
    DEMO_ON = 1
};
struct demo_reply {
    demo_state state;
};
""",
            fires=("demo_state.DEMO_PAUSED",),
        ),
        Example(
            "the values are written out",
            """\
enum demo_state {
    DEMO_OFF = 0,
    DEMO_ON,
    DEMO_PAUSED
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
    demo_state state;
};
""",
        ),
    ),
)
