"""Enums with a fixed underlying type (C23 §6.7.3.3), and ``_Float64x``."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from abidiff.surfaces.headers.layout.layout import Engine
from tests.surfaces.headers.helpers import library, parsed, rules

# Sizes on x86_64, i386, win64: what clang -std=c2x says with -m64, -m32 and for mingw-w64.
SIZES = {
    "unsigned char": (1, 1, 1),
    "short": (2, 2, 2),
    "const unsigned": (4, 4, 4),
    "unsigned long": (8, 4, 4),
    "long long": (8, 8, 8),
    "_Bool": (1, 1, 1),
    "small": (1, 1, 1),
}


@pytest.mark.parametrize("text", SIZES)
@pytest.mark.parametrize("declared", ["enum e : {0} {{ A }};", "enum e : {0};", "enum e : {0}; enum e : {0} {{ A }};"])
def test_the_size_is_that_of_the_type(text: str, declared: str) -> None:
    found = library(f"typedef signed char small;\n{declared.format(text)}\nstruct s {{ enum e x[3]; }};\n")
    sizes = []
    for target in ("x86_64", "i386", "win64"):
        layout = Engine(found, target).record(found.records["struct s"])
        assert layout is not None
        sizes.append(layout.size // 3)
    assert tuple(sizes) == SIZES[text]


@pytest.mark.judge
@pytest.mark.parametrize(("column", "flag"), [(0, "-m64"), (1, "-m32"), (2, "--target=x86_64-w64-mingw32")])
def test_clang_says_the_same(column: int, flag: str) -> None:
    compiler = shutil.which("clang")
    if compiler is None:
        pytest.skip("no clang here")
    lines = ["typedef signed char small;"]
    for number, (text, sizes) in enumerate(SIZES.items()):
        lines += [f"enum e{number} : {text};", f"struct s{number} {{ char c; enum e{number} x[3]; }};"]
        found = library("typedef signed char small;\n" + "\n".join(lines[-2:]))
        layout = Engine(found, ("x86_64", "i386", "win64")[column]).record(found.records[f"struct s{number}"])
        assert layout is not None
        lines += [
            f'_Static_assert(sizeof(enum e{number}) == {sizes[column]}, "");',
            f'_Static_assert(sizeof(struct s{number}) == {layout.size}, "");',
            f'_Static_assert(_Alignof(struct s{number}) == {layout.align}, "");',
        ]
    command = [compiler, "-x", "c", "-std=c2x", "-fsyntax-only", flag, "-"]
    done = subprocess.run(command, input="\n".join(lines), text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_forward_declaration_says_no_more_than_the_definition() -> None:
    new = "enum e : unsigned char { A, B };\nstruct s { enum e x; };\n"
    assert rules("enum e : unsigned char;\n" + new, new) == []


def test_another_type_is_another_layout() -> None:
    old = "enum e : unsigned char { A };\nstruct s { enum e x; char y; };\n"
    assert rules(old, old.replace("unsigned char", "unsigned long")) == ["enum-type-changed e"]
    assert rules(old, old.replace("unsigned char", "short")) == ["enum-type-changed e"]
    assert rules(old, old.replace(" : unsigned char", "")) == ["enum-type-changed e"]
    only = "enum e : unsigned char;\nint f(enum e *);\n"
    assert rules(only, only.replace("unsigned char", "short")) == ["enum-type-changed e"]


def test_a_bit_field_without_a_name_is_none() -> None:
    found = library("enum e { A };\nstruct s { enum e x : 3; enum e : 2; };\n")
    assert [member.bits for member in found.records["struct s"].members or ()] == [3, 2]


@pytest.mark.parametrize("text", ["enum e : float { A };\n", "enum e : struct s { A };\n", "enum e : int * { A };\n"])
def test_what_is_no_integer_type_is_a_problem(text: str) -> None:
    assert parsed(text).problems


def test_float64x() -> None:
    found = library("struct s { _Float64x x; };\n")
    engines = {target: Engine(found, target).record(found.records["struct s"]) for target in ("x86_64", "i386")}
    assert [layout.size if layout else 0 for layout in engines.values()] == [16, 12]
    assert rules("_Float64x f(void);\n", "_Float64 f(void);\n") == ["function-return-changed f"]
