"""A pkg-config package is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import PackageVanished
from abidiff.surfaces.packages.rules._text import pc, tree
from abidiff.surfaces.packages.witness import vanished
from abidiff.wording import listed


def _check(change: PackageVanished) -> Iterable[Finding]:
    new = (("new packages", listed(change.others, 3)),) if change.others else ()
    why = "" if change.known else "; whether a build or another package has it now is not known"
    yield finding(
        RULE,
        change,
        f"pkg-config package {change.subject} is not in the new release{why}",
        breaks=f"programs that ask for it do not build: pkg-config finds no package {change.subject}",
        old=change.old,
        severity=Severity.BREAKING if change.known else Severity.UNDECIDED,
        details=new,
        witness=vanished(change) if change.known else None,
    )


RULE = Rule(
    id="packages/package-vanished",
    summary="a pkg-config package is gone",
    why=(
        "Programs name the package in their build files. Under another name, or with a number in it, it is another "
        "package. A template that is gone may be made by the build system from now on, and where a release has no "
        "packages at all another one may hold them: that is undecided."
    ),
    clause="packages",
    severity=Severity.BREAKING,
    removes=True,
    on=(PackageVanished,),
    check=_check,
    affects=("source",),
    examples=(
        Example("one of two", tree(ship=pc(), dock=pc()), tree(ship=pc()), fires=("dock",)),
        Example(
            "another name",
            tree(ship=pc(), dock=pc()),
            tree(ship2=pc(), dock=pc()),
            fires=("ship",),
            also=("packages/package-new",),
        ),
        Example(
            "a template",
            {"dock.pc.in": pc("@VERSION@"), "ship.pc.in": pc("@VERSION@")},
            {"ship.pc.in": pc("@VERSION@")},
            fires=("dock",),
        ),
        Example("another one provides it", tree(ship=pc(), dock=pc()), tree(dock=pc(provides="ship = 1.0"))),
        Example("another folder", tree(ship=pc()), {"usr/share/pkgconfig/ship.pc": pc()}),
    ),
)
