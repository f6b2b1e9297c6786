"""Many notices of one rule in one unit are one cause: a sweep."""

from __future__ import annotations

from abidiff.finding import Finding, Severity
from abidiff.rule import SWEEP, folded, load
from abidiff.surfaces import surface

RULES = load(surface("symbols").rules)


def notice(number: int, rule: str = "symbols/symbol-versioned", unit: str = "ship") -> Finding:
    return Finding(rule=rule, severity=Severity.NOTICE, unit=unit, subject=f"ship{number}", message="has a version")


def test_a_sweep_is_one_finding_that_reaches_all() -> None:
    (found,) = folded(RULES, [notice(n) for n in range(SWEEP + 1)])
    assert found.reaches == tuple(f"ship{n}" for n in range(SWEEP + 1))
    assert found.message == "13 symbols had no version and have one now: ship0, ship1, ship2 and 10 more"
    assert (found.subject, found.severity) == ("ship", Severity.NOTICE)


def test_the_name_of_a_sweep_does_not_depend_on_what_is_in_it() -> None:
    (one,) = folded(RULES, [notice(n) for n in range(20)])
    (other,) = folded(RULES, [notice(n) for n in range(5, 60)])
    assert one.fingerprint == other.fingerprint


def test_few_other_units_and_other_rules_stay_as_they_are() -> None:
    few = [notice(n) for n in range(SWEEP)] + [notice(n, unit="boat") for n in range(SWEEP)]
    assert sorted(folded(RULES, few), key=lambda f: f.unit) == sorted(few, key=lambda f: f.unit)
    others = [notice(n, rule="symbols/pattern-added") for n in range(50)]
    assert folded(RULES, others) == others


def test_what_a_rule_says_more_gravely_is_never_folded() -> None:
    grave = [notice(n).with_(severity=Severity.BREAKING) for n in range(50)]
    assert folded(RULES, grave) == grave
