"""constant that only C code uses lowered."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ConstantLowered
from abidiff.surfaces.xdr.rules._common import report


def _check(change: ConstantLowered) -> Iterator[Finding]:
    message = (
        f"{change.before} became {change.after}; no type of the protocol uses it, so what it limits stands in C code"
    )
    yield report(RULE, change, message, breaks="")


RULE = Rule(
    id="xdr/constant-lowered",
    summary="constant that only C code uses lowered",
    why=(
        "No size in the protocol is made of it, but the generated header hands it to C code, which may limit what "
        "is sent or taken by it (the largest payload). Look at that code: peers may still send as much as they could."
    ),
    clause="messages",
    severity=Severity.WARNING,
    mentioned=True,
    on=(ConstantLowered,),
    check=_check,
    examples=(
        Example(
            "the largest payload",
            """\
const DEMO_PAYLOAD_MAX = 262144;
struct demo_args { int a; };
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure { DEMO_PROC_OPEN = 1 };
""",
            """\
const DEMO_PAYLOAD_MAX = 65536;
struct demo_args { int a; };
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure { DEMO_PROC_OPEN = 1 };
""",
            fires=("DEMO_PAYLOAD_MAX",),
        ),
        Example(
            "it is raised",
            """\
const DEMO_PAYLOAD_MAX = 65536;
struct demo_args { int a; };
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure { DEMO_PROC_OPEN = 1 };
""",
            """\
const DEMO_PAYLOAD_MAX = 262144;
struct demo_args { int a; };
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure { DEMO_PROC_OPEN = 1 };
""",
        ),
        Example(
            "a type is limited by it",
            """\
const DEMO_NAME_MAX = 64;
struct demo_name { string name<DEMO_NAME_MAX>; };
""",
            """\
const DEMO_NAME_MAX = 32;
struct demo_name { string name<DEMO_NAME_MAX>; };
""",
            also=("xdr/limit-lowered",),
        ),
    ),
)
