"""What pycparser is fed, what is taken out before, and where it belongs."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import time

import pytest

from abidiff.surfaces.headers.layout.spell import spell
from abidiff.surfaces.headers.model import Builtin, Member, Pointer, Qualified, RecordRef, TypedefRef
from tests.surfaces.headers.helpers import library, parsed

AFTER = "\nint after(void);\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("foo_t f(void);", "1:1", "unknown type name 'foo_t'"),
        ("int f(int a, foo_t *b);", "1:14", "unknown type name 'foo_t'"),
        ("int f(int a, foo_t);", "1:14", "unknown type name 'foo_t'"),
        ("int f(foo_t);", "1:7", "unknown type name 'foo_t'"),
        ("struct s {\n  int a;\n  foo_t b;\n};", "3:3", "unknown type name 'foo_t'"),
        ("extern noint(void);", "1:8", "unknown type name 'noint'"),
        ("int f(void) int g(void);", "1:5", "expected ';' or '{' behind the declarator of 'f'"),
        ("int f(void) ) ;", "1:13", "unexpected ')'"),
        ("int x = 1, = 2;", "1:12", "unexpected '='"),
        ("int x[2;", "1:6", "'[' is not closed"),
        ("int x; }\nint y = 1;", "1:8", "'}' closes nothing"),
        ("struct s { int a = 1; };", "1:18", "unexpected '='"),
        ("enum e { };", "1:10", "unexpected '}'"),
        ("enum e { A B };", "1:12", "unexpected 'B'"),
        ("enum e { A } f(foo_t x);", "1:16", "unknown type name 'foo_t'"),
        ("enum e { 1 };", "1:10", "expected the name of an enumerator before '1'"),
        ("enum e : float { A };", "1:10", "the fixed type of an enum is no integer type"),
        ("typeof(g(1) + 1) x;", "1:1", "typeof of an expression can't be modelled"),
        ("_BitInt(0) x;", "1:1", "_BitInt(0) is no type"),
        ("int f(int a asm(\"x\"));", "1:13", "asm can't be modelled here"),
        ("unsigned unsigned x;", "1:1", "'unsigned unsigned' is no type that is known"),
        ("int a __attribute__((mode(ZZ)));", "1:5", "mode(ZZ) can't be modelled"),
    ],
)  # fmt: skip
def test_one_problem_at_its_place_and_the_rest_counts(text: str, place: str, message: str) -> None:
    model = parsed(text + AFTER)
    assert [(str(p.location), p.message) for p in model.problems] == [(f"example.h:{place}", message)]
    closed = "is not closed" not in message
    assert ("after" in model.libraries[0].functions) == (closed or text.endswith(";"))


def test_an_unknown_type_comes_with_a_hint() -> None:
    (problem,) = parsed("int f(foo_t *x);\n").problems
    assert problem.rendered == (
        "example.h:1:7: unknown type name 'foo_t'\n  int f(foo_t *x);\n        ^\n"
        "  hint: is the header that declares it included?"
    )


def test_nothing_of_a_broken_declaration_is_kept() -> None:
    (found,) = parsed("struct s { int a; struct inner { foo_t x; } b; };\nenum e { A, B = C };\n").libraries
    assert not found.records
    assert not found.enums
    assert {"s", "inner", "e", "A"} <= set(found.unread)


def test_typedef_names_are_types_in_what_follows() -> None:
    found = library("typedef int t;\ntypedef t u, *p;\nu f(p x, t t);\nstruct s { int t; t u; u *v[2]; };\n")
    assert spell(found.functions["f"].type, "f") == "u f(p, t)"
    members = found.records["struct s"].members or ()
    assert [spell(m.type, m.name) for m in members] == ["int t", "t u", "u *v[2]"]


def test_names_of_parameters_hide_types() -> None:
    found = library("typedef int t;\nvoid f(int (t));\nvoid g(t (*)(t), t (*t)(int));\n")
    assert spell(found.functions["f"].type, "f") == "void f(int (*)(t))"
    assert [p.name for p in found.functions["g"].type.parameters] == ["", "t"]


def member(text: str) -> Member:
    (found,) = library(f"struct s {{ {text} }};").records["struct s"].members or ()
    return found


@pytest.mark.parametrize(
    ("text", "aligned", "packed", "deprecated"),
    [
        ("int a __attribute__((aligned(16)));", 16, False, None),
        ("__attribute__((aligned(16))) int a;", 16, False, None),
        ("int __attribute__((aligned(16))) a;", 16, False, None),
        ("int a[2] __attribute__((aligned(16), packed));", 16, True, None),
        ("int *__attribute__((aligned(16))) a;", 16, False, None),
        ("int (__attribute__((aligned(16))) *a)(int);", 16, False, None),
        ("int (*a)(int b __attribute__((aligned(16), deprecated)));", 0, False, None),
        ("int (*a)(int b) __attribute__((deprecated(\"x\" \"y\")));", 0, False, "xy"),
        ("unsigned a : 3 __attribute__((packed));", 0, True, None),
        ("_Alignas(8) _Alignas(16) int a;", 16, False, None),
        ("_Alignas(double) int a;", 8, False, None),
        ("[[deprecated(\"m\")]] int a;", 0, False, "m"),
        ("int a [[deprecated]];", 0, False, ""),
        ("__declspec(align(32)) int a;", 32, False, None),
        ("int a __attribute__((aligned));", -1, False, None),
        ("__attribute__((aligned(16))) struct { int b; };", 16, False, None),
        ("struct { int b; } __attribute__((aligned(16)));", 0, False, None),
    ],
)  # fmt: skip
def test_an_attribute_belongs_to_the_member_it_stands_at(
    text: str, aligned: int, packed: bool, deprecated: str | None
) -> None:
    found = member(text)
    assert (found.aligned, found.packed, found.deprecated) == (aligned, packed, deprecated)


def test_an_attribute_belongs_to_one_declarator_of_several() -> None:
    found = library('struct s { int a, b __attribute__((deprecated)), c; };\nint f(int), g(int) __asm__("h"), *v;\n')
    assert [m.deprecated for m in found.records["struct s"].members or ()] == [None, "", None]
    assert (found.functions["f"].asm, found.functions["g"].asm) == ("", "h")
    assert found.variables["v"].type == Pointer(Builtin("int"))


def test_attributes_of_structs_and_enums() -> None:
    found = library(
        "struct __attribute__((packed)) a { int x; };\nstruct b { int x; } __attribute__((packed, aligned(8))) v;\n"
        "typedef struct { int x; } __attribute__((deprecated)) c;\n"
        "enum e { A __attribute__((deprecated(\"a\"))) = 3, B [[deprecated]], C } __attribute__((packed));\n"
    )  # fmt: skip
    assert found.records["struct a"].packed
    assert (found.records["struct b"].packed, found.records["struct b"].aligned) == (True, 8)
    assert found.records["struct (c)"].mark.deprecated == ""
    assert found.typedefs["c"].mark.deprecated is None
    enum = found.enums["enum e"]
    assert enum.packed
    assert [(e.name, e.value, e.mark.deprecated) for e in enum.enumerators or ()] == [
        ("A", 3, "a"),
        ("B", 4, ""),
        ("C", 5, None),
    ]


def test_atomic_and_typeof() -> None:
    found = library(
        "int f(int);\n_Atomic(int *) a;\n_Atomic int b;\nint *_Atomic c;\n__typeof__(f) g;\ntypeof(int *) d;\n"
        "typedef _Atomic(struct s *) t;\n"
    )
    atomic = ("_Atomic",)
    assert found.variables["a"].type == Qualified(Pointer(Builtin("int")), atomic)
    assert found.variables["b"].type == Qualified(Builtin("int"), atomic)
    assert found.variables["c"].type == found.variables["a"].type
    assert found.functions["g"].type == found.functions["f"].type
    assert found.variables["d"].type == Pointer(Builtin("int"))
    assert found.typedefs["t"].type == Qualified(Pointer(RecordRef("struct s")), atomic)


def test_bodies_initialisers_and_assertions_are_passed_over() -> None:
    found = library(
        "static inline int f(int a) { if (a) { return (int){1}; } return \"}\"[0]; }\n"
        "static const char *const names[] = { \"a;\", \"{\" }, *more = \"x\";\n"
        "_Static_assert(sizeof(int) == 4, \"int\");\nstruct s { _Static_assert(1); int a; };\n"
        "__asm__(\"nop\");\nextern \"C\" {\nint g(void);\n}\n"
    )  # fmt: skip
    assert sorted(found.functions) == ["f", "g"]
    assert found.functions["f"].linkage == "static inline"
    assert sorted(found.variables) == ["more", "names"]
    assert len(found.records["struct s"].members or ()) == 1


def test_places_lead_to_the_name() -> None:
    found = library("#define P(x) x\nextern int\n  *f P((void));\nstruct s {\n  int a, *b;\n  unsigned : 3;\n};\n")
    assert str(found.functions["f"].mark.location) == "example.h:3:4"
    places = [str(m.location) for m in found.records["struct s"].members or ()]
    assert places == ["example.h:5:7", "example.h:5:11", "example.h:6:12"]


def test_a_typedef_swapped_in_is_a_reference() -> None:
    assert member("struct { int x; } a[2];").type != member("int a;").type
    found = library("typedef struct n n;\nstruct n { n *next; };\n")
    (next_,) = found.records["struct n"].members or ()
    assert next_.type == Pointer(TypedefRef("n"))


# --- hostile input ------------------------------------------------------------------------------

DEEP = 20_000


@pytest.mark.parametrize(
    "text",
    [
        f"int {'(' * DEEP}f{')' * DEEP}(void);",
        f"int f({'int (*)(' * DEEP}int{')' * DEEP});",
        f"{'struct {' * DEEP}int a;{'} x;' * DEEP}",
        f"int x{'[2]' * DEEP};",
        f"int {'*' * DEEP}x;",
        f"int f{'(int a[3])[2]' * DEEP};",
        f"int f(int (*p){'(int *)' * DEEP});",
        f"{'typeof(' * DEEP}int{')' * DEEP} x;",
        f"int x[{'sizeof(int[' * 2000}1{'])' * 2000}];",
    ],
    ids=["parentheses", "parameters", "structs", "arrays", "pointers", "mixed", "suffixes", "typeof", "sizeof"],
)
def test_nesting_is_bounded(text: str) -> None:
    started = time.process_time()
    model = parsed(text + AFTER)
    assert [p.message for p in model.problems] == ["nested too deeply"]
    assert "after" in model.libraries[0].functions
    assert time.process_time() - started < 5


def test_reasonable_nesting_is_read() -> None:
    found = library(f"int {'(*' * 25}p{')(int)' * 25};\nint f({'int (*)(' * 25}int{')' * 25});\n")
    assert "p" in found.variables
    assert "f" in found.functions


def test_many_broken_declarations_take_linear_time() -> None:
    started = time.process_time()
    model = parsed("int f(foo_t a, int b);\n" * 5000 + AFTER)
    assert "after" in model.libraries[0].functions
    assert time.process_time() - started < 5


PIECES = (
    "int * ( ) [ ] { } , ; : = struct union enum typedef T const 3 _Atomic typeof static x ... __extension__ unsigned "
    'inline void sizeof ^ [[ @ \'c\' _Alignas(8) _Static_assert(1) "s" asm("q") __attribute__((packed))'
)
TEXTS = (
    "typedef struct { int x ; struct { T a ; } ; union { T q ; long r ; } u [ 4 ] ; } S , * P ;",
    "enum e { A = 1 , B = A << 3 , C __attribute__((deprecated)) , D = sizeof ( int ) } ;",
    "void ( * signal ( int sig , void ( * func ) ( int , T ) ) ) ( int ) ; int k ( int a [ ] , int b [ static 3 ] ) ;",
    "struct b { unsigned a : 3 , : 0 ; T c [ 2 ] [ 3 ] ; } __attribute__((packed)) ; static inline T f ( T x ) { }",
    "extern _Atomic ( int ) v , w __attribute__((aligned(8))) ; _Alignas(16) int z = 3 , y ; typeof ( T ) t ;",
)


def test_no_text_makes_it_fall_over() -> None:
    chance, pieces = random.Random(24), PIECES.split()
    for _ in range(600):
        words = chance.choice(TEXTS).split(" ")
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(words))
            words[at : at + chance.randint(0, 1)] = chance.choices(pieces, k=chance.randint(0, 1))
            words = words or ["int"]
        model = parsed("typedef int T;\n" + " ".join(words) + AFTER)
        assert all(p.location is not None and p.rendered for p in model.problems), words


# --- a compiler as the judge ----------------------------------------------------------------------


def declarator(chance: random.Random, name: str, depth: int) -> str:
    """Return a random valid declaration of ``name`` (never an array of functions or the like)."""
    inner, kind = name, "object"
    for _ in range(depth):
        step = chance.choice("p[(q")
        if step in "pq" or (step == "[" and kind == "function") or (step == "(" and kind in ("function", "array")):
            inner, kind = f"*{' const' if step == 'q' else ''} {inner}", "pointer"
        elif step == "[":
            inner, kind = f"({inner})[{chance.randint(1, 9)}]" if kind == "pointer" else f"{inner}[3]", "array"
        else:
            parameters = [
                declarator(chance, chance.choice(["", f"p{i}"]), depth - 2) for i in range(chance.randint(0, 3))
            ]
            inside = ", ".join(p if p.strip() else "int" for p in parameters) or "void"
            inner, kind = (f"({inner})({inside})" if kind == "pointer" else f"{inner}({inside})"), "function"
    return f"{chance.choice(BASES)} {inner}"


BASES = ("int", "const char", "unsigned long", "T", "const T", "struct s", "enum e", "volatile T", "long long int", "P")
GIVEN = "typedef int T;\ntypedef const char *P;\nstruct s { int a; };\nenum e { E1 };\n"


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_gcc_reads_the_same_types() -> None:
    chance = random.Random(7)
    asked = [f"extern {declarator(chance, f'x{i}', chance.randint(0, 6))};" for i in range(1500)]
    asked = compiled(asked)
    assert len(asked) > 500
    found = library(GIVEN + "\n".join(asked) + "\n")
    ours = []
    for text in asked:
        name = re.search(r"\bx\d+", text)
        assert name is not None
        made = found.functions.get(name.group()) or found.variables[name.group()]
        ours.append(f"{text} extern {spell(made.type, name.group())};")
    assert compiled(ours) == ours


def compiled(lines: list[str]) -> list[str]:
    """Return the lines that gcc takes."""
    source = GIVEN + "\n".join(lines) + "\n"
    command = ["gcc", "-x", "c", "-std=gnu11", "-w", "-fsyntax-only", "-fmax-errors=0", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, timeout=120, check=False)
    wrong = {int(found) for found in re.findall(r"^<stdin>:(\d+):\d+: error", done.stderr, re.MULTILINE)}
    first = GIVEN.count("\n") + 1
    return [line for number, line in enumerate(lines, first) if number not in wrong]
