"""A macro that a package defines for programs is defined otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import DefinitionChanged
from abidiff.surfaces.packages.rules._text import pc, tree


def _check(change: DefinitionChanged) -> Iterable[Finding]:
    texts = [
        f"-D{change.macro}={value}" if value is not None else "not defined" for value in (change.before, change.after)
    ]
    value = change.after if change.after is not None else ""
    ask = f"compare with --define {change.macro}={value}" if change.after is not None else "compare without it"
    yield finding(
        RULE,
        change,
        f"{change.subject}: {change.macro} is {texts[1]} for programs, was {texts[0]}",
        key=change.macro,
        breaks=f"headers ask for it, and what programs see then is not decided here: {ask}" if change.tested else "",
        old=change.old,
        new=change.new,
        severity=Severity.UNDECIDED if change.tested else Severity.NOTICE,
    )


RULE = Rule(
    id="packages/definition-changed",
    summary="a macro that a package defines for programs is defined otherwise",
    why=(
        "Programs are compiled with what `pkg-config --cflags` defines. Headers that ask for the macro may declare "
        "something else then; where none does, nothing of the library changes."
    ),
    clause="packages",
    severity=Severity.UNDECIDED,
    on=(DefinitionChanged,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "headers ask for it",
            tree({"ship.h": "#ifdef SHIP_OLD\nint f(void);\n#endif\n"}, ship=pc(cflags="-DSHIP_OLD")),
            tree({"ship.h": "#ifdef SHIP_OLD\nint f(void);\n#endif\n"}, ship=pc()),
            fires=("ship",),
        ),
        Example("nobody does", tree(ship=pc(cflags="-D_REENTRANT")), tree(ship=pc()), fires=("ship",)),
        Example("spelled otherwise", tree(ship=pc(cflags="-DSHIP")), tree(ship=pc(cflags="-D SHIP=1"))),
    ),
)
