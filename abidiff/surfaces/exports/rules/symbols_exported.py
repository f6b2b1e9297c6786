"""Public symbols are new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import SymbolsExported
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: SymbolsExported) -> Iterable[Finding]:
    count = len(change.symbols)
    yield finding(
        RULE,
        change,
        f"{count} new symbol{'s' if count > 1 else ''}: {change.shown}",
        key=change.stem,
        breaks="",
        old=change.old,
        new=change.new,
        reaches=change.symbols,
    )


RULE = Rule(
    id="exports/symbols-exported",
    summary="public symbols are new",
    why=("Programs that use them do not start on the old release."),
    clause="what-is-new",
    severity=Severity.EXTENSION,
    on=(SymbolsExported,),
    check=_check,
    affects=(),
    examples=(
        Example("one", dump("shipOpen"), dump("shipOpen", "shipSink"), fires=("libship.so.1",)),
        Example("none", dump("shipOpen"), dump("shipOpen")),
    ),
)
