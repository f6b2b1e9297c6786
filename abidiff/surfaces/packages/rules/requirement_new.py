"""A package needs another one that it did not."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import RequirementNew
from abidiff.surfaces.packages.rules._text import pc, tree
from abidiff.surfaces.packages.witness import required
from abidiff.wording import listed


def _check(change: RequirementNew) -> Iterable[Finding]:
    private = " (privately)" if change.required.private else ""
    via = f" through {change.via}" if change.via else ""
    included = listed([f"<{name}>" for name in change.included], 3)
    may = "; whether the old one did, only a build says" if change.open else ""
    yield finding(
        RULE,
        change,
        f"{change.subject} requires {change.required.title}{private}{via}{may}",
        key=change.required.name,
        breaks=f"programs where {change.required.name} is not installed: `pkg-config --cflags {change.subject}` fails",
        old=change.old,
        new=change.new,
        severity=Severity.UNDECIDED if change.open else None,
        details=(("headers include now", included),) if included else (),
        witness=None if change.open else required(change),
    )


RULE = Rule(
    id="packages/requirement-new",
    summary="a package needs another one that it did not",
    why=(
        "`pkg-config --cflags` refuses to answer when a required package is not installed, a privately required one "
        "too: headers may need it. Distributions install it along; who builds by hand has to."
    ),
    clause="packages",
    severity=Severity.WARNING,
    on=(RequirementNew,),
    check=_check,
    affects=("source",),
    examples=(
        Example("private", tree(ship=pc()), tree(ship=pc(requires_private="zlib")), fires=("ship",)),
        Example(
            "headers include it",
            tree({"ship.h": "\n"}, ship=pc()),
            tree({"ship.h": "#include <zlib.h>\n"}, ship=pc(requires="zlib >= 1.2")),
            fires=("ship",),
        ),
        Example(
            "through another package of the release",
            tree(ship=pc(), dock=pc(requires="zlib")),
            tree(ship=pc(requires="dock"), dock=pc(requires="zlib")),
            fires=("ship",),
        ),
        Example(
            "a build fills it in",
            {"ship.pc.in": pc("@VERSION@", requires="@NEEDED@")},
            {"ship.pc.in": pc("@VERSION@", requires="zlib")},
            fires=("ship",),
        ),
        Example("of the release", tree(ship=pc(), dock=pc()), tree(ship=pc(requires="dock"), dock=pc())),
        Example("private before", tree(ship=pc(requires_private="zlib")), tree(ship=pc(requires="zlib"))),
        Example("in another order", tree(ship=pc(requires="a b")), tree(ship=pc(requires="b, a"))),
    ),
)
