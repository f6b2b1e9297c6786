from __future__ import annotations

import pytest

from abidiff.surfaces.headers.layout.spell import prototype, spell
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    Function,
    Pointer,
    Qualified,
    RecordRef,
    TypedefRef,
    Unmodelled,
    census,
)
from tests.surfaces.headers.helpers import library, parsed

INT = Builtin("int")


@pytest.mark.parametrize(
    ("declaration", "kind"),
    [
        ("unsigned", "unsigned int"),
        ("long unsigned int", "unsigned long"),
        ("long int long", "long long"),
        ("signed char", "signed char"),
        ("short signed", "short"),
        ("_Bool", "bool"),
        ("long double", "long double"),
        ("double _Complex", "_Complex double"),
        ("__int128 unsigned", "unsigned __int128"),
        ("_Float128", "_Float128"),
        ("__builtin_va_list", "va_list"),
        ("__signed__ int", "int"),
    ],
)
def test_basic_types(declaration: str, kind: str) -> None:
    assert library(f"extern {declaration} x;").variables["x"].type == Builtin(kind)


@pytest.mark.parametrize(
    ("declaration", "text"),
    [
        ("int *x[3]", "int *x[3]"),
        ("int (*x)[3]", "int (*x)[3]"),
        ("int (*x)(int, char *)", "int (*x)(int, char *)"),
        ("int (*(*x)(void))(long)", "int (*(*x)(void))(long)"),
        ("const char *const x", "const char * const x"),
        ("char *const *volatile x", "char * const * volatile x"),
        ("int (*x[2])(int (*)(void))", "int (*x[2])(int (*)(void))"),
        ("struct s { int a; } *x", "struct s *x"),
        ("int x[2][3]", "int x[2][3]"),
        ("int x[]", "int x[]"),
    ],
)
def test_declarators_are_read_and_spelled(declaration: str, text: str) -> None:
    assert spell(library(f"extern {declaration};").variables["x"].type, "x") == text


def test_parameters_are_adjusted() -> None:
    function = library("typedef int list[4];\nvoid f(int a[3], int g(int), const int c, list d, int n[static 2]);")
    types = [p.type for p in function.functions["f"].type.parameters]
    assert types == [
        Pointer(INT),
        Pointer(library("int g(int);").functions["g"].type),
        INT,
        Pointer(INT),
        Pointer(INT),
    ]


def test_functions() -> None:
    found = library(
        "int a(void);\nint b();\nvoid c(const char *format, ...) __attribute__((noreturn));\n"
        "static inline int d(int x) { if (x) { return 1; } return 2; }\n"
        "char *\n  e (int one /* with a comment */,\n     int two);\n"
        'int g(int) __asm__("g64");\n'
        "int (*h(int x))(long);\n"
    ).functions
    assert found["a"].type == Function(INT, ())
    assert not found["b"].type.prototyped
    assert found["c"].type.variadic
    assert found["c"].attributes == ("noreturn",)
    assert found["d"].linkage == "static inline"
    assert prototype(found["e"]) == "char *e(int one, int two)"
    assert found["g"].asm == "g64"
    assert spell(found["h"].type, "h") == "int (*h(int))(long)"


def test_declarations_repeated_are_one() -> None:
    found = library('int f();\nint f(int x);\nint f(int) __attribute__((deprecated("no")));\n').functions["f"]
    assert prototype(found) == "int f(int x)"
    assert found.mark.deprecated == "no"
    assert found.mark.location.line == 1


