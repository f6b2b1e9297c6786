from __future__ import annotations

import pytest

from abidiff.finding import Severity
from tests.surfaces.headers.helpers import findings, rules

SILENT = {
    "a typedef swapped for what it stands for": (
        "typedef unsigned int tons;\nint f(tons a);\nstruct s { tons t; };",
        "typedef unsigned int tons;\nint f(unsigned a);\nstruct s { unsigned int t; };",
    ),
    "names of parameters": ("int f(int a, char *b);", "int f(int, char *name);"),
    "top-level const": ("int f(int a, char *b);", "int f(const int a, char *const b);"),
    "const on a result by value": ("int f(void);", "const int f(void);"),
    "array and pointer parameters": ("int f(int a[4], int b[]);", "int f(int *a, int *b);"),
    "function and pointer to function parameters": ("int f(int g(int));", "int f(int (*g)(int));"),
    "restrict dropped": ("int f(char *restrict a);", "int f(char *a);"),
    "an order of words": ("unsigned long int f(long unsigned a);", "long unsigned f(unsigned long a);"),
    "an order of declarations": ("int a(void);\nint b(void);\n", "int b(void);\nint a(void);\n"),
    "an enum and the integer it is": ("enum e { A };\nint f(enum e x);", "enum e { A };\nint f(unsigned int x);"),
    "renamed underscore tags": (
        "typedef struct _a a;\nstruct _a { int x; };\nint f(a *p, struct _a *q);",
        "typedef struct _b a;\nstruct _b { int x; };\nint f(a *p, struct _b *q);",
    ),
    "an untagged struct that gets a tag": ("typedef struct { int x; } a;", "typedef struct _a { int x; } a;"),
    "respelled initialisers": (
        "enum { A = 4, B = 255, C };",
        "enum { A = 1 << 2, B = 0xff, C = 0400 };",
    ),
    "respelled macros": (
        '#define A 4\n#define B "ab"\n#define C (-1)\n#define D 1.0',
        '#define A (1 << 2)\n#define B "a" "b"\n#define C -1\n#define D 1e0',
    ),
    "a macro through another": ("#define A 4\n#define B 4", "#define A 4\n#define B A"),
    "an enumerator becomes a macro": ("enum { A = 4, B };", "enum { B = 5 };\n#define A 4"),
    "a macro becomes an enumerator": ("#define A 4\n", "enum { A = 4 };"),
    "a constant beside its enumerator": ("enum { A = 4 };", "enum { A = 4 };\n#define A A"),
    "an enumerator moves to another enum": ("enum e { A, B };\nenum f { C };", "enum e { A };\nenum f { C, B = 1 };"),
    "a flexible array in GNU's old spelling": (
        "struct s { int n; char c[0]; };\nint f(struct s *s);",
        "struct s { int n; char c[]; };\nint f(struct s *s);",
    ),
    "an include guard": ("#ifndef A_H\n#define A_H\nint f(void);\n#endif", "#pragma once\nint f(void);"),
    "attributes that only help the compiler": (
        "int f(char *x);",
        'int f(char *x) __attribute__((cold, nothrow, malloc, warn_unused_result, visibility("default")));',
    ),
    "a struct that points to itself": (
        "struct s { struct s *next; int (*f)(struct s *); };\nint g(struct s *);",
        "typedef struct s s;\nstruct s { s *next; int (*f)(s *x); };\nint g(s *);",
    ),
    "typedef and type swapped names": (
        "typedef struct s *sp;\nsp f(void);",
        "typedef struct s *sp;\nstruct s *f(void);",
    ),
    "const dropped from a field": ("struct s { const int a; };", "struct s { int a; };"),
    "an untagged struct around fields": (
        "struct s { int a; int b; };",
        "struct s { struct { int a; int b; }; };",
    ),
    "names of private macros": ("#define _A 1\n#define __B 2\n", "#define _A 2\n"),
    "an alias keeps the constant": ("#define OLD 1\n", "#define NEW 1\n#define OLD NEW\n"),
    "an alias keeps the type": ("typedef int old_t;\n", "typedef int new_t;\n#define old_t new_t\n"),
    "a function behind a macro of its name": (
        "int f(int a);",
        "int f(int a);\n#define f(a) (f)(a)",
    ),
    "an empty list of parameters": ("int f(void);", "int f();"),
    "a sentinel under its macro": (
        "enum { A,\n#ifdef SENTINEL\nLAST\n#endif\n};",
        "enum { A, B,\n#ifdef SENTINEL\nLAST\n#endif\n};",
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_no_change(name: str) -> None:
    old, new = SILENT[name]
    assert rules(old, new, sentinel_macros=("SENTINEL",)) == []


CHANGES = {
    "a private tag changes inside": (
        "typedef struct _a a;\nstruct _a { int x; };",
        "typedef struct _b a;\nstruct _b { long x; };",
        ["field-type-changed a.x", "record-layout-changed a"],
    ),
    "a struct by value changes its holder": (
        "struct a { int x; };\nstruct b { struct a in; int y; };\nint f(struct b *);",
        "struct a { int x, z; };\nstruct b { struct a in; int y; };\nint f(struct b *);",
        ["record-layout-changed struct a", "record-layout-changed struct b"],
    ),
    "an untagged struct inside": (
        "struct a { struct { int x; } in; };",
        "struct a { struct { int y; } in; };",
        ["field-renamed struct a.in.x"],
    ),
    "a typedef changes under a function": (
        "typedef int t;\nt f(t x);",
        "typedef long t;\nt f(t x);",
        ["typedef-changed t"],
    ),
    "a callback inside a struct": (
        "struct a { int (*f)(int); };",
        "struct a { int (*f)(int, int); };",
        ["field-type-changed struct a.f"],
    ),
    "sizes of an array": ("struct a { char n[8]; };", "struct a { char n[16]; };",
                          ["field-type-changed struct a.n", "record-layout-changed struct a"]),
    "an enumerator becomes a macro of another value": (
        "enum { A = 4, B };",
        "enum { B = 5 };\n#define A 3",
        ["enumerator-value-changed A"],
    ),
    "pragma pack": (
        "struct a { char c; int i; };",
        "#pragma pack(1)\nstruct a { char c; int i; };\n#pragma pack()",
        ["record-layout-changed struct a"],
    ),
    "a look-alike of a sentinel": (
        "enum { X_LAST_UPDATE = 1, X_ADD_LAST = 3 };",
        "enum { X_LAST_UPDATE = 2, X_ADD_LAST = 4 };",
        ["enumerator-value-changed X_LAST_UPDATE", "enumerator-value-changed X_ADD_LAST"],
    ),
    "a function pointer to an exported function": (
        "typedef int (*cb)(char *);\nint f(cb c);",
        "typedef int (*cb)(const char *);\nint f(cb c);",
        ["callback-changed cb"],
    ),
    "const on a field": ("struct s { int a; };", "struct s { const int a; };", ["field-type-changed struct s.a"]),
    "a variable": ("extern int v[4];", "extern int v[5];", ["variable-changed v"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_change(name: str) -> None:
    old, new, expected = CHANGES[name]
    assert rules(old, new, sentinels=("(?<!_ADD)_LAST$",)) == expected


@pytest.mark.parametrize(
    ("more", "targets"),
    [
        ("", ("i386", "armhf")),
        ("#ifdef _WIN32\n#define SHIP __declspec(dllimport)\n#endif\n", ("i386", "armhf", "win64")),
    ],
)
def test_targets_are_named(more: str, targets: tuple[str, ...]) -> None:
    """Windows is judged where the headers test for it."""
    found = findings(more + "struct s { long a; };", more + "struct s { long long a; };")
    layout = next(f for f in found if f.rule == "headers/record-layout-changed")
    assert layout.targets == targets
    kind = next(f for f in found if f.rule == "headers/field-type-changed")
    assert kind.targets == ()
    assert "armhf" in layout.message + str(layout.details)


def test_headers_of_one_target_speak_of_it_alone() -> None:
    old = {"usr/include/x86_64-linux-gnu/example.h": "struct s { long a; };"}
    new = {"usr/include/x86_64-linux-gnu/example.h": "struct s { long long a; };"}
    assert [f.rule for f in findings(old, new)] == ["headers/field-type-changed"]


def test_source_and_binary_are_told_apart() -> None:
    affects = {f.subject: f.affects for f in findings(
        "int a(const char *x);\nint b(int x);\nenum { C = 1 };\nstruct s { int f; };\n",
        "int a(char *x);\nint b(long x);\nenum { C = 2 };\nstruct s { int g; };\n",
    )}  # fmt: skip
    assert affects["a"] == ("source",)
    assert affects["b"] == ("source", "binary")
    assert affects["C"] == ("source", "binary")
    assert affects["struct s.f"] == ("source",)


def test_a_library_that_is_gone_or_new() -> None:
    from abidiff.surfaces.headers.compare.compare import compare
    from abidiff.surfaces.headers.model import Headers
    from tests.surfaces.headers.helpers import parsed

    model = parsed("int f(void);\n")
    assert {type(c).__name__ for c in compare(model, Headers(()))} >= {"FunctionRemoved"}
    assert {type(c).__name__ for c in compare(Headers(()), model)} == {"FunctionAdded"}


def test_fingerprints_are_different() -> None:
    found = findings("int a(void);\nint b(void);\nenum { C };\n", "")
    assert len({f.fingerprint for f in found}) == len(found) == 3
    assert all(f.severity is Severity.BREAKING for f in found)


def test_a_header_that_nobody_can_include_hides_nothing() -> None:
    obsolete = "/* old */\n#error This file is obsolete\n"
    old = {"a.h": "int f(void);\nint g(void);\n", "obsolete.h": obsolete}
    new = {"a.h": "int f(void);\nint h(void);\n", "obsolete.h": obsolete}
    assert [f"{f.rule} {f.subject}" for f in findings(old, new)] == [
        "headers/function-removed g",
        "headers/function-added h",
    ]


def test_an_inline_function_that_becomes_a_macro_never_had_a_symbol() -> None:
    assert rules("static inline int f(int a) { return a; }", "#define f(a) (a)") == []
    assert rules("int f(int a);", "#define f(a) (a)") == [
        "function-removed f"
    ]  # nothing is left to take the address of


def test_a_type_that_a_macro_renames_is_the_same() -> None:
    old = "typedef struct old_st OLD;\nint f(OLD *a);\nOLD *g(void);\n"
    new = "typedef struct new_st NEW;\n#define OLD NEW\nint f(OLD *a);\nNEW *g(void);\n"
    assert rules(old, new) == []


def test_a_macro_that_becomes_a_function_s_other_name() -> None:
    old = "int get_it(int a);\n#define it(a) get_it(a)\n"
    assert rules(old, "int get_it(int a);\n#define it get_it\n") == []
    assert rules(old, "int get_it(int a);\nint two(int a, int b);\n#define it two\n") == ["macro-body-changed it"]


def test_a_name_that_means_the_new_type_now_is_reported_at_the_name() -> None:
    old = "typedef struct old_st OLD;\nint f(OLD *a);\n"
    new = "typedef struct new_st NEW;\ntypedef NEW OLD;\nint f(NEW *a);\n"
    assert rules(old, new) == ["typedef-changed OLD"]


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        ("(a)", "(a...)", False),
        ("(a)", "(a, ...)", False),
        ("(a)", "(...)", False),
        ("(a, b)", "(a, ...)", False),
        ("(a, ...)", "(...)", False),
        ("()", "(...)", False),
        ("(a)", "(a, b, ...)", True),
        ("(...)", "(a, b, ...)", True),
        ("(a, ...)", "(a)", True),
        ("(a...)", "(a)", True),
        ("(a, b)", "(a)", True),
    ],
)
def test_a_macro_that_takes_more_still_takes_what_it_took(old: str, new: str, breaks: bool) -> None:
    assert rules(f"#define M{old} 1\nint f(void);\n", f"#define M{new} 1\nint f(void);\n") == (
        ["macro-parameters-changed M"] if breaks else []
    )
    told = rules(f"#define M{old} 1\nint f(void);\n", f"#define M{new} 2\nint f(void);\n")
    assert told == (["macro-parameters-changed M"] if breaks else ["macro-body-changed M"])


def test_a_tag_with_two_definitions_that_loses_one() -> None:
    old = {"a.h": "struct s { int a; };\n", "b.h": "struct s { long b; };\nint f(void);\n"}
    assert rules(old, old | {"b.h": "int f(void);\n"}) == ["record-layout-unknown struct s"]
    assert rules(old, {"a.h": "int g(void);\n", "b.h": "int f(void);\n"}) == ["record-removed struct s"]
    same = old | {"b.h": "struct s { int a; };\nint f(void);\n"}
    assert rules(same, same | {"b.h": "int f(void);\n"}) == []


def test_a_function_behind_a_macro_is_declared_without_it() -> None:
    old = "int f(int a, int b);\n"
    new = "int f(int a);\nint f_old(int a, int b);\n#define f(...) f_old(__VA_ARGS__)\n"
    (found,) = [one for one in findings(old, new) if one.subject == "f"]
    assert found.witness is not None
    assert "#undef f\n" in found.witness.text


WARN = '_Pragma("GCC warning \\"\'A\' is deprecated\\"")'


@pytest.mark.parametrize(
    "body", ['"text"', "4.5", "foo_new", "struct foo *", "do { f(); } while (0)"], ids=lambda text: text
)
def test_a_macro_that_makes_the_compiler_talk_stands_for_the_same(body: str) -> None:
    old = f"struct foo;\nint foo_new;\n#define A {body}\nint f(void);\n"
    for pragma in (WARN, '_Pragma("clang diagnostic push") _Pragma ("message(\\"deprecated\\")")'):
        told = findings(old, old.replace("#define A ", f"#define A {pragma} "))
        assert {found.rule for found in told} <= {"headers/deprecated"}
        assert [f.subject for f in told] == (["A"] if body[0] in '4"' else [])
    assert rules(old, old.replace("#define A ", '#define A _Pragma("GCC error \\"gone\\"") '))
    assert rules(old, old.replace("#define A ", '#define A _Pragma("pack(1)") '))


def test_a_number_that_makes_the_compiler_talk_is_none_for_the_preprocessor() -> None:
    assert rules("#define A 42\nint f(void);\n", f"#define A {WARN} 42\nint f(void);\n")


def test_a_version_without_quotation_marks_is_one() -> None:
    old = "#define A_MAJOR 1\n#define A_VERSION 1.9.3\n#define A_LIB_VERSION A_MAJOR.9.3\n#define NUMBERS 1.2.3\n"
    new = old.replace("9.3", "9.4").replace("1.2.3", "1.2.4")
    told = rules(old + "int f(void);\n", new + "int f(void);\n")
    assert told == ["macro-body-changed NUMBERS"]


LEFT = "#define EPERM 1\ntypedef unsigned int uint32_t;\nint close(int);\nint f(void);\n"
TAKEN = "#include <errno.h>\n#include <stdint.h>\n#include <unistd.h>\nint f(void);\n"


def test_what_is_left_to_a_header_of_the_system_is_still_there() -> None:
    assert rules(LEFT, TAKEN) == []
    assert rules(LEFT.replace("EPERM 1", "EPERM 7"), TAKEN) == ["constant-removed EPERM"], "another value"
    assert rules(LEFT.replace("int close(int)", "int close(long)"), TAKEN) == ["function-removed close"]
    assert sorted(rules(LEFT, "int f(void);\n")) == [
        "constant-removed EPERM",
        "function-removed close",
        "typedef-removed uint32_t",
    ]


def test_it_has_to_be_the_same_header_that_leads_there() -> None:
    old = {"a.h": LEFT, "b.h": "int g(void);\n"}
    assert len(rules(old, {"a.h": "int f(void);\n", "b.h": TAKEN.replace("int f", "int g")})) == 3
    assert rules(old, {"a.h": '#include "b.h"\nint f(void);\n', "b.h": TAKEN.replace("int f", "int g")}) == []
