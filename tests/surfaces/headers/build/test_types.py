"""Types beside those of C11: decimal and complex ones, ``_BitInt`` (C23), named address spaces."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from abidiff.surfaces.headers.layout.layout import Engine
from abidiff.surfaces.headers.layout.targets import TARGETS
from tests.surfaces.headers.helpers import library, parsed, rules
from tests.surfaces.headers.structs import clang, knows

FLOATING = (
    "_Float32", "_Float64", "_Float128", "_Float32x", "_Float64x", "__float128", "_Decimal32", "_Decimal64",
    "_Decimal128", "_Complex float", "long double _Complex", "_Complex", "_Complex _Float128", "_Complex _Float64x",
)  # fmt: skip
INTEGERS = (
    "_Complex int", "unsigned long _Complex", "_Complex short", "__complex__ char", "_Complex long long",
)  # fmt: skip
BITS = tuple(f"{sign}_BitInt({n})" for n in (2, 7, 9, 17, 33, 64, 65, 100, 128, 129, 257) for sign in ("", "unsigned "))


def asserts(types: tuple[str, ...], target: str) -> str:
    lines = []
    for number, text in enumerate(types):
        record = f"struct s{number} {{ char c; {text} m; }};"
        found = library(record)
        layout = Engine(found, target).record(found.records[f"struct s{number}"])
        assert layout is not None
        offset = layout.fields[1].bit_offset // 8
        lines += [
            record,
            f'_Static_assert(sizeof(struct s{number}) == {layout.size}, "{text}");',
            f'_Static_assert(__builtin_offsetof(struct s{number}, m) == {offset}, "{text}");',
        ]
    return "\n".join(lines)


def accepted(command: list[str], text: str) -> str:
    done = subprocess.run([*command, "-w", "-fsyntax-only", "-x", "c", "-"], input=text, text=True, capture_output=True)
    return "" if done.returncode == 0 else done.stderr


@pytest.mark.judge
@pytest.mark.parametrize(("target", "flag"), [("x86_64", "-m64"), ("i386", "-m32")])
def test_gcc_agrees(target: str, flag: str) -> None:
    gcc = shutil.which("gcc")
    if gcc is None or accepted([gcc, flag], ""):
        pytest.skip(f"no gcc {flag} here")
    more = () if target == "i386" else ("_Complex __int128", "unsigned __int128")
    assert accepted([gcc, flag], asserts((*FLOATING, *INTEGERS, *more), target)) == ""


@pytest.mark.judge
@pytest.mark.parametrize("target", ["x86_64", "i386", "win64"])
def test_clang_agrees_on_bits(target: str) -> None:
    if not knows(target):
        pytest.skip(f"no clang here that knows {target} (ABIDIFF_CLANG names one)")
    triple = TARGETS[target].triple.replace("-w64-mingw32", "-w64-windows-gnu")
    command = [clang(), f"--target={triple}", "-std=c2x"]
    if accepted(command, "_BitInt(129) a;"):
        pytest.skip("this clang has no such _BitInt")
    assert accepted(command, asserts(BITS, target)) == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("_BitInt(32)", "_BitInt(64)"), ("_BitInt(65)", "_BitInt(129)"), ("_Decimal32", "_Decimal64"),
        ("_Complex int", "_Complex long"), ("_Complex float", "_Complex double"), ("_Float64", "_Decimal64"),
        ("_Float128", "_Float64x"), ("__float128", "double"), ("_Float16", "float"), ("__int128", "long"),
    ],
)  # fmt: skip
def test_another_type_is_found(old: str, new: str) -> None:
    text = "extern {0} v;\n{0} f({0} *);\n"
    assert [rule.split()[0] for rule in rules(text.format(old), text.format(new))] == [
        "function-parameters-changed",
        "function-return-changed",
        "variable-changed",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("int _Complex", "_Complex signed"), ("_BitInt(7)", "signed _BitInt(1 + 6)"), ("_Complex", "double _Complex"),
        ("__float128", "_Float128"), ("unsigned _BitInt(8)", "_BitInt(8) unsigned"),
    ],
)  # fmt: skip
def test_another_spelling_is_none(old: str, new: str) -> None:
    assert rules(f"extern {old} v;\n", f"extern {new} v;\n") == []


@pytest.mark.parametrize("text", ["_BitInt(0) x;", "_BitInt(70000) x;", "long _BitInt(7) x;", "_Complex void *x;"])
def test_what_is_no_type_is_a_problem(text: str) -> None:
    assert parsed(text + "\n").problems


def test_address_spaces_are_qualifiers() -> None:
    assert rules("int f(int __seg_fs *p);\n", "int f(int *p);\n") == ["function-parameters-changed f"]
    assert rules("int f(__seg_gs int *p);\n", "int f(int __seg_gs *p);\n") == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("int f(int n, int a[n]);", "int f(int n, int *a);", []),
        ("int f(int n, int a[static n]);", "int f(int n, int a[n + 1]);", []),
        ("int f(int n, int a[n][n]);", "int f(int n, int (*a)[n]);", []),
        ("int f(int n, int a[n]);", "int f(int n, long a[n]);", ["function-parameters-changed f"]),
        ("extern const int w; extern typeof_unqual(w) v;", "extern const int w; extern int v;", []),
        ("extern __typeof__(sizeof(int)) v;", "#include <stddef.h>\nextern size_t v;", []),
        ("extern __typeof__(1L + 1) v;", "extern long v;", []),
        ("extern __typeof__(1L + 1) v;", "extern __typeof__(1 + 1) v;", ["variable-changed v"]),
        ("struct s { int a; }; extern __typeof__(((struct s *)0)->a) v;", "struct s { int a; }; extern int v;", []),
        ("struct [[gnu::packed]] s { char c; int a; };", "struct s { char c; int a; } __attribute__((packed));", []),
        ("int f(void) __attribute__((const));", "[[gnu::const]] [[gnu::nothrow]] int f(void);", []),
        ("_Noreturn int f(void);", "[[gnu::noreturn]] [[frob::nicate]] int f(void);", ["attribute-unmodelled f"]),
    ],
)
def test_what_gnu_c_and_c23_spell_otherwise(old: str, new: str, found: list[str]) -> None:
    assert rules(old + "\n", new + "\n") == found


@pytest.mark.parametrize("text", ["int f(int a[NONE]);", "int f(int a[n], int n);", "int f(int n); int g(int a[n]);"])
def test_a_length_that_no_parameter_gives_is_a_problem(text: str) -> None:
    assert parsed(text + "\n").problems


@pytest.mark.judge
def test_enums_with_a_mode() -> None:
    text = "enum e { A, B } __attribute__((mode(QI))); enum f { C = -1, D } __attribute__((mode(HI)));"
    text += " struct s { enum e a; enum f b; char c; };"
    found = library(text + "\n")
    layout = Engine(found, "x86_64").record(found.records["struct s"])
    assert layout is not None
    assert [enum.fixed for enum in found.enums.values()] == ["unsigned char", "short"]
    gcc = shutil.which("gcc")
    if gcc is None:
        pytest.skip("no gcc here")
    signs = '_Static_assert((enum e)-1 > 0 && (enum f)-1 < 0, "signs");'
    assert accepted([gcc], f'{text} {signs} _Static_assert(sizeof(struct s) == {layout.size}, "size");') == ""
