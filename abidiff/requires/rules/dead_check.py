"""A check that the floor has decided."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.requires.change import Dead
from abidiff.requires.model import shown
from abidiff.requires.samples import NEW, OLD
from abidiff.rule import Example, Rule, finding

DEAD = """#if SHIP_CHECK_VERSION(1, 5, 0)
int up(void) { return ship_sail(1); }
#endif
int main(void) { return ship_fly(1); }
"""


def check(change: Dead) -> Iterable[Finding]:
    """Say which releases the check tells apart."""
    outcome = "always passed" if change.passed else "never passed"
    yield finding(
        RULE,
        change,
        f"this check of {shown(change.version)} is {outcome}: {shown(change.floor)} is needed anyway",
        key=shown(change.version),
        new=change.place,
    )


RULE = Rule(
    id="requires/dead-check",
    summary="A check has the same outcome on every release that the application runs on.",
    why="""The application needs a newer release elsewhere, so the check and the code for older releases can go.""",
    clause="requirements",
    severity=Severity.NOTICE,
    on=(Dead,),
    check=check,
    examples=(
        Example(
            "something newer is needed anyway",
            OLD,
            {
                **NEW,
                "app.c": DEAD,
            },
            fires=("#if SHIP_CHECK_VERSION(1, 5, 0)",),
            also=("requires/sets-floor",),
        ),
        Example(
            "it tells releases apart",
            OLD,
            {**NEW, "app.c": "#if SHIP_CHECK_VERSION(2, 0, 0)\nint up(void) { return ship_fly(1); }\n#endif\n"},
            also=("requires/optional-feature",),
        ),
    ),
)
