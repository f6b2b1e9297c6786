"""A function is no longer declared."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import NAMES_SYMBOL, Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import FunctionRemoved
from abidiff.surfaces.headers.compare.representation import exported
from abidiff.surfaces.headers.layout.spell import prototype
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import affected, finding

_MACRO_KIND = "function-like macro"
_GONE = "programs that call it no longer compile, and those already built no longer start"
_INLINE = "programs that call it no longer compile"
_MACRO = "programs that take its address no longer compile; those already built still need the symbol"


def _check(change: FunctionRemoved) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"function {change.old.name} {_what(change)}: {prototype(change.old)}",
        breaks=_MACRO if change.became == _MACRO_KIND else _GONE if exported(change.old) else _INLINE,
        old=change.old.mark.location,
        new=change.location,
        affects=affected(binary=exported(change.old) and change.became != _MACRO_KIND),
        witness=(
            witness.points(change, change.old) if change.became == "variable" else witness.uses(change, change.old.name)
        ),
        traits=() if change.became == "variable" or change.when or change.target else (NAMES_SYMBOL,),
    )


def _what(change: FunctionRemoved) -> str:
    return f"is a {change.became} now" if change.became else "was removed"


RULE = Rule(
    id="headers/function-removed",
    summary="a public function is no longer declared",
    why=(
        "Every program that calls the function stops compiling. If the symbol went as well, programs that "
        "are already built stop at start-up or at the first call. Under the promise a function stays for "
        "ever; deprecate it instead."
    ),
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(FunctionRemoved,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "a function is gone",
            "int shipOpen(const char *uri);\nint shipClose(int ship);\n",
            "int shipOpen(const char *uri);\n",
            fires=("shipClose",),
        ),
        Example(
            "moved to another header of the library",
            {"example.h": '#include "extra.h"\nint shipOpen(void);\nint shipClose(void);\n', "extra.h": ""},
            {"example.h": '#include "extra.h"\nint shipOpen(void);\n', "extra.h": "int shipClose(void);\n"},
        ),
        Example(
            "only a macro is left: calls compile, its address does not",
            "int shipSpeed(int ship);\nint shipKnots(int ship, int exact);\n",
            "int shipKnots(int ship, int exact);\n#define shipSpeed(ship) shipKnots(ship, 0)\n",
            fires=("shipSpeed",),
        ),
    ),
)
