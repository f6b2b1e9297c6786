"""union arm removed."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ArmGone
from abidiff.surfaces.xdr.rules._common import report


def _check(change: ArmGone) -> Iterator[Finding]:
    message = f"the arm for {change.value} ({change.type}) is gone"
    if change.value is None:
        message = f"the default arm ({change.type}) is gone: discriminants without an arm of their own are rejected"
    yield report(RULE, change, message, forward=True, verb="reject")


RULE = Rule(
    id="xdr/union-arm-removed",
    summary="union arm removed",
    why=("A discriminant that the old side may send has no arm on the new side: the message is rejected."),
    clause="messages",
    severity=Severity.BREAKING,
    removes=True,
    on=(ArmGone,),
    check=_check,
    affects=("old-client-to-new-server", "old-server-to-new-client"),
    examples=(
        Example(
            "an arm goes",
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
};
struct demo_param {
    demo_value value;
};
""",
            fires=("demo_value.2",),
        ),
        Example(
            "the default arm goes",
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
            fires=("demo_value.default",),
        ),
        Example(
            "an arm goes that the default arm carries in the same shape",
            """\
union demo_value switch (int type) {
case 1:
    int i;
case 2:
    hyper l;
default:
    hyper any;
};
struct demo_param {
    demo_value value;
};
""",
            """\
union demo_value switch (int type) {
case 1:
    int i;
default:
    hyper any;
};
struct demo_param {
    demo_value value;
};
""",
        ),
    ),
)
