"""Hostile and broken headers: a problem with its place, bounded time and memory."""

from __future__ import annotations

import time

import pytest

from abidiff.surfaces.headers.read.texts import bytes_of, shown
from tests.surfaces.headers.helpers import parsed

REST = "\nint after(void);\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('int a(void);\n#include "none.h"\n', "example.h:2:10", "header 'none.h' not found"),
        ("int a(void);\n  /* no end\nint b(void);\n", "example.h:2:3", "a comment starts here and does not end"),
        ("int a(void);\n#error stop here\n", "example.h:2:7", "#error stop here"),
        ("#if 1\nint a(void);\n", "example.h:1:4", "#if without #endif"),
        ("int a(void);\n#endif\n", "example.h:2:7", "#endif without #if"),
        ("#if 1 +\n#endif\n", "example.h:1:7", "#if: the expression ends too early"),
        ("#if (1\n#endif\n", "example.h:1:6", "#if: expected ')'"),
        ("#define\n", "example.h:1:8", "#define without a name"),
        ("#define F(a\nint a;\n", "example.h:1:9", "the parameters of macro 'F' can't be read"),
        ("#define F(a, b) a\nint x = F(1);\n", "example.h:2:9", "macro 'F' takes 2 arguments, not 1"),
        ("#define F(a) a\nint x = F(1;\n", "example.h:2:9", "the arguments of macro 'F' do not end"),
        ("int f(void\nint g(void);\n", "", ""),
        ("struct s { int a;\n", "example.h:1:10", "'{' is not closed"),
        ("enum e { A = };\n", "example.h:1:14", "invalid expression at '}'"),
        ("enum e { A = B };\n", "example.h:1:14", "'B' is no constant"),
        ("int a[-1];\n", "example.h:1:7", "an array of -1 elements"),
        ("struct s { int a : x; };\n", "example.h:1:20", "'x' is no constant"),
        ("%$ what\n", "", ""),
        (b"int \xff\xfe a;\n", "example.h:1:5", "the text is not UTF-8"),
        ("#frobnicate\n", "example.h:1:12", "unknown directive #frobnicate"),
        ("#define A(x) B(x x) \n#define B(x) C(x x)\n#define C(x) A(x x)\nA(1)\n", "", ""),
    ],
)
def test_a_problem_with_its_place(text: str | bytes, place: str, message: str) -> None:
    model = parsed(text)
    assert model.problems
    problem = model.problems[0]
    assert problem.surface == "headers"
    assert problem.unit == "example"
    assert problem.rendered
    if place:
        assert str(problem.location) == place
        assert problem.message == message
        assert problem.rendered.startswith(f"{place}: {message}\n")


def test_an_invalid_byte_in_a_comment_or_string_is_no_problem() -> None:
    model = parsed(b'/* caf\xe9 */\n#define A "caf\xe9"\nint f(void);\n')
    assert not model.problems
    text = model.libraries[0].macros["A"].value.text
    assert (bytes_of(text), shown(text)) == (b"caf\xe9", "caf\\xe9")


def bounded(text: str | bytes, seconds: float = 10.0, **files: str) -> list[str]:
    started = time.process_time()
    model = parsed({"example.h": text, **{k.replace("_h", ".h"): v for k, v in files.items()}})
    assert time.process_time() - started < seconds
    return [p.message for p in model.problems]


def test_nested_parentheses() -> None:
    deep = 100_000
    found = bounded(f"enum e {{ A = {'(' * deep}1{')' * deep} }};\nint {'(' * deep}f{')' * deep}(void);\n" + REST)
    assert found == ["nested too deeply", "nested too deeply"]
    assert bounded(f"#if {'(' * deep}1{')' * deep}\n#endif\n") == ["#if: nested too deeply"]
    assert bounded(f"enum e {{ A = {'- ' * deep}1 }};\n") == ["nested too deeply"]
    assert bounded("int f(" * deep) != []
    assert "nested too deeply" in bounded("struct a { " * 5000 + "int x; " + "} m;" * 5000)
    nested = bounded("#if 1\n" * deep + "#endif\n" * deep)
    assert nested == ["more than 1,000 conditions in conditions (limit condition-nesting)"]
    assert bounded("int " + "*" * deep + "f(void);\n") != None  # noqa: E711 - it only has to end
    assert bounded("int a" + "[1]" * deep + ";\n") != None  # noqa: E711


def test_include_cycle() -> None:
    found = bounded('#include "b.h"\n', b_h='#include "example.h"\n')
    assert found
    assert all("included 100 deep" in message for message in found)


def test_macros_that_double() -> None:
    lines = ["#define M0 x x\n"] + [f"#define M{i} M{i - 1} M{i - 1}\n" for i in range(1, 64)]
    found = bounded("".join(lines) + "int y = M63;\n" + "#define Z 1\n")
    assert found == ["macro expansion makes more than 400,000 tokens (limit header-expansion)"]


def test_macro_recursion_ends() -> None:
    assert bounded("#define a b\n#define b a\n#define f(x) f(f(x))\nextern int a, b;\n") == []


def test_a_large_header() -> None:
    assert bounded(b"/*" + b"x" * (50 << 20) + b"*/", 5) == [
        "the header is too large: 52,428,804 bytes (limit header-bytes)"
    ]
    many = "".join(f"int function_{i}(int a, const char *b);\n" for i in range(20_000))
    assert bounded(many, 10) == []


def test_long_lines_and_blanks() -> None:
    assert bounded(" " * 2_000_000 + "\n" + "\t\n" * 500_000, 5) == []
    assert bounded("// " + "x " * 1_000_000 + "\n#define A " + "\\\n" * 200_000 + "1\n", 5) == []
    assert bounded('extern char *a = "' + "\\\\" * 500_000 + '";\n', 5) == []
    assert bounded("'" * 300_000 + "\n", 5) != []


def test_what_could_not_be_read_is_never_reported_as_removed() -> None:
    from tests.surfaces.headers.helpers import findings

    old = "int a(void);\nint b(int x);\n"
    assert findings(old, "int a(void);\nunknown_t b(int x);\n") == []
    only = findings(old, "int a(void);\n#error no\nint b(int x);\n")
    assert [f.rule for f in only] == ["headers/header-unusable"]


def test_what_can_not_be_read_gives_its_attributes_to_nothing_else() -> None:
    model = parsed("__attribute__((deprecated)) struct a { int x; }\nextern int p;\n")
    assert model.problems
    assert model.libraries[0].variables["p"].mark.deprecated is None
