"""SARIF describes the rules of requires and of histories."""

from __future__ import annotations

import pytest

from abidiff import history, requires
from abidiff.reports import sarif
from abidiff.rule import Rule, load


@pytest.mark.parametrize("rule", [*load(requires.RULES), *load(history.RULES)], ids=lambda rule: rule.id)
def test_rules_are_described(rule: Rule) -> None:
    found = sarif._rule(rule.id)
    assert found["shortDescription"]["text"] == rule.summary
    assert found["defaultConfiguration"]["level"] == sarif._LEVELS[rule.severity]
