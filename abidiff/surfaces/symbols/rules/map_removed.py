"""The symbol map of a library is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import MapRemoved
from abidiff.surfaces.symbols.witness import map_removed


def _check(change: MapRemoved) -> Iterable[Finding]:
    count = len(change.symbols)
    yield finding(
        RULE,
        change,
        f"the symbol map of {change.subject} is gone, with {count} symbol{'s' if count != 1 else ''}",
        breaks="every program that was linked with the library, unless its symbols are exported in another way",
        old=change.old,
        new=change.new,
        reaches=change.symbols,
        witness=map_removed(change),
    )


RULE = Rule(
    id="symbols/map-removed",
    summary="the symbol map of a library is gone",
    why=(
        "A library that is no longer built breaks every program that needs it. One that is still built without its "
        "map exports its symbols without version nodes, and programs that ask for a node do not start. Without nodes "
        "programs start while the library is still built and exports its symbols in another way, which is open."
    ),
    clause="symbols",
    severity=Severity.BREAKING,
    removes=True,
    on=(MapRemoved,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "nothing is left in it",
            "LIBSHIP_1.0 { shipOpen; };",
            "# moved elsewhere\n",
            fires=("example",),
        ),
        Example("a list of names", "shipOpen\n", "# moved elsewhere\n", fires=("example",)),
        Example("it was empty before", "# nothing yet\n", "# nothing yet, too\n"),
    ),
)