def test_records() -> None:
    found = library(
        "struct opaque;\n"
        "typedef struct _hidden *handle;\n"
        "struct s { int a, *b; unsigned c : 3, : 2, d : 1; char e[2][4]; struct s *next; int tail[]; };\n"
        "typedef struct { union { int i; float f; }; struct { int x; } in; } outer;\n"
        "struct __attribute__((packed)) p { char c; int i; } __attribute__((aligned(8)));\n"
        "#pragma pack(push, 2)\nstruct q { char c; int i; };\n#pragma pack(pop)\nstruct r { _Alignas(16) char c; };\n"
    ).records
    assert found["struct opaque"].members is None
    assert found["struct _hidden"].members is None
    s = found["struct s"].members or ()
    assert [(m.name, m.bits) for m in s] == [
        ("a", None), ("b", None), ("c", 3), ("", 2), ("d", 1), ("e", None), ("next", None), ("tail", None),
    ]  # fmt: skip
    assert s[-1].type == Array(INT, None)
    assert [m.name for m in found["struct (outer)"].members or ()] == ["", "in"]
    assert "struct (outer).in" in found
    assert found["struct (outer).0"].kind == "union"
    assert found["struct p"].packed
    assert found["struct p"].aligned == 8
    assert found["struct q"].pack == 2
    assert (found["struct r"].members or ())[0].aligned == 16


def test_enums() -> None:
    found = library(
        "enum e { A, B = 5, C, D = -1, E = 1 << 4, F = (1U << 31), G = B | 2, H = sizeof(int), I = 'a',\n"
        "  J = ~0U, K = 1 ? 2 : 3, L __attribute__((deprecated)) = 7, };\n"
        "typedef enum { M } t;\nenum { N = A };\n"
    ).enums
    values = {e.name: e.value for e in found["enum e"].enumerators or ()}
    assert values == {
        "A": 0, "B": 5, "C": 6, "D": -1, "E": 16, "F": 1 << 31, "G": 7, "H": 4, "I": 97,
        "J": 0xFFFFFFFF, "K": 2, "L": 7,
    }  # fmt: skip
    assert set(found) == {"enum e", "enum (t)", "enum {N}"}


def test_array_lengths_that_differ_between_targets() -> None:
    member = (library("struct s { char pad[16 - sizeof(long)]; };").records["struct s"].members or ())[0]
    assert isinstance(member.type, Array)
    assert member.type.length == 8
    assert dict(member.type.lengths)["i386"] == 12
    assert dict(member.type.lengths)["win64"] == 12


def test_target_dependent_types_stay_named() -> None:
    found = library("#include <stddef.h>\n#include <stdint.h>\nsize_t f(uint64_t x, uint32_t y);\n")
    assert found.functions["f"].type.result == TypedefRef("size_t")
    assert found.typedefs["size_t"].type == Builtin("size_t")
    assert not found.typedefs["size_t"].own
    assert found.typedefs["uint32_t"].type == Builtin("unsigned int")


def test_gnu_words_are_understood() -> None:
    found = library(
        "__extension__ typedef struct { __extension__ union { int a; long long b; }; } t;\n"
        "extern __inline __attribute__((__gnu_inline__)) int f(int x) { return x; }\n"
        "typedef int v4 __attribute__((vector_size(16)));\n"
        "typedef unsigned int word __attribute__((mode(DI)));\n"
        '_Static_assert(sizeof(int) == 4, "x");\n'
        "__typeof__(int *) p;\n__typeof__(p) q;\n"
        'int n __attribute__((visibility("default"))), *m;\n'
        '[[deprecated("old")]] int g(void);\n'
    )
    assert found.typedefs["word"].type == Builtin("uint64_t")
    assert found.variables["q"].type == Pointer(INT)
    assert found.functions["g"].mark.deprecated == "old"


def test_what_cannot_be_modelled_is_named_and_the_rest_counts() -> None:
    model = parsed("int before(void);\n__typeof__(before()) odd(int x);\nint after(void);\n")
    assert [p.message for p in model.problems] == ["__typeof__ of an expression can't be modelled"]
    assert str(model.problems[0].location) == "example.h:2:1"
    found = model.libraries[0]
    assert set(found.functions) == {"before", "after"}
    assert "odd" in found.unread


def test_recovery_inside_and_after_braces() -> None:
    model = parsed("struct a { int x; unknown_t y; };\nint f(void);\nstruct b { int z; };\n")
    assert len(model.problems) == 1
    assert "unknown type name 'unknown_t'" in model.problems[0].message
    assert "f" in model.libraries[0].functions
    assert "struct b" in model.libraries[0].records


