"""An attribute or pragma that may touch the ABI changed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import AttributesUnmodelled
from abidiff.surfaces.headers.rules._common import finding


def _check(change: AttributesUnmodelled) -> Iterable[Finding]:
    gone = [text for text in change.before if text not in change.after]
    fresh = [text for text in change.after if text not in change.before]
    parts = [f"no longer has {', '.join(gone)}"] if gone else []
    parts += [f"has {', '.join(fresh)} now"] if fresh else []
    yield finding(
        RULE,
        change,
        f"{change.kind} {change.subject} {' and '.join(parts)}",
        breaks="not known: what it does to calls or layouts is not modelled",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="headers/attribute-unmodelled",
    summary="an attribute or pragma that is not modelled changed",
    why=(
        "Some attributes and pragmas change how a type is laid out or a function is called in ways that are not "
        "computed here, or are known to no list. That they changed is never passed over."
    ),
    clause="layout-and-calls",
    severity=Severity.UNDECIDED,
    on=(AttributesUnmodelled,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "an attribute that nobody knows",
            "int shipOpen(int a);\n",
            "int shipOpen(int a) __attribute__((vendor_abi(2)));\n",
            fires=("shipOpen",),
        ),
        Example(
            "a pragma around it",
            "struct ship { int a; };\n",
            "#pragma ms_struct on\nstruct ship { int a; };\n#pragma ms_struct reset\n",
            fires=("struct ship",),
        ),
        Example(
            "advice for the compiler",
            "int shipOpen(int a);\n",
            "int shipOpen(int a) __attribute__((cold, nothrow, access(none, 1)));\n",
        ),
    ),
)
