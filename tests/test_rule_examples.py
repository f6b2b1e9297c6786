"""Every example of every rule, with every rule of its surface looking on."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidiff.change import Change
from abidiff.examples import example_sides, findings_between
from abidiff.finding import Severity, Witness
from abidiff.history import RULES as HISTORY_RULES
from abidiff.requires import RULES as REQUIRES_RULES
from abidiff.rule import Example, Rule, finding, load
from abidiff.surface import Surface
from abidiff.surfaces import SURFACES
from abidiff.waivers import RULES as POLICY_RULES

CASES = [
    pytest.param(surface, rule, example, id=f"{rule.id}:{example.name}")
    for surface in SURFACES
    for rule in load(surface.rules)
    for example in rule.examples
]

LONGEST = 24
"""Lines of an example's text: a rule is read with its examples."""


@pytest.mark.parametrize(("surface", "rule", "example"), CASES)
def test_example(surface: Surface, rule: Rule, example: Example) -> None:
    old, new = example_sides(surface, example)
    findings = findings_between(surface, old, new)
    assert tuple(f.subject for f in findings if f.rule == rule.id) == example.fires
    others = {f.rule for f in findings if f.rule != rule.id}
    assert others == set(example.also), "two rules speak about one change: review it and say `also`"


@pytest.mark.parametrize(("surface", "rule", "example"), CASES)
def test_each_side_against_itself_is_silent(surface: Surface, rule: Rule, example: Example) -> None:
    old, new = example_sides(surface, example)
    assert findings_between(surface, old, old) == []
    assert findings_between(surface, new, new) == []


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_rules_are_complete(surface: Surface) -> None:
    for rule in load(surface.rules):
        module = rule.id.partition("/")[2].replace("-", "_")
        assert rule.id == f"{surface.name}/{module.replace('_', '-')}"
        assert rule.summary
        assert rule.why
        assert any(example.fires for example in rule.examples), f"{rule.id} has no example that fires"
        assert any(not example.fires for example in rule.examples), f"{rule.id} has no silent example"
        texts = [text for example in rule.examples for text in (example.old, example.new, *example.between)]
        long = [text for text in texts if isinstance(text, str) and text.count("\n") > LONGEST]
        assert not long, f"{rule.id}: what is longer is a case of fixtures/cases"
        assert rule.removes == rule.id.endswith(("-removed", "-vanished"))


@pytest.mark.parametrize(("surface", "rule", "example"), CASES)
def test_breaking_findings_carry_a_witness_and_a_place(surface: Surface, rule: Rule, example: Example) -> None:
    old, new = example_sides(surface, example)
    for found in findings_between(surface, old, new):
        assert found.old or found.new
        if found.severity is Severity.BREAKING:
            assert found.breaks
            assert found.witness is not None


def test_a_break_that_nothing_shows_is_undecided() -> None:
    """The helper of the rules says so, for all of them."""
    rule = next(rule for rule in load(SURFACES[0].rules) if rule.severity is Severity.BREAKING)
    change = Change("libship", "shipOpen")
    shown = finding(rule, change, "gone", witness=Witness("c-program", "", ""))
    assert [shown.severity, finding(rule, change, "gone").severity] == [Severity.BREAKING, Severity.UNDECIDED]
    assert finding(rule, change, "gone", severity=Severity.WARNING).severity is Severity.WARNING


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_whom_a_rule_concerns_is_what_its_findings_say(surface: Surface) -> None:
    """Each finding computes it; a rule's own list, which the manual shows, is what all examples show together."""
    rules = load(surface.rules)
    shown: dict[str, set[str]] = {rule.id: set() for rule in rules}
    for example in [example for rule in rules for example in rule.examples]:
        for found in findings_between(surface, *example_sides(surface, example)):
            assert len(set(found.affects)) == len(found.affects)
            shown[found.rule] |= set(found.affects)
    assert shown == {rule.id: set(rule.affects) for rule in rules}


def test_every_rule_names_a_clause_of_the_claims() -> None:
    page = (Path(__file__).parents[1] / "docs/claims.md").read_text(encoding="utf-8")
    clauses = {line.lstrip("# ").lower().replace(" ", "-") for line in page.splitlines() if line.startswith("#")}
    rules = [
        *POLICY_RULES,
        *load(HISTORY_RULES),
        *load(REQUIRES_RULES),
        *(rule for surface in SURFACES for rule in load(surface.rules)),
    ]
    unknown = {rule.id: rule.clause for rule in rules if rule.clause not in clauses}
    assert unknown == {}, "say `clause=`: the heading of docs/claims.md that the change is held against"
