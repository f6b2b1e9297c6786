"""Signs of bit-precise integers, and fields of types that are const themselves."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from tests.surfaces.headers.helpers import findings


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("unsigned _BitInt(8) f(void);\n", "_BitInt(8) f(void);\n", Severity.WARNING),
        ("_BitInt(8) f(void);\n", "unsigned _BitInt(8) f(void);\n", Severity.BREAKING),
        ("void f(_BitInt(8));\n", "void f(unsigned _BitInt(8));\n", Severity.NOTICE),
        ("_BitInt(8) f(void);\n", "_BitInt(9) f(void);\n", Severity.BREAKING),
    ],
)
def test_a_sign_of_bit_precise_integers_counts_as_those_of_others(old: str, new: str, severity: Severity) -> None:
    (found,) = findings(old, new)
    assert found.severity is severity


def test_the_address_of_a_field_of_a_const_type() -> None:
    text = "typedef const struct { %s *name; } ship_t;\nvoid f(ship_t *);\n"
    old, new = text % "char", text % "const char"
    (found,) = findings(old, new)
    assert found.witness is not None
    assert "char * const *witness(ship_t *object)" in found.witness.text


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("#include <stdint.h>\nvoid f(int64_t);\n", "void f(long long);\n", Severity.WARNING),
        ("void f(long);\n", "void f(int);\n", Severity.BREAKING),
        ("extern int v;\n", "static int v;\n", Severity.BREAKING),
        ("extern const int v;\n", "static const int v = 3;\n", Severity.WARNING),
        ("extern int v;\n", "extern int u;\n#define v u\n", Severity.WARNING),
    ],
)
def test_integers_of_one_size_and_variables_of_each_program(old: str, new: str, severity: Severity) -> None:
    (found,) = [f for f in findings(old, new) if f.severity is not Severity.EXTENSION]
    assert found.severity is severity
