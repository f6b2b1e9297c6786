"""A function without a prototype takes no arguments now."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import FunctionPrototyped
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import SOURCE, finding


def _check(change: FunctionPrototyped) -> Iterable[Finding]:
    name = change.subject
    yield finding(
        RULE,
        change,
        f"{name} takes no arguments; it was declared without a prototype",
        breaks="programs that pass arguments to it, which it never took, no longer compile",
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=witness.program(
            change, f"void witness(void)\n{{\n    {name}(0);\n}}\n", f"passes an argument to {name}"
        ),
    )


RULE = Rule(
    id="headers/function-prototyped",
    summary="f() became f(void)",
    why=(
        "f() says nothing about the arguments, so a call with some compiled (ISO C11 6.7.6.3 p14). What the function "
        "takes did not change, and in C23 both are the same."
    ),
    clause="types",
    severity=Severity.WARNING,
    on=(FunctionPrototyped,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example("void comes", "int shipCount();\n", "int shipCount(void);\n", fires=("shipCount",)),
        Example("void goes", "int shipCount(void);\n", "int shipCount();\n"),
        Example(
            "a parameter comes",
            "int shipCount();\n",
            "int shipCount(int kind);\n",
            also=("headers/function-parameters-changed",),
        ),
    ),
)
