"""Neighbours of cases: structs, enums, constant objects, conditions and tags that read otherwise."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from tests.surfaces.headers.helpers import findings

STRUCT = "struct s { char a : 4; int b : 20; }"
FEATURE = "#ifdef SHIP_X\nint g(int);\n#endif\nint f(void);\n"


@pytest.mark.parametrize(
    ("old", "new", "subjects"),
    [
        (f"{STRUCT};\n", f"{STRUCT} __attribute__((ms_struct));\n", ["struct s"]),
        ("enum e { A };\n", "enum __attribute__((unavailable)) e { A };\n", ["enum e"]),
        ("enum e { A };\n", "enum e { A };\n#pragma GCC poison e\n", ["enum e"]),
        ("extern int v;\n", "extern __thread int v;\n", ["v"]),
        ("static const int k = 3;\n", "enum { k = 4 };\n", ["k"]),
        ("static const int k = 3;\n", "#define k 4\n", ["k"]),
        ("static const int k = 3;\n", "enum { k = 3 };\n", []),
        ("static const int k = 3;\n", "#define k 3\n", []),
        ("struct ship_a { int a; };\n", "struct ship_b { int a; };\n#define ship_a ship_b\n", []),
        ("struct ship_a { int a; };\n", "struct ship_b { int a; };\n#define ship_A ship_b\n", ["struct ship_a"]),
        (FEATURE, "int g(int);\nint f(void);\n", []),
    ],
)
def test_neighbours_of_cases(old: str, new: str, subjects: list[str]) -> None:
    found = [f for f in findings(old, new) if f.severity not in (Severity.EXTENSION, Severity.NOTICE)]
    assert [f.subject for f in found] == subjects, found
    assert all(f.severity is Severity.BREAKING and f.witness is not None for f in found)
