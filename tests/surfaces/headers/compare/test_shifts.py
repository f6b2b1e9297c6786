"""Shifts that ISO C leaves undefined in the old code are no witnesses (ISO C11 §6.5.7)."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from tests.surfaces.headers.helpers import findings

OLD = "#define SHIP(x) (1 << (x))\n"


@pytest.mark.parametrize(
    ("old", "new", "severity", "text"),
    [
        (OLD, "#define SHIP(x) (1u << (x))\n", Severity.WARNING, "SHIP(0) is unsigned int, was int"),
        (OLD, "#define SHIP(x) (1ul << (x))\n", Severity.WARNING, "SHIP(0) is unsigned long, was int"),
        ("#define SHIP(x) (-1 << (x))\n", "#define SHIP(x) (-1l << (x))\n", Severity.WARNING, "long, was int"),
        (OLD, "#define SHIP(x) (2u << (x))\n", Severity.BREAKING, "SHIP(0) is 2u, was 1"),
        (OLD, "#define SHIP(x) (1 << (x) ^ 1u << 31)\n", Severity.BREAKING, "SHIP(0)"),
        ("#define SHIP(x) (-1 << (x))\n", "#define SHIP(x) (-2 << (x))\n", Severity.BREAKING, "SHIP(0) is -2, was -1"),
        ("#define SHIP(x) (1u << (x))\n", OLD, Severity.BREAKING, "SHIP(31) is (-2147483647 - 1), was 2147483648u"),
    ],
)
def test_a_macro_that_shifts(old: str, new: str, severity: Severity, text: str) -> None:
    (found,) = findings(old, new)
    assert found.severity is severity
    assert text in found.message
