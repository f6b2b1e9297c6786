"""access control replaced."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import AccessChanged
from abidiff.surfaces.xdr.rules._common import access, report


def _check(change: AccessChanged) -> Iterator[Finding]:
    if change.lost and change.gained:
        message = f"needs {', '.join(change.gained)} instead of {', '.join(change.lost)}"
        yield report(
            RULE,
            change,
            message,
            breaks="users without the new permission are refused, users without the old one are let in",
            details=access(change),
            traits=("acl",),
        )


RULE = Rule(
    id="xdr/acl-replaced",
    summary="access control replaced",
    why=(
        "The call needs another permission than before: some users who were refused are let in, and "
        "some who were allowed are refused. Somebody should say that this is meant."
    ),
    clause="permissions",
    severity=Severity.WARNING,
    on=(AccessChanged,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "another permission",
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
     * @acl: demo:read
     */
    DEMO_PROC_OPEN = 1
};
""",
            fires=("DEMO_PROC_OPEN",),
        ),
        Example(
            "another spelling of the object",
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
     * @acl: storagepool:write
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
     * @acl: storage_pool:write
     */
    DEMO_PROC_OPEN = 1
};
""",
        ),
    ),
)
