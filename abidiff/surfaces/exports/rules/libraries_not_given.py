"""Only one side has shared libraries."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.exports.change import LibrariesNotGiven
from abidiff.surfaces.exports.rules._dump import dump


def _check(change: LibrariesNotGiven) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"there are no shared libraries on the {change.side} side, and there are on the other",
        key=change.stem,
        breaks="",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="exports/libraries-not-given",
    summary="only one side has shared libraries",
    why=(
        "What the other side exports is not known. Give the package with the library beside the one with the headers: "
        "`OLD-dev.deb+OLD-lib.deb`."
    ),
    clause="what-was-not-looked-at",
    severity=Severity.UNDECIDED,
    on=(LibrariesNotGiven,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "the new runtime package was not given",
            dump("shipOpen"),
            {"libship.so": "INPUT(-lship2)\n"},
            fires=("libship.so.1",),
        ),
        Example("both", dump("shipOpen"), dump("shipOpen")),
    ),
)
