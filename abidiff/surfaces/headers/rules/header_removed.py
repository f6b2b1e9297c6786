"""A header is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.location import Location
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import HeaderRemoved
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import finding


def _check(change: HeaderRemoved) -> Iterable[Finding]:
    if change.kept and change.subject == change.old.include:
        yield finding(
            RULE,
            change,
            f"header <{change.subject}> is no longer found: no include path leads to it, it is there as "
            f"<{change.kept}>",
            breaks="programs that include it by the name that the include path of a pkg-config file gave it",
            old=Location(change.old.path),
            new=Location(change.old.path),
            witness=witness.includes(change, change.subject),
        )
        return
    if change.kept:
        yield finding(
            RULE,
            change,
            f"header <{change.kept}> can no longer be included as <{change.subject}>",
            breaks="programs that include it by the name that pkg-config's folder made possible",
            old=Location(change.old.path),
            severity=Severity.WARNING,
            witness=witness.includes(change, change.subject),
        )
        return
    yield finding(
        RULE,
        change,
        f"header <{change.subject}> was removed",
        breaks="programs that include it no longer compile, even if its declarations are elsewhere",
        old=Location(change.old.path),
        witness=witness.includes(change, change.subject),
    )


RULE = Rule(
    id="headers/header-removed",
    summary="a public header is gone",
    why=(
        "Programs name headers in #include. Moving declarations is fine as long as the old header stays "
        "and includes the new one. A header that could never be included on its own is no loss. One that stays "
        "where it is, and to which no `-I` of a pkg-config file leads any more, is lost by its name."
    ),
    clause="names",
    severity=Severity.BREAKING,
    removes=True,
    on=(HeaderRemoved,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a header is gone",
            {"example.h": "int f(void);\n", "extra.h": "int g(void);\n", "more.h": "int h(void);\n"},
            {"example.h": "int f(void);\nint g(void);\n", "more.h": "int h(void);\n"},
            fires=("extra.h",),
        ),
        Example(
            "the only header has another name",
            {"boat.h": "int f(void);\n"},
            {"ship.h": "int f(void);\n"},
            fires=("boat.h",),
            also=("headers/header-added",),
        ),
        Example(
            "split into two",
            {"example.h": "int f(void);\nint g(void);\n"},
            {"example.h": '#include "extra.h"\nint f(void);\n', "extra.h": "int g(void);\n"},
            also=("headers/header-added",),
        ),
    ),
)
