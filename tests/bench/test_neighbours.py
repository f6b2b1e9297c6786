"""Releases of a repository that follow each other: what is told of a pair, and what the page says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.neighbours import Refused, Row, Said, measured, page, steps
from tests.history.library import repository

GRAMMAR = (
    '<grammar xmlns="http://relaxng.org/ns/structure/1.0"'
    ' datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">'
    '<start><element name="a">{}</element></start></grammar>'
)
PATTERN = '<data type="string"><param name="pattern">\\%</param></data>'


def test_a_pair_says_what_breaks_and_what_could_not_be_read(tmp_path: Path) -> None:
    clone = repository(
        tmp_path / "clone",
        {
            "v1.9.0": {"include/a.h": "int f(void);\nint g(void);\n", "a.rng": GRAMMAR.format("<text/>")},
            "v1.10.0": {"include/a.h": "int f(void);\n", "a.rng": GRAMMAR.format(PATTERN)},
        },
    )
    assert list(steps(str(clone))) == [("v1.9.0", "v1.10.0")]
    row = measured(str(clone), "v1.9.0", "v1.10.0")
    assert row.code == 1
    assert [(each.rule, each.subject, each.severity) for each in row.said] == [
        ("headers/function-removed", "g", "breaking")
    ]
    (refused,) = {each.path: each for each in row.refused}.values()
    assert (refused.tag, refused.path) == ("v1.10.0", "a.rng")
    assert "no escape" in refused.message
    assert ("jing" in refused.refusing) == (shutil.which("jing") is not None)


@pytest.mark.parametrize("said", ["refuted", ""])
def test_a_break_that_nobody_confirms_is_named_on_the_page(said: str) -> None:
    sure = Said("headers", "headers/function-removed", "f", "breaking", "confirmed")
    other = Said("rng", "rng/value-removed", "a/@b", "breaking", said, "takes it")
    rows = [
        Row("v0.1.0", "v0.2.0", 1, 1.0, [sure, other]),
        Row("v0.2.0", "v0.3.0", 3, 2.0, [], [Refused("v0.3.0", "a.rng", "no <start>", ("jing",), ("jing", "xmllint"))]),
        Row("v0.3.0", "v0.4.0", 0, 3.0, [], [Refused("v0.4.0", "a.rng", "no <start>", ("jing",), ("jing", "xmllint"))]),
    ]
    text = page(rows)
    assert "3 pairs, v0.1.0 to v0.4.0: 1 compatible, 1 incompatible, 1 undecided, 0 without a report. 2 breaks:" in text
    assert f"| v0.1.0 → v0.2.0 | rng/value-removed | a/@b | {said or 'not asked'} takes it |" in text
    assert "| v0.3.0 to v0.4.0 | a.rng | no \\<start> | jing |" in text
    assert "| headers | 1 | 1 | 0 | 0 |\n| rng | 1 | 0 | 0 | 0 |" in text
    assert "headers/function-removed 1, rng/value-removed 1" in text
