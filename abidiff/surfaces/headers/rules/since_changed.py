"""The Since tag of an old item changed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import SinceChanged
from abidiff.surfaces.headers.rules._common import finding


def _check(change: SinceChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} says Since: {change.after}, said {change.before}",
        breaks="readers of the documentation",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="headers/since-changed",
    summary="the Since tag of an old item changed",
    why=(
        "The tag says in which release an item came; that does not change. Usually an item was copied with its comment."
    ),
    clause="what-documentation-says",
    severity=Severity.NOTICE,
    internal=True,
    on=(SinceChanged,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "another release",
            "/* Since: 1.0.0 */\n#define SHIP_A 1\n",
            "/* Since: 1.2.0 */\n#define SHIP_A 1\n",
            fires=("SHIP_A",),
        ),
        Example(
            "the tag stays",
            "#define SHIP_A 1 /* (Since: 1.0.0) */\n",
            "/* the first\n * Since: 1.0.0\n */\n#define SHIP_A 1\n",
        ),
    ),
)
