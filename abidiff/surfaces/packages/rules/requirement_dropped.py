"""A package no longer needs another one."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.packages.change import RequirementDropped
from abidiff.surfaces.packages.rules._text import pc, tree
from abidiff.wording import listed


def _check(change: RequirementDropped) -> Iterable[Finding]:
    name = change.before.name
    if change.after is not None:
        message, who = (
            f"{change.subject} requires {name} privately only",
            f"programs that use {name} without asking for it: they do not link",
        )
        severity = Severity.WARNING
    elif change.includes:
        needs = listed([f"<{each}>" for each in change.includes], 3)
        message = f"{change.subject} no longer requires {name}, and its headers include {needs}"
        who = f"whether that is found without what {name} gave is not decided"
        severity = Severity.UNDECIDED
    else:
        message = f"{change.subject} no longer requires {name}"
        who = f"programs that use {name} without asking for it"
        severity = Severity.NOTICE if change.before.private else Severity.WARNING
    yield finding(RULE, change, message, key=name, breaks=who, old=change.old, new=change.new, severity=severity)


RULE = Rule(
    id="packages/requirement-dropped",
    summary="a package no longer needs another one",
    why=(
        "What it gave, include paths and libraries, no longer comes along. When headers of the release include what "
        "the release does not hold, they may need it: that is undecided. Else it is programs that use the other "
        "package and do not ask for it."
    ),
    clause="packages",
    severity=Severity.WARNING,
    on=(RequirementDropped,),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "headers may need it",
            tree({"ship.h": "#include <glib.h>\n"}, ship=pc(requires="glib-2.0")),
            tree({"ship.h": "#include <glib.h>\n"}, ship=pc()),
            fires=("ship",),
        ),
        Example(
            "headers of another system",
            tree({"ship.h": "#ifdef _WIN32\n#include <winsock2.h>\n#endif\n"}, ship=pc(requires_private="z")),
            tree({"ship.h": "#ifdef _WIN32\n#include <winsock2.h>\n#endif\n"}, ship=pc()),
            fires=("ship",),
        ),
        Example(
            "headers need nothing",
            tree({"ship.h": "#include <stdio.h>\n"}, ship=pc(requires="glib-2.0")),
            tree({"ship.h": "#include <stdio.h>\n"}, ship=pc()),
            fires=("ship",),
        ),
        Example("private now", tree(ship=pc(requires="z")), tree(ship=pc(requires_private="z")), fires=("ship",)),
        Example("private", tree(ship=pc(requires_private="z")), tree(ship=pc()), fires=("ship",)),
        Example(
            "another package of the release brings it",
            tree(ship=pc(requires="z"), dock=pc(requires="z")),
            tree(ship=pc(requires="dock"), dock=pc(requires="z")),
        ),
    ),
)
