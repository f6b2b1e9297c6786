"""version of a program removed."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import VersionGone
from abidiff.surfaces.xdr.rules._common import report


def _check(change: VersionGone) -> Iterator[Finding]:
    instead = f"; only {', '.join(map(str, change.instead))} is left" if change.instead else ""
    message = f"version {change.number} is gone{instead}"
    yield report(RULE, change, message, forward=True, verb="refuse")


RULE = Rule(
    id="xdr/version-removed",
    summary="version of a program removed",
    why=(
        "Clients that were built against that version are refused. A new version is fine as long as "
        "the old one stays beside it."
    ),
    clause="procedures",
    severity=Severity.BREAKING,
    removes=True,
    on=(VersionGone,),
    check=_check,
    affects=("old-client-to-new-server",),
    examples=(
        Example(
            "the version constant is raised",
            """\
struct demo_open_args {
    string name<64>;
    unsigned int flags;
};
struct demo_open_ret {
    int id;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1
};
""",
            """\
struct demo_open_args {
    string name<64>;
    unsigned int flags;
};
struct demo_open_ret {
    int id;
};
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 2;
enum demo_procedure {
    DEMO_PROC_OPEN = 1
};
""",
            fires=("DEMO_PROGRAM",),
            also=("xdr/version-added",),
        ),
        Example(
            "a new version beside the old one",
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
    version DEMO_V2 {
        hyper DEMO_GET2(int) = 1;
    } = 2;
} = 0x20000099;
""",
            also=("xdr/version-added",),
        ),
    ),
)
