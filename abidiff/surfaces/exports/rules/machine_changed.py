"""The libraries are for different machines."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import MachineChanged
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: MachineChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} is for {change.after}, the old one for {change.before}",
        key=change.stem,
        breaks="",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="exports/machine-changed",
    summary="the libraries are for different machines",
    why=("Nothing that was linked for the one runs on the other: this is no comparison of two releases."),
    clause="symbols",
    severity=Severity.UNDECIDED,
    whole=True,
    on=(MachineChanged,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "another machine",
            "  Machine:                           AArch64\n" + dump("shipOpen"),
            "  Machine:                           Advanced Micro Devices X86-64\n" + dump("shipOpen"),
            fires=("libship.so.1",),
        ),
        Example("not told by a text", dump("shipOpen"), dump("shipOpen")),
    ),
)
