"""union arm added."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ArmAdded
from abidiff.surfaces.xdr.rules._common import report


def _check(change: ArmAdded) -> Iterator[Finding]:
    message = f"arm for {change.value} ({change.type}), which old peers reject"
    if change.value is None:
        message = f"default arm ({change.type}): old peers reject the discriminants that it takes"
    yield report(RULE, change, message, backward=True, verb="reject")


RULE = Rule(
    id="xdr/union-arm-added",
    summary="union arm added",
    why=(
        "The normal way in which a union grows; peers of the old release have no arm for the "
        "discriminant and reject the message."
    ),
    clause="messages",
    severity=Severity.NOTICE,
    on=(ArmAdded,),
    check=_check,
    affects=("new-client-to-old-server", "new-server-to-old-client"),
    examples=(
        Example(
            "a new arm",
            """\
union demo_value switch (int type) {
case 1:
    int i;
case 2:
    hyper l;
};
struct demo_param {
    demo_value value;
};
""",
            """\
union demo_value switch (int type) {
case 1:
    int i;
case 2:
    hyper l;
case 3:
    double d;
};
struct demo_param {
    demo_value value;
};
""",
            fires=("demo_value.3",),
        ),
        Example(
            "a default arm",
            """\
union demo_value switch (int type) {
case 1:
    int i;
case 2:
    hyper l;
};
struct demo_param {
    demo_value value;
};
""",
            """\
union demo_value switch (int type) {
case 1:
    int i;
case 2:
    hyper l;
default:
    void;
};
struct demo_param {
    demo_value value;
};
""",
            fires=("demo_value.default",),
        ),
        Example(
            "two arms of one shape are stacked",
            """\
union demo_value switch (int type) {
case 1:
    int i;
case 2:
    int l;
};
struct demo_param {
    demo_value value;
};
""",
            """\
union demo_value switch (int type) {
case 1:
case 2:
    int i;
};
struct demo_param {
    demo_value value;
};
""",
        ),
    ),
)
