"""members of a struct reordered."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import MembersReordered
from abidiff.surfaces.xdr.rules._common import report


def _check(change: MembersReordered) -> Iterator[Finding]:
    message = f"{', '.join(change.before)} became {', '.join(change.after)}"
    if change.exchanged:  # of one shape: every byte is read where it was, under another name
        text = f"{message}: {change.key or 'members'} of one shape; does each still mean the same?"
        yield report(RULE, change, text, breaks="", severity=Severity.WARNING)
    else:
        yield report(RULE, change, message, forward=True, backward=True)


RULE = Rule(
    id="xdr/members-reordered",
    summary="members of a struct reordered",
    why=(
        "Members travel in the order of their declaration. The reader takes one for another, and misreads all "
        "that lies between them. Where both have one shape the bytes agree but may mean something else: a warning."
    ),
    clause="messages",
    severity=Severity.BREAKING,
    on=(MembersReordered,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "new-server-to-old-client",
        "old-server-to-new-client",
    ),
    examples=(
        Example(
            "two members of different types",
            """\
struct demo_info {
    int state;
    hyper time;
};
""",
            """\
struct demo_info {
    hyper time;
    int state;
};
""",
            fires=("demo_info",),
        ),
        Example(
            "two members of one type",
            """\
struct demo_point {
    int x;
    int y;
};
""",
            """\
struct demo_point {
    int y;
    int x;
};
""",
            fires=("demo_point",),
        ),
        Example(
            "the members of a struct are renamed",
            """\
struct demo_point {
    int x;
    int y;
};
""",
            """\
struct demo_point {
    int left;
    int top;
};
""",
            also=("xdr/renamed",),
        ),
    ),
)
