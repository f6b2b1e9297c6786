"""access control loosened."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import AccessChanged
from abidiff.surfaces.xdr.rules._common import access, report


def _check(change: AccessChanged) -> Iterator[Finding]:
    if change.lost and not change.gained:
        message = f"no longer needs {', '.join(change.lost)}"
        yield report(
            RULE,
            change,
            message,
            breaks="users without that permission are let in",
            details=access(change),
            traits=("acl",),
        )


RULE = Rule(
    id="xdr/acl-loosened",
    summary="access control loosened",
    why=(
        "The call needs less than before: users who were refused may now be allowed to make it. "
        "Somebody should say that this is meant."
    ),
    clause="permissions",
    severity=Severity.WARNING,
    on=(AccessChanged,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "a permission goes",
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
     * @acl: demo:write
     */
    DEMO_PROC_OPEN = 1
};
""",
            fires=("DEMO_PROC_OPEN",),
        ),
        Example(
            "a condition appears",
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
     * @acl: demo:write:DEMO_FORCE
     */
    DEMO_PROC_OPEN = 1
};
""",
            fires=("DEMO_PROC_OPEN",),
        ),
        Example(
            "a filter goes",
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
     * @aclfilter: demo:getattr
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
            "the long comment that explains annotations",
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
    /* Each procedure says what it needs:
     * - @acl: <object>:<permission>
     */
    /**
     * @generate: both
     * @acl: demo:write
     */
    DEMO_PROC_OPEN = 1
};
""",
        ),
    ),
)
