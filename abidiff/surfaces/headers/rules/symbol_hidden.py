"""A function or variable is declared with a visibility that hides its symbol."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import SymbolHidden
from abidiff.surfaces.headers.model import FunctionDecl
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import finding


def _check(change: SymbolHidden) -> Iterable[Finding]:
    kind = "function" if isinstance(change.old, FunctionDecl) else "variable"
    yield finding(
        RULE,
        change,
        f"{kind} {change.subject} has {change.visibility} visibility now",
        breaks="programs that use it no longer link, and the library does not export what it declares so",
        old=change.old.mark.location,
        new=change.new.mark.location,
        witness=attributes.hidden(change),
    )


RULE = Rule(
    id="headers/symbol-hidden",
    summary="a function or variable is declared hidden",
    why=(
        "A symbol of hidden or internal visibility is looked for inside of the program or library that refers to "
        "it. A program that uses it does not link, and one that is already built does not find it any more."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    on=(SymbolHidden,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "hidden now",
            "int shipOpen(int a);\n",
            '__attribute__((visibility("hidden"))) int shipOpen(int a);\n',
            fires=("shipOpen",),
        ),
        Example(
            "by a pragma",
            "extern int shipCount;\n",
            "#pragma GCC visibility push(hidden)\nextern int shipCount;\n#pragma GCC visibility pop\n",
            fires=("shipCount",),
        ),
        Example(
            "visible, and said so",
            "int shipOpen(int a);\n",
            '#pragma GCC visibility push(default)\nint shipOpen(int a) __attribute__((visibility("protected")));\n',
        ),
    ),
)
