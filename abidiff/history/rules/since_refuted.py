"""A tag that the releases refute."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.history.change import Refuted
from abidiff.rule import Example, Rule, finding


def check(change: Refuted) -> Iterable[Finding]:
    """Say what the tag says and which release refutes it."""
    has = "has it already" if change.there else "does not have it"
    more = f" and {len(change.others)} more of {change.unit}" if change.others else ""
    yield finding(
        RULE,
        change,
        f"the tag of {change.kind} {change.subject}{more} says {change.stated}, and {change.version} {has}",
        key=f"{change.kind} {change.stated} {change.version}",
        breaks="who takes the tag for the oldest release with it" if not change.there else "",
        reaches=change.others,
    )


RULE = Rule(
    id="history/since-refuted",
    summary="A tag says another release than the one that brought it.",
    why="""Programs choose the oldest release that they run with by what the documentation says.  A tag that is too old
    lets them be built or run where the name is missing; one that is too new asks for more than is needed.""",
    clause="what-documentation-says",
    severity=Severity.WARNING,
    on=(Refuted,),
    check=check,
    examples=(
        Example(
            "the tag is older than the function",
            "int ship_new(void);\n",
            "int ship_new(void);\n/** (Since: 1.0.0) */\ntypedef int shipKind;\n",
            between=("int ship_new(void);\n",),
            fires=("shipKind",),
        ),
        Example(
            "the tag is the release that brought it",
            "int ship_new(void);\n",
            "int ship_new(void);\n/** (Since: 1.1.0) */\ntypedef int shipKind;\n",
            between=("int ship_new(void);\n/** (Since: 1.1.0) */\ntypedef int shipKind;\n",),
        ),
    ),
)
