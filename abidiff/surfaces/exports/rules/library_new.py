"""A library is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import LibraryNew
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: LibraryNew) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"new library {change.subject} ({change.symbols} symbols)",
        key=change.stem,
        breaks="",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="exports/library-new",
    summary="a library is new",
    why=("Further programs can be linked."),
    clause="what-is-new",
    severity=Severity.EXTENSION,
    on=(LibraryNew,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "a second one",
            {"libship.so.1.readelf": dump("shipOpen")},
            {"libship.so.1.readelf": dump("shipOpen"), "libdock.so.1.readelf": dump("dockOpen", soname="libdock.so.1")},
            fires=("libdock.so.1",),
        ),
        Example("kept", dump("shipOpen"), dump("shipOpen")),
    ),
)
