"""Macros and inline functions as code: what can't be told is undecided."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from tests.surfaces.headers.helpers import findings


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "static inline int f(int n) { switch (n) { case 1: return 2; default: return 0; } }\n",
            "static inline int f(int n) { switch (n) { case 1: return 3; default: return 0; } }\n",
        ),
        (
            "static inline int f(int n) { int i, s = 0; for (i = 0; i < 9000; i++) s ^= i; return s + n * 0; }\n",
            "static inline int f(int n) { int i, s = 0; for (i = 0; i < 9000; i++) s ^= i; return s + n * 0 + 1; }\n",
        ),
    ],
)
def test_what_can_not_be_evaluated_to_its_end_is_undecided(old: str, new: str) -> None:
    assert {f.subject: f.severity for f in findings(old, new)} == {"f": Severity.UNDECIDED}
