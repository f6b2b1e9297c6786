"""Inline functions and macros that read or write members: evaluated, and what is found is confirmed by a compiler."""

from __future__ import annotations

import shutil

import pytest

from abidiff.finding import Confirmation, Severity
from abidiff.surfaces.headers.prove.verify import verify
from tests.surfaces.headers.helpers import findings, release_of

HEAD = "struct in { int a, b; };\nstruct p { int a, b; char *n, *m; struct in i; int v[4]; unsigned flags : 3; };\n"
HEAD += "struct q { struct p *next; union { int x; float y; } u; struct { short s, t; }; };\n"
INT = "static inline int f(const struct p *o) {{ {} }}\n"
SET = "static inline void f(struct p *o, int n) {{ {} }}\n"
MACRO = "#define M(o) {}\n"


def severities(template: str, old: str, new: str) -> list[Severity]:
    return [f.severity for f in findings(HEAD + template.format(old), HEAD + template.format(new))]


BREAKS = [
    (MACRO, "((o)->a + 1)", "((o)->a + 2)"),
    (INT, "return o->flags;", "return o->flags + 1;"),
    ("static inline int f(struct q *o) {{ {} }}\n", "return o->next->a;", "return o->next->b;"),
    ("static inline int f(struct q *o) {{ {} }}\n", "return o->u.x;", "return o->u.x + 1;"),
    ("static inline void f(struct q *o, int n) {{ {} }}\n", "o->next->i.a = n;", "o->next->i.b = n;"),
    (SET, "o->flags = n;", "o->flags = n + 1;"),
    (MACRO, "(&(o)->a)", "(&(o)->b)"),
    (MACRO, "((o)->i.a)", "((o)->i.b)"),
    (MACRO, "((o)->v[1])", "((o)->v[2])"),
    (MACRO, "((char *)(o) + 4)", "((char *)(o) + 8)"),
    (MACRO, "((o).i.a * 2)", "((o).i.a * 3)"),
    (MACRO, "(*(o) + 1)", "(*(o) - 1)"),
    ("#define M(o, n) {}\n", "do {{ (o)->a = (n); }} while (0)", "do {{ (o)->b = (n); }} while (0)"),
    ("#define M(o, n) {}\n", "((o)->a |= (n))", "((o)->a &= (n))"),
    (INT, "return o->a;", "return o->b;"),
    (INT, "return o->a & 1;", "return o->a & 2;"),
    (INT, "return o->a > o->b;", "return o->a >= o->b;"),
    (INT, "if (o->a > 2) return 1; return 0;", "if (o->a > 3) return 1; return 0;"),
    (INT, "int s = 0; for (int k = 0; k < 3; k++) s += o->a; return s;", "return o->a * 4;"),
    (SET, "o->a = n;", "o->b = n;"),
    (SET, "o->a = n;", "o->a = n + 1;"),
    (SET, "o->a++;", "o->a += 2;"),
    (SET, "if (n) o->a = 0;", "if (!n) o->a = 0;"),
    ("static inline int f(const int *o) {{ {} }}\n", "return o[0];", "return o[1];"),
    ("static inline int f(struct p o) {{ {} }}\n", "return o.a;", "return o.b;"),
    ("static inline char *f(const struct p *o) {{ {} }}\n", "return o->n;", "return o->m;"),
    ("static inline int *f(struct p *o) {{ {} }}\n", "return &o->a;", "return &o->i.a;"),
    ("typedef struct {{ int a, b; }} Ship;\nstatic inline int f(Ship *o) {{ {} }}\n", "return o->a;", "return o->b;"),
    ("static inline short f(struct q *o) {{ {} }}\n", "return o->s;", "return o->t;"),
]


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize(("template", "old", "new"), BREAKS)
def test_other_values_of_members_break(template: str, old: str, new: str) -> None:
    old, new = (
        HEAD + template.format(old.replace("{{", "{").replace("}}", "}")),
        HEAD + template.format(new.replace("{{", "{").replace("}}", "}")),
    )
    (finding,) = verify(findings(old, new), release_of(old), release_of(new))
    assert (finding.severity, finding.confirmation) == (Severity.BREAKING, Confirmation.CONFIRMED), finding


@pytest.mark.parametrize(
    ("template", "old", "new", "severity"),
    [
        (INT, "return o->a;", "return (*o).a;", None),
        (INT, "return o->a + o->b;", "return o->b + o->a;", None),
        (INT, "return o->a * 2;", "return o->a + o->a;", Severity.NOTICE),
        (INT, "return o ? o->a : -1;", "return o->a;", Severity.UNDECIDED),
        (INT, "return o->a == 0;", "return o->n == 0;", Severity.UNDECIDED),
        (SET, "o->a = n; o->b = n;", "o->b = n; o->a = n;", Severity.NOTICE),
        ("static inline float f(struct q *o) {{ {} }}\n", "return o->u.x;", "return o->u.y;", Severity.NOTICE),
        ("static inline int f(struct q *o) {{ {} }}\n", "return o->u.x;", "return o->u.y;", Severity.NOTICE),
    ],
)
def test_what_is_not_decided_by_values(template: str, old: str, new: str, severity: Severity | None) -> None:
    assert severities(template, old, new) == ([severity] if severity is not None else [])


@pytest.mark.parametrize(
    ("old", "new", "on"),
    [
        ("sizeof(long)", "8", True),
        ("(8 * sizeof(void *))", "64", True),
        ("sizeof(int)", "4", False),
        ("(8 * sizeof(void *))", "(sizeof(long) * 8)", False),
    ],
)
def test_a_constant_of_sizes_is_another_one_elsewhere(old: str, new: str, on: bool) -> None:
    found = findings(f"#define N {old}\nint f(void);\n", f"#define N {new}\nint f(void);\n")
    assert [f.severity is Severity.BREAKING for f in found if f.severity is not Severity.WARNING] == [True] * on


FRAME = (
    "typedef struct {{ int size, mode; }} ship_frame_t;\nstruct other {{ int x, y; }};\n#define SHIP_INIT_FRAME {}\n"
)


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (FRAME.format("{ 1, 0 }"), FRAME.format("{ 2, 0 }"), "ship_frame_t"),
        ("struct s { unsigned a : 3; };\n", "struct s { unsigned b : 3; };\n", "struct s"),
    ],
)
def test_the_struct_that_a_name_says(old: str, new: str, name: str) -> None:
    (finding,) = verify(findings(old, new), release_of(old), release_of(new))
    assert finding.confirmation is Confirmation.CONFIRMED
    assert finding.witness is not None
    assert name in finding.witness.text


def test_a_qualifier_of_a_bit_field_has_no_pointer_to_lose_it() -> None:
    plain, volatile = "struct s { unsigned a : 3; };\n", "struct s { volatile unsigned a : 3; };\n"
    assert [(f.severity, f.witness) for f in findings(plain, volatile)] == [(Severity.NOTICE, None)]
    assert [(f.severity, f.witness) for f in findings(volatile, plain)] == [(Severity.WARNING, None)]


def test_float80_becomes_long_double() -> None:
    assert findings("__float80 f(__float80);\n", "long double f(long double);\n") == []
    assert [f.severity for f in findings("long double f(void);\n", "__float80 f(void);\n")] == [Severity.BREAKING]


def test_struct_winsize_is_known() -> None:
    head = "#include <sys/ioctl.h>\n"
    old, new = "struct s { struct winsize w; int a; };\n", "struct s { int a; struct winsize w; };\n"
    assert {f.severity for f in findings(head + old, head + new)} == {Severity.BREAKING}
