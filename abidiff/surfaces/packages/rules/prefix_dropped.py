"""A template no longer names the folder of headers."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import PrefixDropped
from abidiff.surfaces.packages.rules._text import pc


def _check(change: PrefixDropped) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} no longer names the folder of headers",
        breaks="programs where the library is installed in a place that compilers do not look at by themselves",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="packages/prefix-dropped",
    summary="a template of a package no longer names the folder of headers",
    why=(
        "Below /usr a compiler finds the headers without being told. Where a build installs them elsewhere "
        "(`--prefix=/opt/ship`), it does not."
    ),
    clause="packages",
    severity=Severity.WARNING,
    on=(PrefixDropped,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "a template",
            {"ship.pc.in": pc(cflags="-I${includedir}")},
            {"ship.pc.in": pc(cflags="-DSHIP")},
            fires=("ship",),
            also=("packages/definition-changed",),
        ),
        Example(
            "an installed file",
            {"usr/lib/pkgconfig/ship.pc": pc(cflags="-I${includedir}")},
            {"usr/lib/pkgconfig/ship.pc": pc()},
        ),
    ),
)
