"""program removed."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ProgramGone
from abidiff.surfaces.xdr.rules._common import hexed, report
from abidiff.wording import plural


def _check(change: ProgramGone) -> Iterator[Finding]:
    message = f"program {hexed(change.number)} with {plural(len(change.reaches), 'procedure')} is gone"
    yield report(RULE, change, message, forward=True, verb="refuse")


RULE = Rule(
    id="xdr/program-removed",
    summary="program removed",
    why=(
        "Every call that an old client makes to the program is refused. A program number that was "
        "once given out stays; a protocol that is no longer wanted keeps answering."
    ),
    clause="procedures",
    severity=Severity.BREAKING,
    removes=True,
    on=(ProgramGone,),
    check=_check,
    affects=("old-client-to-new-server",),
    examples=(
        Example(
            "a program is dropped",
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
            fires=("PING_PROGRAM",),
        ),
        Example(
            "the order of two programs changes",
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
            """\
struct demo_info {
    int state;
    hyper time;
};
program PING_PROGRAM {
    version PING_V1 {
        int DEMO_PING(void) = 1;
    } = 1;
} = 0x20000100;
program DEMO_PROGRAM {
    version DEMO_V1 {
        demo_info DEMO_GET(int) = 1;
    } = 1;
} = 0x20000099;
""",
        ),
    ),
)
