"""A header can't be included on its own any more."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.location import Location
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import HeaderFails
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: HeaderFails) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"<{change.subject}> can't be included any more: {change.new.error}",
        breaks="programs that include it no longer compile",
        old=Location(change.old.path),
        new=Location(change.new.path),
        witness=witness.includes(change, change.subject),
    )


RULE = Rule(
    id="headers/header-unusable",
    summary="a header can't be included on its own any more",
    why="A program that includes the header directly meets an #error now.",
    clause="names",
    severity=Severity.BREAKING,
    on=(HeaderFails,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "only through the umbrella now",
            {
                "example.h": '#define IN_SHIP\n#include "part.h"\n#include "extra.h"\n#undef IN_SHIP\n',
                "part.h": "#ifndef PART_H\n#define PART_H\n#ifndef IN_SHIP\n#error no\n#endif\nint f(void);\n#endif\n",
                "extra.h": "#ifndef EXTRA_H\n#define EXTRA_H\nint g(void);\n#endif\n",
            },
            {
                "example.h": '#define IN_SHIP\n#include "part.h"\n#include "extra.h"\n#undef IN_SHIP\n',
                "part.h": "#ifndef PART_H\n#define PART_H\n#ifndef IN_SHIP\n#error no\n#endif\nint f(void);\n#endif\n",
                "extra.h": "#ifndef EXTRA_H\n#define EXTRA_H\n#ifndef IN_SHIP\n#error\n#endif\nint g(void);\n#endif\n",
            },
            fires=("extra.h",),
        ),
        Example(
            "never could",
            {
                "example.h": '#define IN_SHIP\n#include "part.h"\n',
                "part.h": "#ifndef IN_SHIP\n#error no\n#endif\nint f(void);\n",
            },
            {
                "example.h": '#define IN_SHIP\n#include "part.h"\n',
                "part.h": "#ifndef IN_SHIP\n#error only through example.h\n#endif\nint f(void);\n",
            },
        ),
    ),
)
