"""message type added."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import MessageTypeAdded
from abidiff.surfaces.xdr.rules._common import report


def _check(change: MessageTypeAdded) -> Iterator[Finding]:
    yield report(RULE, change, "a new type that nothing in the protocol names")


RULE = Rule(
    id="xdr/message-type-added",
    summary="message type added",
    why=("A new struct or union that nothing names: perhaps a new message in its own right. Old peers never see it."),
    clause="what-is-new",
    severity=Severity.EXTENSION,
    on=(MessageTypeAdded,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "a new header",
            """\
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
struct demo_hole {
    hyper length;
};
""",
            fires=("demo_hole",),
        ),
        Example(
            "a new type that another one uses",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
struct demo_list {
    int count;
};
""",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
typedef int demo_count;
struct demo_list {
    demo_count count;
};
""",
        ),
    ),
)
