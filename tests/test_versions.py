"""Versions are compared in one way, wherever they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abidiff.versions import numbers, older, version_key

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ("9.9", (9, 9)),
        ("9.9.0", (9, 9)),
        ("v11.3.0-rc1", (11, 3)),
        ("1_2_10", (1, 2, 10)),
        ("10", (10,)),
        ("0.0", (0,)),
        ("1.2rc1", (1, 2)),
        ("next", ()),
        ("", ()),
    ],
)
def test_numbers(version: str, found: tuple[int, ...]) -> None:
    assert numbers(version) == found


@pytest.mark.parametrize(
    ("version", "other", "answer"),
    [
        ("9.9", "9.9.0", False),
        ("9.9.0", "9.9", False),
        ("9.9.0-rc1", "9.9.0", False),
        ("9.8", "9.9.0", True),
        ("9.10", "9.9", False),
        ("0.0", "0.1", True),
        ("", "9.9", False),
        ("9.9", "", False),
        ("main", "9.9", False),
    ],
)
def test_older(version: str, other: str, answer: bool) -> None:
    assert older(version, other) is answer


def test_order() -> None:
    names = ["10.0.0", "9.9.0", "main", "9.9.0-rc1", "0", "9.10.0", "9.9.1"]
    assert sorted(names, key=version_key) == ["main", "0", "9.9.0-rc1", "9.9.0", "9.9.1", "9.10.0", "10.0.0"]


def test_nobody_else_takes_versions_apart() -> None:
    apart = re.compile(r"int\(\w+\) for \w+ in [^\n]*(?:split\(\"\.\"\)|split\(r?\"\[)")
    own = {"abidiff/versions.py", "abidiff/profile/lay.py"}  # lay: numbers of a macro's scale
    found = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("abidiff/**/*.py")
        if apart.search(path.read_text(encoding="utf-8"))
    }
    assert found <= own
