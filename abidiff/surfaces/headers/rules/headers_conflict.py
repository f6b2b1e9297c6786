"""Two headers can no longer be included together."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.location import Location
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import HeadersConflict
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding

_SAID = {"defined": "both define", "kinds": "they declare otherwise", "types": "they declare otherwise"}


def _check(change: HeadersConflict) -> Iterable[Finding]:
    first, second = change.headers
    message = (
        f"<{first}> and <{second}> can't be included together any more: {_SAID.get(change.clash.kind)} {change.subject}"
    )
    breaks = "programs that include both no longer compile"
    if change.clash.kind == "macro":
        message = f"<{first}> can't be included before <{second}> any more: it defines {change.subject} as a macro"
        breaks = "programs that include both, in this order, no longer compile"
    yield finding(
        RULE,
        change,
        message,
        breaks=breaks,
        new=Location(change.clash.paths[0 if change.clash.kind == "macro" else 1]),
        witness=witness.program(change, f"#include <{second}>\n", "includes both"),
    )


RULE = Rule(
    id="headers/headers-conflict",
    summary="two headers can no longer be included together",
    why="What one of them declares contradicts the other, which a compiler refuses (ISO C 6.7).",
    clause="names",
    severity=Severity.BREAKING,
    on=(HeadersConflict,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "both define a struct",
            {"example.h": "struct ship { int a; };\n", "part.h": "int f(void);\n"},
            {"example.h": "struct ship { int a; };\n", "part.h": "int f(void);\nstruct ship { int b; };\n"},
            fires=("struct ship",),
        ),
        Example(
            "a macro by the name of a function",
            {"example.h": "int shipGo(int);\n", "part.h": "int f(void);\n"},
            {"example.h": "int shipGo(int);\n", "part.h": "int f(void);\n#define shipGo(n) ((n) + 1)\n"},
            fires=("shipGo",),
        ),
        Example(
            "a macro that calls the function",
            {"example.h": "int shipGo(int);\n", "part.h": "int f(void);\n"},
            {"example.h": "int shipGo(int);\n", "part.h": "int f(void);\n#define shipGo(n) shipGo(n)\n"},
        ),
        Example(
            "they never could",
            {"example.h": "typedef int ship;\n", "part.h": "typedef long ship;\n"},
            {"example.h": "typedef int ship;\n", "part.h": "typedef long ship;\ntypedef int boat;\n"},
            also=("headers/typedef-added",),
        ),
        Example(
            "the same type",
            {"example.h": "typedef int ship;\n", "part.h": "int f(void);\n"},
            {"example.h": "typedef int ship;\n", "part.h": "typedef signed ship;\nint f(void);\n"},
        ),
    ),
)
