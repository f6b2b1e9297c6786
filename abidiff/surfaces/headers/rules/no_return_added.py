"""A function is declared not to return."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import SOURCE, finding
from abidiff.surfaces.headers.use_change import (
    NoReturnAdded,
)


def _check(change: NoReturnAdded) -> Iterable[Finding]:
    has = ", and has a result" if change.result else ""
    yield finding(
        RULE,
        change,
        f"{change.subject} is declared not to return now{has}",
        breaks="what programs do behind a call of it is left out when they are compiled anew"
        + ("" if change.result else ", if it ever returned"),
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=attributes.returns(change),
        severity=None if change.result else Severity.WARNING,
    )


RULE = Rule(
    id="headers/no-return-added",
    summary="a function got the attribute noreturn",
    why=(
        "Compilers drop what stands behind a call of a function that does not return. A function that has a result "
        "was there to return it: that is a break. One without may never have returned: that is a warning."
    ),
    clause="names",
    severity=Severity.BREAKING,
    on=(NoReturnAdded,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example(
            "a result that nobody gets",
            "int shipClose(int a);\n",
            "_Noreturn int shipClose(int a);\n",
            fires=("shipClose",),
        ),
        Example(
            "nothing to return: a warning",
            "void shipAbort(const char *why);\n",
            "void shipAbort(const char *why) __attribute__((__noreturn__));\n",
            fires=("shipAbort",),
        ),
        Example(
            "it never did",
            "_Noreturn void shipAbort(void);\n",
            "void shipAbort(void) __attribute__((noreturn));\n",
        ),
    ),
)
