"""The library has another SONAME."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import SonameChanged
from abidiff.surfaces.exports.rules._dump import dump
from abidiff.surfaces.exports.witness import soname


def _check(change: SonameChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} is {change.after} now",
        key=change.stem,
        breaks=f"programs linked with the old library do not start: {change.subject}: cannot open shared object file",
        old=change.old,
        new=change.new,
        traits=("soname",),
        witness=soname(change),
    )


RULE = Rule(
    id="exports/soname-changed",
    summary="the library has another SONAME",
    why=(
        "A program asks for the SONAME that it was linked with. It does not start with the new library alone: both "
        "have to be installed until it is linked anew. That is how a break is announced, and it is one."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    whole=True,
    on=(SonameChanged,),
    check=_check,
    affects=("binary",),
    examples=(
        Example("a higher number", dump("shipOpen"), dump("shipOpen", soname="libship.so.2"), fires=("libship.so.1",)),
        Example("the same", dump("shipOpen"), dump("shipOpen")),
    ),
)
