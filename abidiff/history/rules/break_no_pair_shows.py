"""A break that only releases further apart show."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from abidiff.finding import Finding, Severity
from abidiff.history.change import Composed
from abidiff.rule import Example, Rule


def check(change: Composed) -> Iterable[Finding]:
    """Give the finding with its witness, and between which releases it holds."""
    found = change.finding
    yield replace(
        found,
        rule="history/break-no-pair-shows",
        severity=Severity.BREAKING,
        key=f"{found.rule} {found.key}",
        message=f"from {change.old} to {change.new}: {found.message}",
        details=(*found.details, ("rule", f"{found.rule}, which no two neighbours between them show")),
        tier="",
        clause="",
    )


RULE = Rule(
    id="history/break-no-pair-shows",
    summary="Two releases are incompatible, and no neighbours between them are.",
    why="""Whoever updates from one release to the next is told nothing, and whoever skips some of them breaks.  It
    comes from steps that are each harmless by what is promised and are not harmless together.""",
    clause="names",
    severity=Severity.BREAKING,
    on=(Composed,),
    check=check,
    examples=(
        Example(
            "parameters that are no longer said, then said to be none",
            "int ship_sail(int a);\n",
            "int ship_sail(void);\n",
            between=("int ship_sail();\n",),
            fires=("ship_sail",),
        ),
        Example(
            "each step shows its own break",
            "int ship_sail(int a);\n",
            "int ship_sail(long a, int b);\n",
            between=("int ship_sail(long a);\n",),
        ),
    ),
)
