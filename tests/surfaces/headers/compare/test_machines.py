"""Numbers that a target's compiler gives: macros of sizes in code, enumerators and bit-fields made of sizes."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from tests.surfaces.headers.helpers import findings, rules

SMALL = {"i386", "armhf"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("struct s { char a[__SIZEOF_LONG__]; };\n", "struct s { char a[8]; };\n"),
        ("struct s { int a : __SIZEOF_LONG__; };\n", "struct s { int a : 8; };\n"),
        ("struct s { int a : sizeof(long); };\n", "struct s { int a : 8; };\n"),
        ("enum { SHIP = __SIZEOF_POINTER__ };\n", "enum { SHIP = 8 };\n"),
        ("enum { SHIP = sizeof(long) };\n", "enum { SHIP = 8 };\n"),
        ("enum { SHIP = 8 };\n", "enum { SHIP = sizeof(void *) };\n"),
        ("struct s { long a; };\nenum { SHIP = sizeof(struct s) };\n", "struct s { long a; };\nenum { SHIP = 8 };\n"),
        ("#define SHIP (__SIZEOF_SIZE_T__ * 2)\n", "#define SHIP 16\n"),
        ("#define SHIP(x) ((x) & __SIZEOF_LONG__)\n", "#define SHIP(x) ((x) & 8)\n"),
        ("static inline int ship(void) { return __SIZEOF_LONG__; }\n", "static inline int ship(void) { return 8; }\n"),
    ],
)
def test_a_number_that_is_another_one_on_some_targets(old: str, new: str) -> None:
    found = [f for f in findings(old, new) if f.severity is Severity.BREAKING]
    assert found
    assert all(set(f.targets) <= SMALL and f.witness is not None for f in found)
    assert findings(old, new, targets=("x86_64", "aarch64")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("enum { SHIP = sizeof(int) };\n", "enum { SHIP = 4 };\n"),
        ("enum { SHIP = sizeof(long) };\n", "enum { SHIP = sizeof(void *) };\n"),
        ("enum { SHIP = __SIZEOF_LONG__ };\n", "enum { SHIP = sizeof(long) };\n"),
        ("struct s { char a[__SIZEOF_POINTER__]; };\n", "struct s { char a[sizeof(void *)]; };\n"),
        ("#if __SIZEOF_LONG__ == 8\nint f(void);\n#else\nint f(void);\n#endif\n", "int f(void);\n"),
    ],
)
def test_the_same_number_everywhere(old: str, new: str) -> None:
    assert rules(old, new, targets=("x86_64", "i386", "armhf", "aarch64")) == []


def test_a_target_that_is_read_on_one_side_is_held_against_another_one_of_the_same_branches() -> None:
    old = "#ifdef __arm__\nint g(int);\n#endif\nint f(void);\n"
    new = "#if __SIZEOF_POINTER__ == 4\nint g(char *);\n#endif\nint f(void);\n"
    (found,) = [f for f in findings(old, new) if f.severity is Severity.BREAKING]
    assert (found.subject, found.targets) == ("g", ("armhf",))
