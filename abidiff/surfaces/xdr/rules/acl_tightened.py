"""access control tightened."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import AccessChanged
from abidiff.surfaces.xdr.rules._common import access, report


def _check(change: AccessChanged) -> Iterator[Finding]:
    if change.gained and not change.lost:
        message = f"now also needs {', '.join(change.gained)}"
        yield report(
            RULE,
            change,
            message,
            breaks="users without the new permission are refused",
            details=access(change),
            traits=("acl",),
        )


RULE = Rule(
    id="xdr/acl-tightened",
    summary="access control tightened",
    why=("The call needs permissions that it did not need before: users who were allowed to make it may be refused."),
    clause="permissions",
    severity=Severity.NOTICE,
    on=(AccessChanged,),
    check=_check,
    affects=(),
    many="procedures need further permissions",
    examples=(
        Example(
            "one more permission",
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
    /**
     * @generate: both
     * @acl: demo:write
     */
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
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    /**
     * @generate: both
     * @acl: demo:write
     * @acl: demo:save
     */
    DEMO_PROC_OPEN = 1
};
""",
            fires=("DEMO_PROC_OPEN",),
        ),
        Example(
            "the lines change places",
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
    /**
     * @generate: both
     * @acl: demo:write
     * @acl: demo:save
     */
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
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure {
    /**
     * @generate: both
     * @acl: demo:save
     * @acl: demo:write
     */
    DEMO_PROC_OPEN = 1
};
""",
        ),
    ),
)
