"""fewer numbers than before."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import IntegerChanged
from abidiff.surfaces.xdr.rules._common import report


def _check(change: IntegerChanged) -> Iterator[Finding]:
    if change.lost is not None:
        message = f"{change.before} became {change.after}: {change.lost} is read as another value or rejected"
        yield report(RULE, change, message, forward=True)


RULE = Rule(
    id="xdr/integer-narrowed",
    summary="fewer numbers than before",
    why=(
        "The four bytes are the same, but the new side keeps fewer bits or fewer values: a number "
        "that the old side may send is read as another one, or is none at all."
    ),
    clause="messages",
    severity=Severity.BREAKING,
    on=(IntegerChanged,),
    check=_check,
    affects=("old-client-to-new-server", "old-server-to-new-client"),
    examples=(
        Example(
            "int becomes bool",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            """\
struct demo_header {
    unsigned prog;
    bool status;
};
""",
            fires=("demo_header.status",),
        ),
        Example(
            "int becomes short",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            """\
struct demo_header {
    unsigned prog;
    short status;
};
""",
            fires=("demo_header.status",),
        ),
        Example(
            "short becomes int",
            """\
struct demo_header {
    unsigned prog;
    short status;
};
""",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            also=("xdr/integer-widened",),
        ),
    ),
)
