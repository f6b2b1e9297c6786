"""enum value renumbered."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import EnumValuesRenumbered
from abidiff.surfaces.xdr.rules._common import report


def _check(change: EnumValuesRenumbered) -> Iterator[Finding]:
    moved = [f"{name} {before} became {after}" for name, before, after in change.moved]
    message = "; ".join(moved[:3]) + (f"; and {len(moved) - 3} more" if len(moved) > 3 else "")
    details = (("renumbered", "; ".join(moved)),) if len(moved) > 3 else ()
    if change.exchanged:  # the same numbers are taken; what they are called changed
        text = f"{message}: exchanged; does each number still mean the same?"
        yield report(RULE, change, text, breaks="", details=details, severity=Severity.WARNING)
        return
    yield report(RULE, change, message, forward=True, backward=True, details=details)


RULE = Rule(
    id="xdr/enum-value-renumbered",
    summary="enum value renumbered",
    why=(
        "The number is what travels: the reader takes it for another name, or for none. Names that exchanged their "
        "numbers, with all that these select of one shape, are a warning: the bytes agree, the meaning may not."
    ),
    clause="messages",
    severity=Severity.BREAKING,
    on=(EnumValuesRenumbered,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "new-server-to-old-client",
        "old-server-to-new-client",
    ),
    examples=(
        Example(
            "two values are swapped",
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
    DEMO_OFF = 1,
    DEMO_ON = 0,
    DEMO_PAUSED = 2
};
struct demo_reply {
    demo_state state;
};
""",
            fires=("demo_state",),
        ),
        Example(
            "a value is put in between",
            """\
enum demo_state {
    DEMO_OFF,
    DEMO_ON,
    DEMO_PAUSED
};
struct demo_reply {
    demo_state state;
};
""",
            """\
enum demo_state {
    DEMO_OFF,
    DEMO_BOOT,
    DEMO_ON,
    DEMO_PAUSED
};
struct demo_reply {
    demo_state state;
};
""",
            fires=("demo_state",),
        ),
        Example(
            "a value gets another name",
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
            also=("xdr/renamed",),
        ),
    ),
)
