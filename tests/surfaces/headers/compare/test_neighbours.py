"""Neighbours of cases: structs, enums, constant objects, conditions and tags that read otherwise."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from tests.surfaces.headers.helpers import findings, rules

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
        ("int f(int);\n", "int f(int);\n#pragma weak f\n", ["f"]),
        ("int f(int);\n", '_Pragma("weak f")\nint f(int);\n', ["f"]),
        ("extern int v;\n", "#pragma weak v\nextern int v;\n", ["v"]),
        ("int f(int) __attribute__((weak));\n", "int f(int);\n#pragma weak f\n", []),
        (FEATURE, "int g(int);\nint f(void);\n", []),
    ],
)
def test_neighbours_of_cases(old: str, new: str, subjects: list[str]) -> None:
    found = [f for f in findings(old, new) if f.severity not in (Severity.EXTENSION, Severity.NOTICE)]
    assert [f.subject for f in found] == subjects, found
    assert all(f.severity is Severity.BREAKING and f.witness is not None for f in found)


ONE, TWO = "int fa(void);\n", "int fb(void);\n"


@pytest.mark.parametrize(
    ("first", "added", "subject"),
    [
        ("struct s { int a; };\n", "struct s { int b; };\n", "struct s"),
        ("struct s { int a; };\n", "struct s { int a; };\n", "struct s"),
        ("typedef int t;\n", "typedef long t;\n", "t"),
        ("int f(int);\n", "int f(long);\n", "f"),
        ("extern int v;\n", "extern long v;\n", "v"),
        ("int f(int);\n", "typedef int f;\n", "f"),
        ("enum e { A };\n", "enum e { B };\n", "enum e"),
        ("static inline int f(int a) { return a; }\n", "static inline int f(int a) { return a; }\n", "f"),
    ],
)
def test_headers_that_conflict_when_both_are_included(first: str, added: str, subject: str) -> None:
    old = {"a.h": ONE + first, "b.h": TWO}
    found = rules(old, {**old, "b.h": TWO + added})
    assert f"headers-conflict {subject}" in found
    both = {**old, "b.h": TWO + added}
    assert rules(both, {**both, "b.h": TWO + added + "int more(void);\n"}) == []


@pytest.mark.parametrize(
    ("first", "added"),
    [
        ("typedef int t;\n", "typedef signed t;\n"),
        ("int f(int a);\n", "int f(int b);\n"),
        ("int f(int a);\n", "static inline int g(int a) { return a; }\n"),
        ("struct s { int a; };\n", "struct s;\n"),
        (
            "#ifndef S\n#define S\nstruct s { int a; };\n#endif\n",
            "#ifndef S\n#define S\nstruct s { int a; };\n#endif\n",
        ),
    ],
)
def test_headers_that_say_the_same(first: str, added: str) -> None:
    old = {"a.h": ONE + first, "b.h": TWO}
    assert rules(old, {**old, "b.h": TWO + added}) == []


@pytest.mark.parametrize(
    ("old", "new", "other"),
    [
        ("#define N 1\n", "#define N 3\n", "#undef N\n#define N 2\n"),
        ("#define N 1\n", "#define N 3\n", "#define N 2\n"),
        ("#ifndef N\n#define N 1\n#endif\n", "#ifndef N\n#define N 3\n#endif\n", "#ifndef N\n#define N 2\n#endif\n"),
        ("#define N(x) ((x) + 1)\n", "#define N(x) ((x) + 3)\n", "#undef N\n#define N(x) ((x) + 2)\n"),
        ("#define N 1\n", "#define N 3\n", "#undef N\n"),
    ],
)
@pytest.mark.parametrize("names", [("a.h", "b.h"), ("b.h", "a.h")])
def test_a_macro_of_two_headers_is_compared_in_each(old: str, new: str, other: str, names: tuple[str, str]) -> None:
    sides = [{names[0]: ONE + text, names[1]: TWO + other} for text in (old, new)]
    found = [f for f in findings(*sides) if f.subject == "N"]
    assert [f.severity.value for f in found] == ["breaking"]
    assert found[0].witness is not None
    assert f"#include <{names[0]}>" in found[0].witness.text


GUARD = "#ifndef SHIP_H\n#define SHIP_H\n{}#endif\n"
DEFAULT = "#ifndef N\n#define N {0}\n#endif\n"


@pytest.mark.parametrize(
    ("old", "new", "fires"),
    [
        (DEFAULT.format("10"), "#define N 10\n", True),
        (DEFAULT.format("10"), "#undef N\n#define N 10\n", True),
        (DEFAULT.format(""), "#define N\n", True),
        ("#ifdef N\n#else\n#define N 1\n#endif\n", "#define N 1\n", True),
        ("#ifndef N\n#define N(x) (x)\n#endif\n", "#define N(x) (x)\n", True),
        ("#define N 10\n", DEFAULT.format("10"), False),
        (DEFAULT.format("10"), "#if !defined(N)\n# define N 10\n#endif\n", False),
        (DEFAULT.format("10"), "#ifdef N\n#else\n#define N 10\n#endif\n", False),
        (DEFAULT.replace("N", "_N").format("10"), "#define _N 10\n", False),
    ],
)
def test_a_default_that_is_fixed(old: str, new: str, fires: bool) -> None:
    found = rules(*(GUARD.format(text + "int f(void);\n") for text in (old, new)))
    assert found == (["macro-fixed N"] if fires else [])
