"""Mangled names are gone, and headers of C++ are not read."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import CxxVanished
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: CxxVanished) -> Iterable[Finding]:
    count = len(change.symbols)
    told = "names of C++ are" if count > 1 else "name of C++ is"
    yield finding(
        RULE,
        change,
        f"{count} mangled {told} gone: {change.shown}",
        key=change.stem,
        breaks="programs in C++ that use one of them",
        old=change.old,
        new=change.new,
        reaches=change.symbols,
    )


RULE = Rule(
    id="exports/cxx-symbol-vanished",
    summary="mangled names are gone, and headers of C++ are not read",
    why=(
        "Programs in C++ that use one of them do not start. Whether one of them is public the headers "
        "would show, of which only those of C are read. Weak names (templates, inline functions) are in the "
        "programs themselves and do not count."
    ),
    clause="symbols",
    severity=Severity.UNDECIDED,
    removes=True,
    on=(CxxVanished,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "gone",
            dump("shipOpen", "_ZN4Ship4sinkEv"),
            dump("shipOpen"),
            fires=("libship.so.1",),
        ),
        Example("kept", dump("shipOpen", "_ZN4Ship4sinkEv"), dump("_ZN4Ship4sinkEv", "shipOpen")),
    ),
)
