"""An inline function has another body."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import CodeChanged
from abidiff.surfaces.headers.rules._code import decided


def _check(change: CodeChanged) -> Iterable[Finding]:
    if change.what == "inline function":
        yield from decided(RULE, change, "inline function")


RULE = Rule(
    id="headers/inline-body-changed",
    summary="an inline function of a header has another body",
    why=(
        "The body is compiled into programs. Where it can be evaluated, another result for some arguments breaks those "
        "that are compiled anew, and equal results for all are no change. A body that calls functions or touches "
        "memory is an implementation, and a notice."
    ),
    clause="code-in-headers",
    severity=Severity.UNDECIDED,
    on=(CodeChanged,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "another result",
            "static inline unsigned shipFlag(int n) { return 1u << n; }\n",
            "static inline unsigned shipFlag(int n) { return 1u << (n + 1); }\n",
            fires=("shipFlag",),
        ),
        Example(
            "another implementation",
            "int shipGo(int);\nstatic inline int go(int n) { return shipGo(n); }\n",
            "int shipGo(int);\nstatic inline int go(int n) { int found = shipGo(n); return found; }\n",
            fires=("go",),
        ),
        Example(
            "the same for all arguments",
            "static inline int two(int n) { return n + n; }\n",
            "static inline int two(int count) { return 2 * count; }\n",
        ),
    ),
)
