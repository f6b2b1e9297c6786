"""more numbers than before."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import IntegerChanged
from abidiff.surfaces.xdr.rules._common import report


def _check(change: IntegerChanged) -> Iterator[Finding]:
    if change.lost is None and change.gained is not None:
        message = f"{change.before} became {change.after}: {change.gained} is read as another value by old peers"
        yield report(RULE, change, message, backward=True)


RULE = Rule(
    id="xdr/integer-widened",
    summary="more numbers than before",
    why=("The four bytes are the same; the new side may send numbers that the old side cuts or takes for TRUE."),
    clause="messages",
    severity=Severity.NOTICE,
    on=(IntegerChanged,),
    check=_check,
    affects=("new-client-to-old-server", "new-server-to-old-client"),
    examples=(
        Example(
            "bool becomes int",
            """\
struct demo_header {
    unsigned prog;
    bool status;
};
""",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            fires=("demo_header.status",),
        ),
        Example(
            "a typedef of int",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            """\
typedef int demo_int;
struct demo_header {
    unsigned prog;
    demo_int status;
};
""",
        ),
    ),
)
