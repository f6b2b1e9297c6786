"""Compilers may rely on something else where a function is called."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.rules._common import SOURCE, finding
from abidiff.surfaces.headers.use_change import (
    AssumptionsChanged,
)

_CAME = {
    "pure": "calls that change nothing else are left out, or made once (pure)",
    "const": "calls are left out or made once, whatever an argument points to (const)",
    "leaf": "it does not call back into the file that calls it (leaf)",
    "nothrow": "nothing is thrown through it (nothrow)",
}
_WENT = {
    "noreturn": "it may return",
    "returns_nonnull": "it may return a null pointer",
    "returns_twice": "it returns once",
}


def _check(change: AssumptionsChanged) -> Iterable[Finding]:
    said = [_CAME[word] for word in change.gained] + [f"{_WENT[word]} (no {word})" for word in change.lost]
    yield finding(
        RULE,
        change,
        f"compilers take it now: {'; '.join(said)}",
        breaks="programs compiled anew that were right without it, or relied on what is gone",
        old=change.old.mark.location,
        new=change.new.mark.location,
    )


RULE = Rule(
    id="headers/assumptions-changed",
    summary="compilers may rely on something else where a function is called",
    why=(
        "Attributes such as pure, const and returns_nonnull change no call. Compilers leave out calls and checks where "
        "they stand, and where they went programs that relied on them have no check."
    ),
    clause="names",
    severity=Severity.WARNING,
    on=(AssumptionsChanged,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example(
            "calls that may be left out",
            "int shipCount(int *a);\nint shipNext(int *a);\n",
            "int shipCount(int *a) __attribute__((pure));\nint shipNext(int *a) __attribute__((const));\n",
            fires=("shipCount", "shipNext"),
        ),
        Example(
            "null that was none",
            "char *shipName(int a) __attribute__((returns_nonnull));\n",
            "char *shipName(int a);\n",
            fires=("shipName",),
        ),
        Example(
            "it comes back",
            "_Noreturn void shipAbort(void);\n",
            "void shipAbort(void);\n",
            fires=("shipAbort",),
        ),
        Example(
            "who is called back may throw",
            "void shipEach(void (*each)(int));\nvoid shipStop(void);\n",
            "void shipEach(void (*each)(int)) __attribute__((leaf, nothrow));\n"
            "void shipStop(void) __attribute__((leaf, nothrow));\n",
            fires=("shipEach",),
        ),
        Example(
            "less is asked, more is given",
            "int shipCount(int *a) __attribute__((const));\nchar *shipName(int a);\n",
            "int shipCount(int *a) __attribute__((pure));\n"
            "char *shipName(int a) __attribute__((returns_nonnull, malloc));\n",
        ),
    ),
)
