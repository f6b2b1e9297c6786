"""A new function has no flags parameter."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.consistency.change import NoFlags


def _check(change: NoFlags) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"the new function {change.subject} has no flags parameter",
        breaks="nobody yet; whatever it will have to do differently one day needs another function",
        new=change.place,
    )


RULE = Rule(
    id="consistency/flags-missing",
    summary="a new function has no flags parameter",
    why=(
        "A function cannot get another parameter once it has shipped. One for flags, 0 at first, lets it be "
        "extended. Asked for where the profile names what such a parameter is called, and of new functions only."
    ),
    clause="what-documentation-says",
    severity=Severity.NOTICE,
    internal=True,
    on=(NoFlags,),
    check=_check,
    affects=(),
    many="functions take no flags",
    examples=(
        Example(
            "without",
            {"ship.h": "int shipOpen(void);\n"},
            {"ship.h": "int shipOpen(void);\nint shipSink(int ship);\n"},
            fires=("shipSink",),
            options={"flags": "flags$"},
        ),
        Example(
            "with",
            {"ship.h": "int shipOpen(void);\n"},
            {"ship.h": "int shipOpen(void);\nint shipSink(int ship, unsigned int flags);\n"},
            options={"flags": "flags$"},
        ),
        Example(
            "it needs none",
            {"ship.h": "int shipOpen(void);\n"},
            {"ship.h": "int shipOpen(void);\nvoid shipFree(int ship);\n"},
            options={"flags": "flags$", "no_flags": ["ship*Free"]},
        ),
        Example(
            "the profile does not ask",
            {"ship.h": "int shipOpen(void);\n"},
            {"ship.h": "int shipOpen(void);\nint shipSink(int ship);\n"},
        ),
    ),
)
