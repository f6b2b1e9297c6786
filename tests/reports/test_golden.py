"""Each format of each sample, byte for byte; `make golden` rewrites them, the diff is the review."""

from __future__ import annotations

import pytest

from tests.reports.regenerate import GOLDEN, golden

WANTED = golden()


@pytest.mark.parametrize("name", sorted(WANTED))
def test_golden(name: str) -> None:
    assert (GOLDEN / name).read_text(encoding="utf-8") == WANTED[name], "if this is right: make golden"


def test_nothing_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(WANTED)
