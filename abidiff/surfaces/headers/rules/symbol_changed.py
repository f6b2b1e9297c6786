"""A function or variable is found under another symbol."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import SymbolChanged
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import BINARY, finding


def _check(change: SymbolChanged) -> Iterable[Finding]:
    before, after = change.old.asm or change.old.name, change.new.asm or change.new.name
    yield finding(
        RULE,
        change,
        f"{change.subject} is the symbol {after}, was {before}",
        breaks=f"programs already built refer to {before}: unless the library still has it they do not start",
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=BINARY,
        witness=attributes.symbol(change),
    )


RULE = Rule(
    id="headers/symbol-changed",
    summary="the symbol behind a function or variable has another name",
    why=(
        "An asm label or #pragma redefine_extname decides which symbol programs refer to. Those already built "
        "keep to the old one."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(SymbolChanged,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "another label",
            'int shipOpen(int a) __asm__("shipOpen1");\n',
            'int shipOpen(int a) __asm__("shipOpen2");\n',
            fires=("shipOpen",),
        ),
        Example(
            "a variable",
            'extern int shipCount __asm__("count_v1");\n',
            'extern int shipCount __asm__("count_v2");\n',
            fires=("shipCount",),
        ),
        Example(
            "a pragma less",
            "#pragma redefine_extname shipOpen shipOpen64\nint shipOpen(int a);\n",
            "int shipOpen(int a);\n",
            fires=("shipOpen",),
        ),
        Example(
            "the name that it has anyway",
            "int shipOpen(int a);\n",
            'int shipOpen(int a) __asm__("shipOpen");\n',
        ),
    ),
)
