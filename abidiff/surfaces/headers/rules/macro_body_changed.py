"""A macro expands to other code."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.code_change import CodeChanged
from abidiff.surfaces.headers.rules._code import decided


def _check(change: CodeChanged) -> Iterable[Finding]:
    if change.what == "macro":
        yield from decided(RULE, change, "macro")


RULE = Rule(
    id="headers/macro-body-changed",
    summary="a macro that stands for code expands to other code",
    why=(
        "The code is compiled into programs. Another value for some argument, or between other operators, breaks them. "
        "What is equal after complete expansion is no change; a body that calls functions or touches memory is an "
        "implementation, and a notice. What none of this tells is undecided."
    ),
    clause="code-in-headers",
    severity=Severity.UNDECIDED,
    on=(CodeChanged,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "another value",
            "#define SHIP_AREA(a) ((a) * 2)\n",
            "#define SHIP_AREA(a) ((a) * 3)\n",
            fires=("SHIP_AREA",),
        ),
        Example("no longer one operand", "#define SHIP_MAX (1 + 2)\n", "#define SHIP_MAX 1 + 2\n", fires=("SHIP_MAX",)),
        Example(
            "no parentheses around a parameter any more",
            "#define SHIP_TWICE(a) ((a) * 2)\n",
            "#define SHIP_TWICE(a) (a * 2)\n",
            fires=("SHIP_TWICE",),
        ),
        Example(
            "parentheses around parameters",
            "#define SHIP_SET(map, n) (map[(n) / 8] |= 1)\n",
            "#define SHIP_SET(map, n) ((map)[(n) / 8] |= 1)\n",
            fires=("SHIP_SET",),
        ),
        Example(
            "a text in parentheses can't be joined",
            '#define SHIP_NAME "ship"\n',
            '#define SHIP_NAME ("ship")\n',
            fires=("SHIP_NAME",),
        ),
        Example(
            "another implementation",
            "int shipGo(int);\n#define SHIP_GO(a) (shipGo(a))\n",
            "int shipGo(int);\nint shipGo2(int, int);\n#define SHIP_GO(a) (shipGo2(a, 0))\n",
            fires=("SHIP_GO",),
            also=("headers/function-added",),
        ),
        Example(
            "a row of a list goes",
            "#define SHIP_ALL(ROW) ROW(BOAT) ROW(CANOE)\n",
            "#define SHIP_ALL(ROW) ROW(CANOE)\n",
            fires=("SHIP_ALL",),
        ),
        Example("blanks and parentheses", "#define SHIP_AREA(a) ((a)*2)\n", "#define SHIP_AREA(a)   (((a)) * 2)\n"),
        Example(
            "through another macro",
            "#define SHIP_NEXT(a) ((a) + 1)\n",
            "#define SHIP_PLUS_(a) ((a) + 1)\n#define SHIP_NEXT(a) SHIP_PLUS_(a)\n",
            also=("headers/macro-added",),
        ),
    ),
)
