"""The page of a survey: what its rows and its journal say, nothing else."""

from __future__ import annotations

from abidiff.survey.one import Row
from abidiff.survey.run import Done
from bench.survey import Judged, page


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


def test_what_judges_said_is_counted_and_what_they_did_not_confirm_is_named() -> None:
    rows = [Row("a", "1", "2", "incompatible"), Row("b", "1", "2", "incompatible")]
    done = [Done("", row, 1.0, 2048) for row in rows]
    assert "not judged by compilers" in page(rows, done, "")
    found = (
        ("headers/x", "s", "confirmed", ""),
        ("headers/y", "t", "refuted", "it compiles"),
        ("headers/y", "u", None, ""),
    )
    text = page(rows, done, "", {"a": Judged("a", 1, found)})
    assert "1 of the 2 incompatible pairs, 3 breaks: 1 confirmed, 1 not judged, 1 refuted." in text
    assert "- a: 1 refuted, first `headers/y` t: it compiles\n" in text
    assert "- a: 1 not judged, first `headers/y` u\n" in text
