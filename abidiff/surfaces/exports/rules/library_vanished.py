"""A library is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import LibraryVanished
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: LibraryVanished) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} is not in the new release ({change.symbols} symbols)",
        key=change.stem,
        breaks="programs linked with it, unless another package has it now",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="exports/library-vanished",
    summary="a library is gone",
    why=(
        "Programs that are linked with it do not start, unless it is shipped elsewhere from now on: in a package that "
        "was not given."
    ),
    clause="symbols",
    severity=Severity.UNDECIDED,
    whole=True,
    removes=True,
    on=(LibraryVanished,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "one of two",
            {"libship.so.1.readelf": dump("shipOpen"), "libdock.so.1.readelf": dump("dockOpen", soname="libdock.so.1")},
            {"libship.so.1.readelf": dump("shipOpen")},
            fires=("libdock.so.1",),
        ),
        Example("kept", dump("shipOpen"), dump("shipOpen")),
    ),
)
