"""A library is no longer linked with."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import LibraryDropped
from abidiff.surfaces.packages.rules._text import pc, tree


def _check(change: LibraryDropped) -> Iterable[Finding]:
    own = "; the release itself holds it" if change.own else ""
    yield finding(
        RULE,
        change,
        f"`pkg-config --libs {change.subject}` no longer names -l{change.library}{own}",
        key=change.library,
        breaks=f"programs that use functions of lib{change.library} and do not ask for it: they do not link",
        old=change.old,
        new=change.new,
        severity=Severity.UNDECIDED if change.own else Severity.WARNING,
    )


RULE = Rule(
    id="packages/library-dropped",
    summary="a package no longer links with a library",
    why=(
        "Programs that use a library's functions without asking for it were linked by chance. Where the library is one "
        "of the release, its functions are promised: whether another one has them now is undecided."
    ),
    clause="packages",
    severity=Severity.WARNING,
    on=(LibraryDropped,),
    check=_check,
    affects=("source",),
    examples=(
        Example("one of two", tree(ship=pc(libs="-lship -lm")), tree(ship=pc(libs="-lship")), fires=("ship",)),
        Example("another name", tree(ship=pc(libs="-lship")), tree(ship=pc(libs="-lship2"))),
        Example(
            "in another order", tree(ship=pc(libs="-la -lb")), tree(ship=pc(libs="-lb -L/usr/lib/x86_64-linux-gnu -la"))
        ),
    ),
)
