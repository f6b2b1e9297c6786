"""A new item has no Since tag, or one of another release."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import SinceWrong
from abidiff.surfaces.headers.rules._common import finding


def _check(change: SinceWrong) -> Iterable[Finding]:
    what = f"says Since: {change.tag}" if change.tag else "has no Since tag"
    yield finding(
        RULE,
        change,
        f"the new {change.kind} {change.subject} {what}; it came {change.releases}",
        breaks="readers of the documentation",
        new=change.new,
    )


_OLD = "".join(f"/* Since: 1.0.0 */\n#define SHIP_{letter} 1\n" for letter in "ABC")

RULE = Rule(
    id="headers/since-wrong",
    summary="a new item has no Since tag, or one of another release",
    why=(
        "Asked only of the kinds of items that the old release tags throughout, and only when the "
        "versions of both releases are known."
    ),
    clause="what-documentation-says",
    severity=Severity.NOTICE,
    internal=True,
    on=(SinceWrong,),
    check=_check,
    affects=(),
    examples=(
        Example(
            "an old tag on a new item",
            _OLD,
            _OLD + "/* Since: 1.0.0 */\n#define SHIP_D 4\n",
            fires=("SHIP_D",),
            also=("headers/constant-added",),
        ),
        Example(
            "tagged with a later release",
            "/* Since: 1.0.0 */\n#define SHIP_A 1\n",
            "/* Since: 1.0.0 */\n#define SHIP_A 1\n#define SHIP_B 2 /* Since: 1.1.0 */\n",
            also=("headers/constant-added",),
        ),
    ),
)
