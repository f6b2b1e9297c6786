"""Every example of every rule over histories, built as a history of its own; and the report about one."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli
from abidiff.finding import Severity
from abidiff.history import RULES
from abidiff.history.checks import wide_pairs
from abidiff.history.lives import opened
from abidiff.history.report import report
from abidiff.pipeline import Options
from abidiff.rule import Example, Rule, load
from tests.history.library import files, history, release

CASES = [
    pytest.param(rule, example, id=f"{rule.id}:{example.name}") for rule in load(RULES) for example in rule.examples
]


def built(folder: Path, example: Example) -> Path:
    releases = []
    for n, side in enumerate((example.old, *example.between, example.new)):
        texts: Mapping[str, str] = {"ship.h": side} if isinstance(side, str) else side
        content = {f"include/{name}": textwrap.dedent(text) for name, text in texts.items()}
        releases.append(release(folder, f"1.{n}.0", content))
    return history(folder / "h.db", releases)


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: Rule, example: Example, tmp_path: Path) -> None:
    with opened(built(tmp_path, example)) as found:
        findings = report(found, "ships", Options()).findings
    assert tuple(f.subject for f in findings if f.rule == rule.id) == example.fires
    assert {f.rule for f in findings if f.rule != rule.id} == set(example.also)


def test_rules_are_complete() -> None:
    rules = load(RULES)
    assert len(rules) == 4
    for rule in rules:
        assert rule.summary
        assert rule.why
        assert any(example.fires for example in rule.examples)
        assert any(not example.fires for example in rule.examples)


def test_a_break_has_its_witness_and_its_exit_code(tmp_path: Path) -> None:
    (rule,) = [rule for rule in load(RULES) if rule.id == "history/break-no-pair-shows"]
    path = built(tmp_path, rule.examples[0])
    with opened(path) as found:
        told = report(found, "ships", Options())
    (finding,) = told.findings
    assert finding.severity is Severity.BREAKING
    assert finding.witness is not None
    assert told.exit_code == 1
    done = CliRunner().invoke(cli, ["history", "check", str(path)], standalone_mode=False)
    assert done.return_value == 1
    assert "from 1.0.0 to 1.2.0: ship_sail takes 0 parameters, not 1" in done.output


def test_neighbours_that_were_not_compared_are_a_problem(tmp_path: Path) -> None:
    content = files(["f"])
    path = history(tmp_path / "h.db", [release(tmp_path, f"1.{n}.0", content) for n in range(3)], compare=False)
    with opened(path) as found:
        told = report(found, "ships", Options())
    assert told.exit_code == 3
    assert "2 pairs of neighbours were not compared" in told.problems[0].message


@pytest.mark.parametrize(
    ("count", "pairs"), [(0, []), (2, []), (3, [(0, 2)]), (6, [(3, 5), (1, 5), (0, 5)]), (9, [(6, 8), (4, 8), (0, 8)])]
)
def test_pairs_further_apart(count: int, pairs: list[tuple[int, int]]) -> None:
    assert wide_pairs(count) == pairs
