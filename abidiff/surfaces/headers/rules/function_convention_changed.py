"""A function is called by another convention or under another symbol."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import ConventionChanged
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import BINARY, finding


def _check(change: ConventionChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} is called as {change.after or 'usual'}, was {change.before or 'usual'}",
        breaks="programs already built call another symbol, or pass arguments where it does not look",
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=BINARY,
        witness=witness.symbol(change, change.old),
    )


RULE = Rule(
    id="headers/function-convention-changed",
    summary="the calling convention or the symbol behind a function changed",
    why=(
        "An attribute such as ms_abi or stdcall, or an asm label, decides where arguments are put and "
        "which symbol is called. Programs already built keep to the old one."
    ),
    severity=Severity.BREAKING,
    on=(ConventionChanged,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "another convention",
            "int shipOpen(int a, int b);\n",
            "int shipOpen(int a, int b) __attribute__((ms_abi));\n",
            fires=("shipOpen",),
        ),
        Example(
            "attributes that callers do not see",
            "int shipOpen(const char *uri);\n",
            "int shipOpen(const char *uri) __attribute__((nonnull(1), warn_unused_result));\n",
        ),
    ),
)
