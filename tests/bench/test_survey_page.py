"""The page of a survey: what its rows and its journal say, nothing else."""

from __future__ import annotations

from abidiff.survey.one import Row
from abidiff.survey.run import Done
from bench.survey import page


def test_the_page_counts_pairs_rules_and_costs() -> None:
    rows = [
        Row("a", "1", "2", "incompatible", rules={"headers/x": 3, "headers/y": 1}),
        Row("b", "1", "2", "compatible"),
        Row("c", "1", "2", "incompatible", rules={"headers/x": 2}),
        Row("d", "1", "2", failed="old/d.deb: no such file"),
    ]
    done = [Done("", row, seconds, 2048) for row, seconds in zip(rows, (1.0, 2.0, 3.0, 6.0), strict=True)]
    text = page(rows, done, "About.")
    assert "| 4 pairs | |" in text
    assert "| incompatible | 2 |" in text
    assert "| `headers/x` | 2 | 5 |\n| `headers/y` | 1 | 1 |" in text
    assert "all, median, most | 12, 2.5, 6.0 |" in text
    assert "median, most | 2, 2 |" in text
    assert "- 1: d.deb: no such file" in text
