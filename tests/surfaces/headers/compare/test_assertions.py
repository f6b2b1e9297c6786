"""Static assertions that fail in the new release: nobody who includes the header compiles any more."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from tests.surfaces.headers.helpers import findings, rules

F = "int f(void);\n"
S = "struct s { char c; long n; };\n"


@pytest.mark.parametrize(
    ("added", "severity", "targets"),
    [
        ('_Static_assert(sizeof(int) == 8, "x");\n', Severity.BREAKING, ()),
        ("_Static_assert(sizeof(long) == 8);\n", Severity.BREAKING, ("i386", "armhf")),
        ('struct t { int a; _Static_assert(0, "x"); };\n', Severity.BREAKING, ()),
        ('static inline int g(void) { _Static_assert(sizeof(int) < 4, "x"); return 1; }\n', Severity.BREAKING, ()),
        ('#include <stddef.h>\n_Static_assert(offsetof(struct s, n) == 1, "x");\n', Severity.BREAKING, ()),
        ("typedef char check[sizeof(int) == 8 ? 1 : -1];\n", Severity.BREAKING, ()),
        ("extern int check[1 - 2 * (sizeof(void *) != 8)];\n", Severity.BREAKING, ("i386", "armhf")),
        ("struct check { int a : sizeof(int) == 8 ? 1 : -1; };\n", Severity.BREAKING, ()),
        ("_Static_assert(f == g);\n", Severity.UNDECIDED, ()),
        ('_Static_assert(sizeof(struct s) >= 8, "x");\n', None, ()),
        ("typedef char check[sizeof(int) == 4 ? 1 : -1];\n", None, ()),
        ("struct check { int a : sizeof(int) == 4 ? 1 : -1; };\n", None, ()),
        ('#include <assert.h>\nstatic_assert((4, 1) && "a, b", "x");\n', Severity.UNDECIDED, ()),
    ],
)
def test_one_that_is_new(added: str, severity: Severity | None, targets: tuple[str, ...]) -> None:
    found = [f for f in findings(F + S, F + S + added) if f.severity is not Severity.EXTENSION]
    assert [(f.rule, f.severity) for f in found] == ([("headers/assertion-fails", severity)] if severity else [])
    assert all(f.targets == targets and (f.witness is not None) == (severity is Severity.BREAKING) for f in found)


def test_what_it_speaks_of_changed() -> None:
    text = '_Static_assert(sizeof(struct s) == 16, "x");\n'
    new = "struct s { char c; long n; long m; };\n"
    assert "assertion-fails sizeof(struct s) == 16" in rules(S + text, new + text, targets=("x86_64",))


def test_who_could_not_include_the_header_before_loses_nothing() -> None:
    one, other = '_Static_assert(0, "x");\n', '_Static_assert(1 > 2, "y");\n'
    assert rules(F + one, F + other) == []
    before = {"a.h": F, "b.h": "int g(void);\n" + one}
    after = {"a.h": F, "b.h": "int g(void);\n" + one + other}
    assert rules(before, after) == []
    assert rules(before, {**after, "a.h": F + other}) == ["assertion-fails 1 > 2"]


def test_of_a_header_that_others_bring() -> None:
    old = {"a.h": F}
    new = {"a.h": '#include "b.h"\n' + F, "b.h": '_Static_assert(0, "x");\n'}
    found = [f for f in findings(old, new) if f.severity is Severity.BREAKING]
    assert [(f.rule, f.subject) for f in found] == [("headers/assertion-fails", "0")]
    assert found[0].witness is not None
    assert "#include <a.h>" in found[0].witness.text
    assert rules(old, {"a.h": F, "b.h": '_Static_assert(0, "x");\n'}) == []


def test_in_a_configuration() -> None:
    old = "#ifdef SHIP\nint g(void);\n#endif\n"
    new = '#ifdef SHIP\nint g(void);\n_Static_assert(0, "x");\n#endif\n'
    found = [f for f in findings(F + old, F + new) if f.severity is not Severity.EXTENSION]
    assert [f.subject for f in found] == ["0"]
    assert "when SHIP is defined" in found[0].message
