"""Constants of one number on x86_64 that are others where ``long`` or a pointer has 32 bits."""

from __future__ import annotations

import pytest

from tests.surfaces.headers.helpers import findings, rules

HEADS = "#include <limits.h>\n#include <stddef.h>\n#include <stdint.h>\n"
BIT = "#define BIT(n) (1UL << (n))\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LONG_MAX", "0x7fffffffffffffff"),
        ("LONG_MAX", "0x7fffffffffffffffL"),
        ("SIZE_MAX", "0xffffffffffffffffUL"),
        ("ULONG_MAX", "18446744073709551615ULL"),
        ("(~0UL)", "0xffffffffffffffffUL"),
        ("((unsigned long)-1)", "((unsigned long long)-1)"),
        ("((uintptr_t)-1)", "0xffffffffffffffffULL"),
        ("sizeof(void *)", "8"),
    ],
)
def test_another_number_where_long_has_32_bits(old: str, new: str) -> None:
    told = rules(HEADS + f"#define N {old}\n", HEADS + f"#define N {new}\n")
    assert told == ["constant-value-changed N"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SIZE_MAX", "((size_t)-1)"),
        ("ULONG_MAX", "(~0UL)"),
        ("LLONG_MAX", "0x7fffffffffffffffLL"),
        ("INT64_MAX", "0x7fffffffffffffff"),
        ("(UINT64_C(1) << 40)", "(1ULL << 40)"),
        ("((uint64_t)1 << 40)", "(1ULL << 40)"),
        ("(BIT(3))", "(8UL)"),
        ("0x100000000", "(1LL << 32)"),
        ("sizeof(long)", "sizeof(void *)"),
        ("INT_MAX", "0x7fffffff"),
    ],
)
def test_the_same_number_everywhere(old: str, new: str) -> None:
    told = rules(HEADS + BIT + f"#define N {old}\n", HEADS + BIT + f"#define N {new}\n")
    assert [found for found in told if found != "constant-use-changed N"] == []


def test_a_macro_of_the_library_stands_between() -> None:
    old, new = "#define A LONG_MAX\n#define N (A / 2)\n", "#define A LONG_MAX\n#define N 0x3fffffffffffffffL\n"
    assert rules(HEADS + old, HEADS + new) == ["constant-value-changed N"]


def test_a_shift_that_c_leaves_undefined_there() -> None:
    (found,) = findings("#define N (1LL << 40)\n", "#define N (1L << 40)\n")
    assert found.message == "N is undefined, was 1099511627776 (0x10000000000) (on i386)"


def test_names_of_the_c_library_are_types_in_casts() -> None:
    assert rules(HEADS + "#define F(x) ((size_t)(x) + 1)\n", HEADS + "#define F(x) ((size_t)(x) + 2)\n") == [
        "macro-body-changed F"
    ]
