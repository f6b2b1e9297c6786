"""Texts and names that macros make of their arguments, texts of all encodings, poisoned names, members, tables."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from tests.surfaces.headers.helpers import findings

BREAKS = [Severity.BREAKING]


def severities(old: str, new: str) -> list[Severity]:
    found = [f for f in findings(old + "\n", new + "\n") if f.severity is not Severity.EXTENSION]
    assert all(f.witness is not None for f in found if f.severity is Severity.BREAKING), found
    return [f.severity for f in found]


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        ('u8"x"', 'U"x"', True),
        ('L"x"', 'U"x"', True),
        ('u"x"', 'L"x"', True),
        ('L"x"', '"x"', True),
        ('u8"x"', '"x"', False),
        ('L"a"', 'L"b"', True),
        ('L"ab"', 'L"abc"', True),
        ('L"a"', 'L"\\x61"', False),
        ('L"\\x141"', 'L"\\x41"', True),
        ('"a" L"b"', 'L"ab"', False),
        ('"\u00e9"', '"\\xc3\\xa9"', False),
        ('"\u00e9"', '"\\xe9"', True),
        ('"\\\\xe9"', '"\\xe9"', True),
        ('"\\x4" "1"', '"\\x41"', True),
        ("L'\\x141'", "L'\\x41'", True),
        ("3", "3.0", True),
    ],
)
def test_a_text_is_what_it_holds_and_of_which_characters(old: str, new: str, breaks: bool) -> None:
    assert severities(f"#define T {old}", f"#define T {new}") == (BREAKS if breaks else [])


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("#x", "{H}(x)", Severity.BREAKING),
        ("{H}(x)", "#x", Severity.BREAKING),
        ('"a" #x', '"b" #x', Severity.BREAKING),
        ('"a" x', 'x "a"', Severity.BREAKING),
        ("x##_v", "{P}(x)", Severity.BREAKING),
        ("{P}(x)", "x##_v", Severity.BREAKING),
        ("(b##x + 1)", "(b##x + 2)", Severity.BREAKING),
        ("(b##x)", "(c##x)", Severity.BREAKING),
        ("0x##x", "0##x", Severity.BREAKING),
        ("L##x", "x", Severity.BREAKING),
        ("go_##x(1)", "no_##x(1)", Severity.BREAKING),
        ("go_##x(1)", "do_##x(1)", Severity.BREAKING),
        ("z##x", "{Z}(x)", Severity.WARNING),  # no macro of the library makes a difference
        ("(b##x + 1)", "(1 + b##x)", None),
        ('"a" #x', '"" "a" #x', None),
    ],
)
def test_arguments_of_operators_are_not_expanded(old: str, new: str, severity: Severity | None) -> None:
    head = (
        "#define _H(x) #x\n#define _P(x) x##_v\n#define _Z(x) z##x\n#define Q a\nenum { Q_v = 3, a_v = 4, b1 = 5 };\n"
        "int go_up(int);\nint do_up(int, int);\n#define M(x) "
    )
    texts = [head + text.format(H="_H", P="_P", Z="_Z") for text in (old, new)]
    assert severities(*texts) == ([severity] if severity else [])


def test_names_with_the_number_of_the_line_differ() -> None:
    assert severities("#define _C(a, b) a##b\n#define C(a, b) _C(a, b)", "#define C(a, b) a##b") == BREAKS


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("g(f, ##__VA_ARGS__)", "g(f, __VA_ARGS__)", Severity.BREAKING),
        ("g(f, ##__VA_ARGS__)", "g(f __VA_OPT__(,) __VA_ARGS__)", None),
        ("_ADD(f, __VA_ARGS__)", "_SUB(f, __VA_ARGS__)", Severity.BREAKING),
    ],
)
def test_variadic_macros_are_called_with_and_without_more(old: str, new: str, severity: Severity | None) -> None:
    head = "#define _ADD(a, b) ((a) + (b))\n#define _SUB(a, b) ((a) - (b))\nint g(const char *, ...);\n"
    assert severities(*(f"{head}#define L(f, ...) {text}" for text in (old, new))) == ([severity] if severity else [])


@pytest.mark.parametrize("name", ["strcpy", "malloc", "printf", "goto", "register", "size_t"])
def test_what_is_poisoned_may_be_a_name_of_the_c_library(name: str) -> None:
    old = "#include <stddef.h>\nsize_t f(void);"
    assert severities(old, f"{old}\n#pragma GCC poison {name}") == BREAKS
    assert severities(f"{old}\n#pragma GCC poison {name}", f"{old}\n#pragma GCC poison {name} ship_nothing") == []


STRUCT = "struct i {{ int a, b; }};\nstruct s {{ int a; int b; char *n; char *m; unsigned x : 3, y : 3; }};\n{}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#define M(p) ((p)->a)", "#define M(p) ((p)->b)"),
        ("#define M(p) ((p).a)", "#define M(p) ((p).b)"),
        ("#define M(p) ((p)->n)", "#define M(p) ((p)->m)"),
        ("#define M(p) ((p)->x)", "#define M(p) ((p)->y)"),
        ("#define M(p) ((typeof(p) *)0)", "#define M(p) ((typeof(p) **)0)"),
        ("#define M(p) ((struct s *)(p))", "#define M(p) ((struct i *)(p))"),
        ("#define M(p) ((struct s *)(p))", "#define M(p) ((void *)(p))"),
        ("#define M(p) ((struct s *)(p))", "#define M(p) (p)"),
    ],
)
def test_another_member_or_type_is_no_implementation(old: str, new: str) -> None:
    assert severities(STRUCT.format(old), STRUCT.format(new)) == BREAKS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("int f(int n) { static const int t[] = { 1, 2 }; return t[n]; }",
         "int f(int n) { static const int t[] = { 1, 3 }; return t[n]; }"),
        ("int f(int n) { static const int t[2] = { 1, 2 }; return t[n]; }",
         "int f(int n) { static const int t[2] = { [1] = 1, [0] = 2 }; return t[n]; }"),
        ("unsigned long f(void) { static const int t[] = { 1, 2 }; return sizeof(t) / sizeof(t[0]); }",
         "unsigned long f(void) { static const int t[] = { 1, 2, 3 }; return sizeof(t) / sizeof(t[0]); }"),
        ('int f(int n) { return "abc"[n]; }', 'int f(int n) { return "abd"[n]; }'),
        ('const char *f(int n) { static const char *const t[] = { "a", "b" }; return t[n]; }',
         'const char *f(int n) { static const char *const t[] = { "a", "c" }; return t[n]; }'),
        ('const char *f(int n) { switch (n) { case 0: return "a"; default: return 0; } }',
         'const char *f(int n) { switch (n) { case 0: return "b"; default: return 0; } }'),
        ('const char *f(int n) { return n ? "a" : ""; }', 'const char *f(int n) { return n ? "a" : 0; }'),
    ],
)  # fmt: skip
def test_tables_and_texts_in_functions_are_values(old: str, new: str) -> None:
    assert severities(f"static inline {old}", f"static inline {new}") == BREAKS
