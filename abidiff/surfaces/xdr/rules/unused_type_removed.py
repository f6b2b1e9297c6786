"""unused type removed."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import MessageTypeGone
from abidiff.surfaces.xdr.rules._common import report


def _check(change: MessageTypeGone) -> Iterator[Finding]:
    if not change.message:
        yield report(RULE, change, "nothing in the protocol uses it", breaks="")


RULE = Rule(
    id="xdr/unused-type-removed",
    summary="unused type removed",
    why=(
        "Nothing in the protocol names this typedef or enum, and no message holds it. Code that was "
        "generated from the file and uses the name has to change."
    ),
    clause="messages",
    severity=Severity.NOTICE,
    removes=True,
    on=(MessageTypeGone,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "a typedef that nothing uses",
            """\
typedef int demo_unused;
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
""",
            fires=("demo_unused",),
        ),
        Example(
            "a typedef that is written out where it is used",
            """\
typedef int demo_id;
struct demo_thing {
    demo_id id;
};
""",
            """\
struct demo_thing {
    int id;
};
""",
        ),
    ),
)
