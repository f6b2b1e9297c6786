"""program number changed."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ProgramRenumbered
from abidiff.surfaces.xdr.rules._common import hexed, report


def _check(change: ProgramRenumbered) -> Iterator[Finding]:
    message = f"number {hexed(change.before)} became {hexed(change.after)}"
    yield report(RULE, change, message, forward=True, backward=True, verb="refuse")


RULE = Rule(
    id="xdr/program-renumbered",
    summary="program number changed",
    why=(
        "The number says whom a call is for. Under another number the new server does not answer to "
        "old clients, nor the old server to new ones."
    ),
    clause="procedures",
    severity=Severity.BREAKING,
    on=(ProgramRenumbered,),
    check=_check,
    affects=("old-client-to-new-server", "new-client-to-old-server"),
    examples=(
        Example(
            "another number",
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
const DEMO_PROGRAM = 0x20008099;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1
};
""",
            fires=("DEMO_PROGRAM",),
        ),
        Example(
            "the same number written in decimal",
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
const DEMO_PROGRAM = 536903814;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    DEMO_PROC_OPEN = 1
};
""",
        ),
    ),
)
