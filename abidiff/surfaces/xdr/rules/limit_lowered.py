"""limit lowered."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import SizeChanged
from abidiff.surfaces.xdr.model import UNLIMITED
from abidiff.surfaces.xdr.rules._common import report


def _check(change: SizeChanged) -> Iterator[Finding]:
    if change.after < change.before:
        before = "no limit" if change.before == UNLIMITED else str(change.before)
        message = f"{before} became {change.after}"
        details = (("limits", ", ".join(change.uses)),) if change.constant else ()
        yield report(RULE, change, message, forward=True, verb="reject", details=details)


RULE = Rule(
    id="xdr/limit-lowered",
    summary="limit lowered",
    why=(
        "A string, opaque value or array that the old side may send is longer than the new side "
        "takes: the message is rejected."
    ),
    clause="messages",
    severity=Severity.BREAKING,
    on=(SizeChanged,),
    check=_check,
    affects=("old-client-to-new-server", "old-server-to-new-client"),
    examples=(
        Example(
            "the limit of a string",
            """\
struct demo_header {
    unsigned prog;
    string why<64>;
};
""",
            """\
struct demo_header {
    unsigned prog;
    string why<32>;
};
""",
            fires=("demo_header.why",),
        ),
        Example(
            "a constant that limits",
            """\
const DEMO_NAME_MAX = 64;
typedef string demo_name<DEMO_NAME_MAX>;
struct demo_args {
    demo_name name;
};
""",
            """\
const DEMO_NAME_MAX = 48;
typedef string demo_name<DEMO_NAME_MAX>;
struct demo_args {
    demo_name name;
};
""",
            fires=("DEMO_NAME_MAX",),
        ),
        Example(
            "an unlimited array gets a limit",
            """\
struct demo_list {
    int ids<>;
};
""",
            """\
struct demo_list {
    int ids<16>;
};
""",
            fires=("demo_list.ids",),
        ),
        Example(
            "the constant is written in hexadecimal",
            """\
const DEMO_NAME_MAX = 64;
typedef string demo_name<DEMO_NAME_MAX>;
struct demo_args {
    demo_name name;
};
""",
            """\
const DEMO_NAME_MAX = 0x40;
typedef string demo_name<DEMO_NAME_MAX>;
struct demo_args {
    demo_name name;
};
""",
        ),
    ),
)
