"""What is claimed of a change: severity by what programs do (tags, signs, arrays without a length)."""

from __future__ import annotations

import pytest

from tests.surfaces.headers.helpers import findings


def told(old: str, new: str) -> list[str]:
    return [
        f"{f.severity.value} {f.rule.partition('/')[2]} {f.subject}"
        for f in findings(old, new)
        if f.severity.value != "extension"
    ]


CASES = {
    "a tag on a struct that only a function takes": (
        "typedef struct ship_s ship; int f(ship *);",
        "typedef struct ship_r ship; int f(ship *);",
        ["breaking tag-removed struct ship_s"],
    ),
    "a union's tag": (
        "typedef union u_s { int a; } u;",
        "typedef union { int a; } u;",
        ["breaking tag-removed union u_s"],
    ),
    "an enum's tag, another one now": (
        "typedef enum e_s { A } e;",
        "typedef enum e_r { A } e;",
        ["breaking tag-removed enum e_s"],
    ),
    "a reserved tag": ("typedef struct _s { int a; } s;", "typedef struct { int a; } s;", []),
    "a tag is new": ("typedef struct { int a; } s;", "typedef struct s_s { int a; } s;", []),
    "the tag stays, opaque, beside the type": (
        "typedef struct a_s { int x; } a;",
        "struct a_s; typedef struct b_s { int x; } a;",
        ["breaking record-closed struct a_s"],
    ),
    "int, then unsigned, in a parameter": ("int f(int);", "int f(unsigned);", ["notice parameter-sign-changed f"]),
    "long and unsigned long": ("int f(long);", "int f(unsigned long);", ["notice parameter-sign-changed f"]),
    "const added beside it": (
        "int f(char *, int);",
        "int f(const char *, unsigned);",
        ["notice parameter-sign-changed f"],
    ),
    "another width": ("int f(int);", "int f(unsigned long);", ["breaking function-parameters-changed f"]),
    "bool is no integer of one byte": (
        "int f(_Bool);",
        "int f(unsigned char);",
        ["breaking function-parameters-changed f"],
    ),
    "pointers to them": ("int f(int *);", "int f(unsigned *);", ["breaking function-parameters-changed f"]),
    "a result that was an enum": (
        "enum e { A }; enum e f(void);",
        "enum e { A }; int f(void);",
        ["warning function-return-changed f"],
    ),
    "a result that is unsigned": ("int f(void);", "unsigned f(void);", ["breaking function-return-changed f"]),
    "a field that is signed": (
        "struct s { unsigned a; };",
        "struct s { int a; };",
        ["warning field-type-changed struct s.a"],
    ),
    "a bit-field reads other numbers": (
        "struct s { unsigned a : 3; };",
        "struct s { int a : 3; };",
        ["breaking field-type-changed struct s.a"],
    ),
    "a variable that is unsigned": ("extern int v;", "extern unsigned v;", ["breaking variable-changed v"]),
    "an array of arrays": ("extern int v[][3];", "extern int v[2][3];", []),
    "of another element": ("extern int v[];", "extern long v[2];", ["breaking variable-changed v"]),
    "bit 31 in an enum of that name": (
        "enum e { A = 1, B = 1 << 31 };",
        "enum e { A = 1, B = 1U << 31 };",
        ["notice enum-type-changed e", "warning enumerator-value-changed B"],
    ),
    "other bits": ("enum { A = -1 };", "enum { A = 1U << 31 };", ["breaking enumerator-value-changed A"]),
    "an untagged struct of a member got a name and a field before others": (
        "struct s { struct { int a; } m; };",
        "typedef struct { long b; int a; } t; struct s { t m; };",
        ["breaking record-layout-changed struct s", "breaking record-layout-changed struct s.m"],
    ),
    "in a member of a member": (
        "struct s { struct { union { int a; char b[8]; } u; } m; };",
        "typedef union { int a; char b[8]; short c; } u_t; typedef struct { u_t u; } m_t; struct s { m_t m; };",
        [],
    ),
    "in an array of them": (
        "struct s { union { int a; char b[8]; } u[2]; };",
        "typedef union { int a; char b[8]; short c; } u_t; struct s { u_t u[2]; };",
        [],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_claims(old: str, new: str, expected: list[str]) -> None:
    assert told(old, new) == expected
    assert told(old, old) == []
    assert told(new, new) == []
