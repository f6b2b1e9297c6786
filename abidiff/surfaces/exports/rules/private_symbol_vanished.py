"""Symbols that no header declares are no longer exported."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import PrivateVanished
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: PrivateVanished) -> Iterable[Finding]:
    count = len(change.symbols)
    yield finding(
        RULE,
        change,
        f"gone, though no header declared {'them' if count > 1 else 'it'}: {change.shown}",
        key=change.stem,
        breaks="programs that declare them on their own",
        old=change.old,
        new=change.new,
        reaches=change.symbols,
    )


RULE = Rule(
    id="exports/private-symbol-vanished",
    summary="symbols that no header declares are no longer exported",
    why=(
        "A program that declares such a symbol itself, or another library of the same project, does not start. No "
        "header offers it, so that nobody else is concerned."
    ),
    clause="symbols",
    severity=Severity.WARNING,
    removes=True,
    on=(PrivateVanished,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "gone, and never declared",
            dump("shipOpen", "ship_helper"),
            dump("shipOpen"),
            fires=("libship.so.1",),
            options={"declared": ("shipOpen",)},
        ),
        Example("gone, by its name reserved", dump("shipOpen", "_ship"), dump("shipOpen"), fires=("libship.so.1",)),
        Example(
            "a private one by the profile",
            dump("shipOpen", "ship_helper"),
            dump("shipOpen"),
            options={"private_symbols": ("ship_*",)},
        ),
    ),
)
