"""Code behind conditions is compared in configurations that enter it; what none enters is said."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from abidiff.surfaces.headers.build.parse import parse
from abidiff.surfaces.headers.model import Library
from bench.work import counted
from tests.surfaces.headers.helpers import findings, project_of, release_of


def library(text: str) -> Library:
    release = release_of(text)
    return parse(release, project_of(release), {}).libraries[0]


def breaks(old: str, new: str) -> list[str]:
    return [f.message.partition("(when ")[2].rstrip(")") for f in findings(old, new) if f.severity is Severity.BREAKING]


BIG = "#ifdef SHIP_BIG\nstruct s { long x; };\n#else\nstruct s { int x; };\n#endif\n"
LEVEL = "#if SHIP_API >= 3\nint three(int);\n#elif SHIP_API == 2\nint two(int);\n#else\nint none(int);\n#endif\n"
NESTED = "#ifdef SHIP_A\n#if defined(SHIP_B) && !defined(SHIP_C)\nint ab(int);\n#endif\n#endif\nint f(void);\n"


@pytest.mark.parametrize(
    ("text", "defines"),
    [
        (BIG, ["SHIP_BIG=1"]),
        (LEVEL, ["SHIP_API=2", "SHIP_API=3"]),
        (NESTED, ["SHIP_A=1", "SHIP_A=1 SHIP_B=1"]),
        ("#ifndef SHIP_NO\nint f(void);\n#endif\n", ["SHIP_NO=1"]),
        ("#ifdef _GNU_SOURCE\nint f(void);\n#endif\n", ["_GNU_SOURCE=1"]),
        ("#ifndef SHIP_SIZE\n#define SHIP_SIZE 4\n#endif\nint f(void);\n", []),
        ("#ifndef SHIP_H\n#define SHIP_H\nint f(void);\n#endif\n", []),
        ("#pragma once\n#if 0\nint f(void);\n#endif\n", []),
        ("#ifdef __cplusplus\nextern \"C\" {\n#endif\n#ifdef _WIN32\nint f(void);\n#endif\n", []),
        ("#ifndef LEVEL\n#define LEVEL 1\n#endif\n#if LEVEL > 1\nint f(void);\n#endif\n", ["LEVEL=2"]),
    ],
)  # fmt: skip
def test_configurations_enter_what_can_be_entered(text: str, defines: list[str]) -> None:
    views = library(text).views
    assert sorted(" ".join("=".join(pair) for pair in view.defines) for view in views if not view.target) == defines


@pytest.mark.parametrize(
    ("text", "before", "after", "when"),
    [
        (BIG, "long x", "short x", {"SHIP_BIG is defined"}),
        (BIG, "int x", "short x", {""}),
        (LEVEL, "three(int)", "three(long)", {"SHIP_API is 3"}),
        (LEVEL, "two(int)", "two(long)", {"SHIP_API is 2"}),
        ("#if N >= 3\nint f(int);\n#endif\nint g(void);\n", ">= 3", ">= 4", {"N is 3"}),
        (NESTED, "ab(int)", "ab(long)", {"SHIP_A is defined and SHIP_B is defined"}),
        ("#ifndef N\nint g(void);\n#endif\nint f();\n", "#endif\nint f();", "int f();\n#endif", {"N is defined"}),
        ("#ifdef N\nint g(void);\n#endif\nint f(void);\n", "#ifdef N\nint g(void);\n#endif\n", "", {"N is defined"}),
    ],
)  # fmt: skip
def test_a_break_says_when(text: str, before: str, after: str, when: set[str]) -> None:
    assert before in text
    assert set(breaks(text, text.replace(before, after))) == when
    assert not breaks(text, text)


def test_the_witness_defines_the_macro() -> None:
    found = findings(BIG, BIG.replace("long x", "short x"))
    assert all(f.witness is not None and f.witness.text.startswith("#define SHIP_BIG 1\n") for f in found)


def test_what_only_the_new_release_asks_for_breaks_nobody() -> None:
    assert not findings("int f(int);\n", "#ifdef SHIP_NEW\nint f(long);\n#else\nint f(int);\n#endif\n")


@pytest.mark.parametrize(
    ("condition", "severity"),
    [
        ("defined(_MSC_VER)", Severity.WARNING),
        ("0", Severity.WARNING),
        ("defined(__cplusplus)", Severity.WARNING),
        ("SHIP_A * SHIP_A == 49", Severity.UNDECIDED),
    ],
)
def test_code_that_was_not_looked_at_is_said(condition: str, severity: Severity) -> None:
    text = f"#if {condition}\nint f(int);\n#endif\nint g(void);\n"
    assert [f.severity for f in findings(text, text.replace("int f(int)", "int f(long)"))] == [severity]
    assert not findings(text, text.replace("int f(int)", "int /* the same */ f(int)").replace("int  f", "int f"))


POINTER = "#if __SIZEOF_POINTER__ == 8\nstruct s { long x; };\n#else\nstruct s { int x; };\n#endif\n"


@pytest.mark.parametrize(
    ("text", "before", "after", "targets"),
    [
        (POINTER, "{ int x", "{ char x", {("i386",)}),
        (POINTER, "{ long x", "{ short x", {()}),
        ("#ifdef __i386__\nint f(int);\n#else\nint f(long);\n#endif\n", "f(int)", "f(char)", {("i386",)}),
        ("#ifdef __s390x__\nint f(int);\n#endif\nint g(void);\n", "f(int)", "f(long)", {("s390x",)}),
        ("#ifdef _WIN32\nint f(int);\n#endif\nint g(void);\n", "f(int)", "f(short)", {("win64",)}),
        ("#include <limits.h>\n#if LONG_MAX < 0x7fffffffffff\nint f(int);\n#endif\nint g(void);\n", "f(int)", "f(char)",
         {("i386",)}),
    ],
)  # fmt: skip
def test_code_for_a_judged_target_is_compared_on_it(
    text: str, before: str, after: str, targets: set[tuple[str, ...]]
) -> None:
    found = findings(text, text.replace(before, after))
    assert {f.targets for f in found if f.severity is Severity.BREAKING} == targets
    for each in found:
        if each.targets and each.witness is not None:
            assert each.witness.text.startswith(f"/* target: {each.targets[0]} */\n")
    assert not findings(text, text)


def test_code_for_a_target_that_is_not_judged_is_said() -> None:
    text = "#ifdef __sparc__\nint f(int);\n#endif\nint g(void);\n"
    assert [f.severity for f in findings(text, text.replace("f(int)", "f(long)"))] == [Severity.WARNING]


def block(condition: str, inside: str = "int fa(void);", more: str = "") -> str:
    return f"{more}#if {condition}\n{inside}\n#endif\nint f(void);\n"


KNOWS_B = "#ifdef B\nint fb(void);\n#endif\n"
LEVELS = "#define WANT ({})\n#if WANT\nint fa(void);\n#endif\nint f(void);\n"


@pytest.mark.parametrize(
    ("old", "new", "when"),
    [
        (block("defined(A) && defined(B)"), block("defined(A) && !defined(B)"), {"A is defined and B is defined"}),
        (block("defined A", more=KNOWS_B), block("defined A && !defined B", more=KNOWS_B),
         {"A is defined and B is defined"}),
        (block("defined(A) || defined(B)"), block("defined(A)"), {"B is defined"}),
        (block("V >= 2 && V < 5"), block("V >= 2 && V < 4"), {"V is 4"}),
        (block("V >= 2"), block("V >= 2 && V < 100"), {"V is 100"}),
        (block("defined A", "int fc(void);"), block("defined A", "#error no more"), {"A is defined"}),
        (block("V && V < 2", "#error too old"), block("V && V < 4", "#error too old"), {"V is 2"}),
        (LEVELS.format("V >= 3"), LEVELS.format("V >= 4"), {"V is 3"}),
        (LEVELS.format("defined(A)"), LEVELS.format("defined(A)").replace("(void)", "(int)", 1), {"A is defined"}),
    ],
)  # fmt: skip
def test_conditions_are_compared_by_what_they_answer(old: str, new: str, when: set[str]) -> None:
    assert set(breaks(old, new)) == when


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (block("defined(A)"), block("defined(A) || defined(B)")),
        (block("V > 2 && defined(A)"), block("defined A && V >= 3")),
        (block("defined A", "#error no"), "int f(void);\n"),
        ("int f(void);\n", block("defined A", "#error no")),  # nobody defines A: old never asked
    ],
)
def test_conditions_that_answer_alike_are_silent(old: str, new: str) -> None:
    assert [f for f in findings(old, new) if f.severity is not Severity.EXTENSION] == []


@pytest.mark.parametrize("condition", ["_WIN32", "SHIP_BIG"])
def test_what_is_as_on_the_usual_machine_is_not_parsed_again(condition: str) -> None:
    text = "".join(f"int f{n}(int);\n" for n in range(50)) + f"#ifdef {condition}\nint there(int);\n#endif\n"
    with counted() as work:
        assert len(library(text).views) == 1
    assert work["declarations parsed"] == 51


def test_machines_leave_the_order_of_macros() -> None:
    text = "#include <stdint.h>\n#if SIZE_MAX < 0xffffffffffffffff\nint there(int);\n#endif\n"
    found = library(text)
    assert found.machines
    names = list(found.lent)
    assert names.index("INTPTR_MAX") < names.index("UINTPTR_MAX") < names.index("SIZE_MAX")
