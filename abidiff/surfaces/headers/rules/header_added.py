"""A header is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.location import Location
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import HeaderAdded
from abidiff.surfaces.headers.rules._common import finding


def _check(change: HeaderAdded) -> Iterable[Finding]:
    yield finding(RULE, change, f"header <{change.subject}> was added", new=Location(change.new.path))


RULE = Rule(
    id="headers/header-added",
    summary="a public header was added",
    why="A new header breaks nobody.",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.HEADERS,
    on=(HeaderAdded,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a header is new",
            {"example.h": "int f(void);\n"},
            {"example.h": "int f(void);\n", "extra.h": ""},
            fires=("extra.h",),
        ),
        Example("the same headers", {"example.h": "", "extra.h": ""}, {"example.h": "", "extra.h": ""}),
    ),
)
