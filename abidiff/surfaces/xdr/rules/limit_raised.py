"""limit raised."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import SizeChanged
from abidiff.surfaces.xdr.model import UNLIMITED
from abidiff.surfaces.xdr.rules._common import report


def _check(change: SizeChanged) -> Iterator[Finding]:
    if change.after > change.before:
        after = "no limit" if change.after == UNLIMITED else str(change.after)
        message = (
            f"{change.before} became {after}: longer {change.what} values than {change.before} are for new peers only"
        )
        details = (("limits", ", ".join(change.uses)),) if change.constant else ()
        yield report(RULE, change, message, backward=True, verb="reject", details=details)


RULE = Rule(
    id="xdr/limit-raised",
    summary="limit raised",
    why=(
        "Longer values than before may be sent; peers of the old release reject those. Values within "
        "the old limit are understood as before."
    ),
    clause="messages",
    severity=Severity.NOTICE,
    on=(SizeChanged,),
    check=_check,
    affects=("new-client-to-old-server", "new-server-to-old-client"),
    examples=(
        Example(
            "the limit of a string",
            """\
struct demo_header {
    unsigned prog;
    string why<64>;
};
""",
            """\
struct demo_header {
    unsigned prog;
    string why<128>;
};
""",
            fires=("demo_header.why",),
        ),
        Example(
            "a constant that limits",
            """\
const DEMO_NAME_MAX = 64;
typedef string demo_name<DEMO_NAME_MAX>;
struct demo_args {
    demo_name name;
};
""",
            """\
const DEMO_NAME_MAX = 96;
typedef string demo_name<DEMO_NAME_MAX>;
struct demo_args {
    demo_name name;
};
""",
            fires=("DEMO_NAME_MAX",),
        ),
        Example(
            "the number instead of the constant",
            """\
const DEMO_NAME_MAX = 64;
typedef string demo_name<DEMO_NAME_MAX>;
struct demo_args {
    demo_name name;
};
""",
            """\
const DEMO_NAME_MAX = 64;
typedef string demo_name<64>;
struct demo_args {
    demo_name name;
};
""",
        ),
    ),
)
