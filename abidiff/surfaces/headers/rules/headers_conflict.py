"""Two headers can no longer be included together."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from abidiff.finding import Finding, Severity
from abidiff.location import Location
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import HeadersConflict
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding, used
from abidiff.wording import listed

MOST = 8
_SAID = {"defined": "both define", "kinds": "they declare otherwise", "types": "they declare otherwise"}


def _check(change: HeadersConflict) -> Iterable[Finding]:
    first, second = change.headers
    message = (
        f"<{first}> and <{second}> can't be included together any more: {_SAID.get(change.clash.kind)} {change.subject}"
    )
    breaks = "programs that include both no longer compile"
    shown = witness.program(change, f"#include <{second}>\n", "includes both")
    at = 1
    match change.clash.kind:
        case "macro":
            message = f"<{first}> can't be included before <{second}> any more: it defines {change.subject} as a macro"
            breaks = "programs that include both, in this order, no longer compile"
            at = 0
        case "guard":
            names = listed([name for _, name in change.lost], MOST)
            message = f"<{first}> keeps <{second}> out: it defines the include guard {change.subject}; {names} missing"
            breaks = "programs that include both, in this order, no longer compile"
            behind = replace(change, prior=(*change.prior, first))
            shown = used(behind, *change.lost[0])
        case "repeated" if first == second:
            message = f"<{first}> can't be included twice any more: it defines {change.subject} again"
            breaks = "programs that include it twice, also by another header, no longer compile"
        case "repeated":
            message = f"<{first}> and <{second}> can't be included together any more: {change.subject} is defined twice"
    yield finding(
        RULE,
        change,
        message,
        breaks=breaks,
        new=Location(change.clash.paths[at]),
        witness=shown,
    )


RULE = Rule(
    id="headers/headers-conflict",
    summary="two headers can no longer be included together",
    why=(
        "What one of them declares contradicts the other, or is defined again, which a compiler refuses (ISO C 6.7); "
        "or they have one include guard, and what the second declares is missing."
    ),
    clause="names",
    severity=Severity.BREAKING,
    on=(HeadersConflict,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "one include guard for two headers",
            {
                "example.h": "#ifndef SHIP_H\n#define SHIP_H\nint shipGo(int);\n#endif\n",
                "part.h": "#ifndef PART_H\n#define PART_H\nint partGo(int);\n#endif\n",
            },
            {
                "example.h": "#ifndef SHIP_H\n#define SHIP_H\nint shipGo(int);\n#endif\n",
                "part.h": "#ifndef SHIP_H\n#define SHIP_H\nint partGo(int);\n#endif\n",
            },
            fires=("SHIP_H",),
        ),
        Example(
            "an include guard dropped",
            {"example.h": "#ifndef SHIP_H\n#define SHIP_H\nstruct ship { int a; };\n#endif\n"},
            {"example.h": "struct ship { int a; };\n"},
            fires=("struct ship",),
        ),
        Example(
            "an include guard dropped from what can be said twice",
            {"example.h": "#ifndef SHIP_H\n#define SHIP_H\nstruct ship;\nint shipGo(struct ship *);\n#endif\n"},
            {"example.h": "struct ship;\nint shipGo(struct ship *);\n"},
        ),
        Example(
            "#pragma once in place of a guard",
            {"example.h": "#ifndef SHIP_H\n#define SHIP_H\nstruct ship { int a; };\n#endif\n"},
            {"example.h": "#pragma once\nstruct ship { int a; };\n"},
        ),
        Example(
            "never had a guard",
            {"example.h": "struct ship { int a; };\n"},
            {"example.h": "struct ship { int a; };\nint shipGo(struct ship *);\n"},
            also=("headers/function-added",),
        ),
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
