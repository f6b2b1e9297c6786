"""what a condition lets in is not what it was, and was not compared."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.limits import raising
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ConditionUnread
from abidiff.surfaces.xdr.rules._common import report

_SHOWN = 60
_LIMIT = "protocol-variants"


def _check(change: ConditionUnread) -> Iterator[Finding]:
    if change.why:
        message = f"the protocols were not compared: {change.why}"
    else:
        text = change.text if len(change.text) <= _SHOWN else change.text[:_SHOWN].rstrip() + " ..."
        message = f"{text}: stands under a condition that was not met, and the new side has no such text"
    if change.cut:
        message += f" (limit {_LIMIT})"
    yield report(RULE, change, message, breaks="", details=(("limit", raising(_LIMIT)),) if change.cut else ())


RULE = Rule(
    id="xdr/condition-unread",
    summary="what a condition lets in is not what it was, and was not compared",
    why=(
        "Protocols are compared with each name that a condition asks for not defined, and with it defined as 1. What "
        "another value lets in, or what does not parse then, was not looked at. Who runs rpcgen that way may send what "
        "the other side rejects. Look at the text, or compare what the preprocessor makes of both files."
    ),
    clause="messages",
    severity=Severity.UNDECIDED,
    on=(ConditionUnread,),
    check=_check,
    examples=(
        Example(
            "another value of a name",
            "#if DEMO_LEVEL > 3\nstruct demo { int a; };\n#else\nstruct demo { int b; };\n#endif\n",
            "#if DEMO_LEVEL > 3\nstruct demo { hyper a; };\n#else\nstruct demo { int b; };\n#endif\n",
            fires=("example.x",),
        ),
        Example(
            "the same text",
            "#if DEMO_LEVEL > 3\nstruct demo { int a; };\n#endif\nstruct other { int b; };\n",
            "#if DEMO_LEVEL > 3\n\nstruct  demo { int a; };\n#endif\nstruct other { int b; };\n",
        ),
        Example(
            "a group that is never entered",
            "#if 0\nstruct demo { int a; };\n#endif\nstruct other { int b; };\n",
            "#if 0\nstruct demo { hyper a; };\n#endif\nstruct other { int b; };\n",
        ),
    ),
)
