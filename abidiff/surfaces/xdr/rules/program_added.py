"""program added."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ProgramAdded
from abidiff.surfaces.xdr.rules._common import hexed, report
from abidiff.wording import plural


def _check(change: ProgramAdded) -> Iterator[Finding]:
    message = f"program {hexed(change.number)} with {plural(change.procedures, 'procedure')}"
    yield report(RULE, change, message, value=message)


RULE = Rule(
    id="xdr/program-added",
    summary="program added",
    why=("A program with a number of its own beside the old ones. Peers that do not know it never use it."),
    clause="what-is-new",
    severity=Severity.EXTENSION,
    on=(ProgramAdded,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "a second program",
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
        demo_info DEMO_GET(int) = 1;
    } = 1;
} = 0x20000099;
program PING_PROGRAM {
    version PING_V1 {
        int DEMO_PING(void) = 1;
    } = 1;
} = 0x20000100;
""",
            fires=("PING_PROGRAM",),
        ),
        Example(
            "the same program in other words",
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
        demo_info DEMO_GET(int) = 1;
    } = 1;
} = 536871065;
""",
        ),
    ),
)
