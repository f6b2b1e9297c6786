"""discriminant carries another shape than the default arm did."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ArmMoved
from abidiff.surfaces.xdr.rules._common import report


def _check(change: ArmMoved) -> Iterator[Finding]:
    one = "its own arm" if change.to_default else "the default arm"
    other = "the default arm" if change.to_default else "an arm of its own"
    message = f"{change.value} carried {change.before} by {one} and carries {change.after} by {other}"
    if change.sent:
        yield report(RULE, change, message, forward=True, backward=True)
    else:
        message += "; its enumeration has no name for it, so nobody sends it yet"
        yield report(RULE, change, message, breaks="", severity=Severity.WARNING)


RULE = Rule(
    id="xdr/union-arm-misread",
    summary="discriminant carries another shape than the default arm did",
    why=(
        "Peers of the old release know the discriminant through their default arm (or the new ones "
        "through theirs) and read that shape where another one was sent; what follows is out of step."
    ),
    clause="messages",
    severity=Severity.BREAKING,
    on=(ArmMoved,),
    check=_check,
    affects=(
        "old-client-to-new-server",
        "new-client-to-old-server",
        "new-server-to-old-client",
        "old-server-to-new-client",
    ),
    examples=(
        Example(
            "a discriminant leaves the default arm",
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
case 3:
    double d;
default:
    void;
};
struct demo_param {
    demo_value value;
};
""",
            fires=("demo_value.3",),
        ),
        Example(
            "an arm falls back to the default arm",
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
default:
    void;
};
struct demo_param {
    demo_value value;
};
""",
            fires=("demo_value.2",),
        ),
        Example(
            "a discriminant leaves the default arm in the same shape",
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
case 3:
    void;
default:
    void;
};
struct demo_param {
    demo_value value;
};
""",
        ),
    ),
)
