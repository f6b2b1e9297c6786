"""version of a program added."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import VersionAdded
from abidiff.surfaces.xdr.rules._common import report
from abidiff.wording import plural


def _check(change: VersionAdded) -> Iterator[Finding]:
    message = f"version {change.number} with {plural(change.procedures, 'procedure')}"
    yield report(RULE, change, message, value=message)


RULE = Rule(
    id="xdr/version-added",
    summary="version of a program added",
    why=("A new version beside the old ones is a protocol of its own. Clients choose the version that they speak."),
    clause="what-is-new",
    severity=Severity.EXTENSION,
    on=(VersionAdded,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "a second version",
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
            fires=("DEMO_V2",),
        ),
        Example(
            "the version constant gets a name",
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
const FIRST = 1;
struct demo_info {
    int state;
    hyper time;
};
program DEMO_PROGRAM {
    version DEMO_V1 {
        demo_info DEMO_GET(int) = 1;
    } = FIRST;
} = 0x20000099;
""",
        ),
    ),
)
