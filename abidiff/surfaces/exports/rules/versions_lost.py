"""A library no longer has symbol versions."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import VersionLost
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: VersionLost) -> Iterable[Finding]:
    count = len(change.symbols)
    yield finding(
        RULE,
        change,
        f"{count} symbol{'s' if count > 1 else ''} had a version, and the library has none any more",
        key=change.stem,
        breaks="loaders that insist; others write a message at every start",
        old=change.old,
        new=change.new,
        reaches=change.symbols,
    )


RULE = Rule(
    id="exports/versions-lost",
    summary="a library no longer has symbol versions",
    why=(
        "Programs ask for a version that the library does not have at all. GNU's loader lets that pass with a message "
        "(`no version information available`), other loaders need not."
    ),
    clause="symbols",
    severity=Severity.WARNING,
    whole=True,
    on=(VersionLost,),
    check=_check,
    affects=("binary",),
    examples=(
        Example("all of them", dump("shipSink@@SHIP_1"), dump("shipSink"), fires=("libship.so.1",)),
        Example("it never had any", dump("shipSink"), dump("shipSink")),
    ),
)
