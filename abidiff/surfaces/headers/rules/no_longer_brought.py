"""A header no longer brings declarations that it brought."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import NoLongerBrought
from abidiff.surfaces.headers.rules._common import SOURCE, finding, used
from abidiff.wording import listed

MOST = 8


def _check(change: NoLongerBrought) -> Iterable[Finding]:
    names = [name for _, name in change.names]
    yield finding(
        RULE,
        change,
        f"<{change.subject}> no longer brings {listed(names, MOST)}: see <{'>, <'.join(change.now)}>",
        breaks="programs that include only this header no longer compile",
        old=change.old,
        new=change.new,
        details=(("headers", ", ".join(change.headers[:MOST])),) if len(change.headers) > 1 else (),
        witness=used(change, *change.names[0]),
        key=names[0],
    )


RULE = Rule(
    id="headers/no-longer-brought",
    summary="a header no longer brings declarations that it brought",
    why=(
        "A program that includes one header gets what it declares and what the headers below it declare. When a "
        "declaration moves to a header that it does not include, or it drops an #include, such a program no longer "
        "compiles. Headers that need others before them are no such header."
    ),
    clause="names",
    severity=Severity.BREAKING,
    on=(NoLongerBrought,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example(
            "moved to a header that includes it",
            {"a.h": "int shipMoor(void);\nint shipSail(void);\n", "b.h": '#include "a.h"\nint shipTurn(void);\n'},
            {"a.h": "int shipSail(void);\n", "b.h": '#include "a.h"\nint shipTurn(void);\nint shipMoor(void);\n'},
            fires=("a.h",),
        ),
        Example(
            "an #include dropped",
            {"a.h": "int shipMoor(void);\n", "b.h": '#include "a.h"\nint shipTurn(void);\n'},
            {"a.h": "int shipMoor(void);\n", "b.h": "int shipTurn(void);\n"},
            fires=("b.h",),
        ),
        Example(
            "moved to a header that it includes",
            {"a.h": "int shipMoor(void);\nint shipSail(void);\n"},
            {"a.h": '#include "b.h"\nint shipSail(void);\n', "b.h": "int shipMoor(void);\n"},
            also=("headers/header-added",),
        ),
        Example(
            "a header that needs another one before it",
            {"a.h": "typedef int ship;\n", "b.h": "ship shipMoor(void);\nint shipSail(void);\n", "c.h": ""},
            {"a.h": "typedef int ship;\n", "b.h": "int shipSail(void);\n", "c.h": "ship shipMoor(void);\n"},
        ),
    ),
)
