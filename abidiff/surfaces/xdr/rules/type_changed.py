"""another shape on the wire."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import TypeChanged
from abidiff.surfaces.xdr.rules._common import report


def _check(change: TypeChanged) -> Iterator[Finding]:
    message = f"{change.before} became {change.after}"
    if change.before == change.after:
        message = f"{change.before} has another shape"
    yield report(RULE, change, message, forward=True, backward=True)


RULE = Rule(
    id="xdr/type-changed",
    summary="another shape on the wire",
    why=(
        "The bytes of the one type are not those of the other, so the reader gets a wrong value, and "
        "everything behind it is out of step."
    ),
    clause="messages",
    severity=Severity.BREAKING,
    on=(TypeChanged,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "new-server-to-old-client",
        "old-server-to-new-client",
    ),
    examples=(
        Example(
            "int becomes hyper",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            """\
struct demo_header {
    unsigned prog;
    hyper status;
};
""",
            fires=("demo_header.status",),
        ),
        Example(
            "an array gets a fixed size",
            """\
struct demo_list {
    int ids<4>;
};
""",
            """\
struct demo_list {
    int ids[4];
};
""",
            fires=("demo_list.ids",),
        ),
        Example(
            "required data becomes optional",
            """\
struct demo_info {
    int state;
    hyper time;
};
struct demo_reply {
    demo_info info;
};
""",
            """\
struct demo_info {
    int state;
    hyper time;
};
struct demo_reply {
    demo_info *info;
};
""",
            fires=("demo_reply.info",),
        ),
        Example(
            "the fixed size of opaque data",
            """\
typedef opaque demo_uuid[16];
struct demo_id {
    demo_uuid uuid;
};
""",
            """\
typedef opaque demo_uuid[20];
struct demo_id {
    demo_uuid uuid;
};
""",
            fires=("demo_uuid",),
        ),
        Example(
            "the argument of a program block",
            """\
struct demo_info {
    int state;
    hyper time;
};
program DEMO_PROGRAM {
    version DEMO_V1 {
        demo_info DEMO_GET(int) = 1;
    } = 1;
} = 0x20000099;
""",
            """\
struct demo_info {
    int state;
    hyper time;
};
program DEMO_PROGRAM {
    version DEMO_V1 {
        demo_info DEMO_GET(hyper) = 1;
    } = 1;
} = 0x20000099;
""",
            fires=("DEMO_GET (arguments)",),
        ),
        Example(
            "a typedef in between",
            """\
struct demo_header {
    unsigned prog;
    int status;
};
""",
            """\
typedef int demo_status;
struct demo_header {
    unsigned prog;
    demo_status status;
};
""",
        ),
        Example(
            "optional data as an array of at most one",
            """\
struct demo_info {
    int state;
    hyper time;
};
struct demo_reply {
    demo_info *info;
};
""",
            """\
struct demo_info {
    int state;
    hyper time;
};
struct demo_reply {
    demo_info info<1>;
};
""",
        ),
    ),
)