def test_qualifiers() -> None:
    found = library("typedef const char text;\nextern const text *volatile x;\nextern _Atomic int y;\n").variables
    assert found["x"].type == Qualified(Pointer(Qualified(TypedefRef("text"), ("const",))), ("volatile",))
    assert found["y"].type == Qualified(INT, ("_Atomic",))


def test_census() -> None:
    counts = census(
        parsed(
            "#define A 1\n#define F(x) x\nint f(void);\nextern int v;\ntypedef void (*cb)(int);\ntypedef int t;\n"
            "struct s;\nunion u { int a; };\nenum e { X, Y };\n"
        )
    )
    assert counts == {
        "headers": 1, "functions": 1, "callbacks": 1, "typedefs": 1, "structs": 1, "unions": 1, "enums": 1,
        "enumerators": 2, "constants": 1, "function-like macros": 1, "variables": 1,
    }  # fmt: skip


def test_a_record_by_tag_is_referred_to() -> None:
    found = library("struct s *f(union u *x);")
    assert found.functions["f"].type.result == Pointer(RecordRef("struct s"))


def test_unmodelled_is_a_type_of_its_own() -> None:
    assert Unmodelled("a") != Unmodelled("b")


@pytest.mark.parametrize(
    ("text", "linkage"),
    [
        ("inline int f(int a) { return a; }", "inline"),
        ("extern inline int f(int a) { return a; }", "extern"),
        ("inline __attribute__((gnu_inline)) int f(int a) { return a; }", "extern"),
        ("extern inline __attribute__((gnu_inline)) int f(int a) { return a; }", "inline"),
        ("int f(int a);\nextern inline __attribute__((gnu_inline)) int f(int a) { return a; }", "inline"),
        ("int f(int a);\ninline int f(int a) { return a; }", "extern"),
        ("inline int f(int a);\ninline int f(int a) { return a; }", "inline"),
        ("int f(int a) { return a; }", "extern"),
        ("static inline int f(int a) { return a; }", "static inline"),
    ],
)
def test_which_definitions_are_external(text: str, linkage: str) -> None:
    assert library(f"{text}\n").functions["f"].linkage == linkage


@pytest.mark.parametrize(
    ("text", "defines"),
    [
        ("int v;", True),
        ("extern int v;", False),
        ("extern int v = 1;", True),
        ("const int v = 1;", True),
        ("static int v;", False),
        ('register long v __asm__("r12");', False),
        ("__thread int v;", True),
        ("extern __thread int v;", False),
    ],
)
def test_which_variables_are_defined(text: str, *, defines: bool) -> None:
    assert library(f"{text}\n").variables["v"].defines is defines


def test_what_callers_rely_on() -> None:
    found = library(
        "int f(int *a, int b) __attribute__((nonnull, pure));\nint f(int *a, int b) __attribute__((__nonnull__(1)));\n"
        "int g(int a) __attribute__((unsequenced, leaf));\n"
        "typedef short __attribute__((may_alias)) word;\nstruct s { int a; } __attribute__((may_alias));\n"
        'extern __thread int t __attribute__((tls_model("initial-exec")));\n'
        "extern char b[8] __attribute__((aligned(64)));\n"
    )
    assert (found.functions["f"].nonnull, found.functions["f"].attributes) == ((0, 1), ("pure",))
    assert found.functions["g"].attributes == ("const", "leaf")
    assert (found.typedefs["word"].may_alias, found.records["struct s"].may_alias) == (True, True)
    assert (found.variables["t"].attributes, found.variables["b"].aligned) == (("tls_model:initial-exec",), 64)


def test_some_attributes_matter_to_definitions_alone() -> None:
    text = '__attribute__((constructor)) {0}int f(void){1}\n__attribute__((section("a"))) {0}const int v{2}\n'
    declared = library(text.format("extern ", ";", ";"))
    defined = library(text.format("static ", " { return 1; }", " = 1;"))
    assert (declared.functions["f"].mark.unmodelled, declared.variables["v"].mark.unmodelled) == ((), ())
    assert defined.functions["f"].mark.unmodelled == ("constructor",)
    assert defined.variables["v"].mark.unmodelled == ('section("a")',)
