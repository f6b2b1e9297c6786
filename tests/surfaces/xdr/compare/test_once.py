"""One cause is said once, and exchanged names of one shape are a warning."""

from __future__ import annotations

import pytest

from abidiff.finding import Finding
from abidiff.rule import load, run
from abidiff.surfaces.xdr.build.parse import parse_text
from abidiff.surfaces.xdr.compare.compare import compare

PROGRAM = " program P { version V { int F(s) = 1; } = 1; } = 9;"
ENUM = "enum e { A = 0, B = 1, C = 2 };"
SWAPPED = "enum e { A = 0, C = 1, B = 2 };"


def between(old: str, new: str) -> list[Finding]:
    changes = compare(parse_text("p.x", (old + PROGRAM).encode()), parse_text("p.x", (new + PROGRAM).encode()))
    return list(run(load("abidiff.surfaces.xdr.rules"), changes))


def said(old: str, new: str) -> list[str]:
    return [f"{f.severity} {f.rule.removeprefix('xdr/')} {f.subject}" for f in between(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("struct s { int x; int y; };", "struct s { int y; int x; };", "members-reordered s"),
        ("struct i { int x; int y; }; struct s { i a; int b; };",
         "struct i { int y; int x; }; struct s { i a; hyper b; };", "members-reordered i"),
        ("union s switch (int k) { case 1: int a; case 2: int b; };",
         "union s switch (int k) { case 1: int b; case 2: int a; };", "members-reordered s"),
        (ENUM + "struct s { e x; };", SWAPPED + "struct s { e x; };", "enum-value-renumbered e"),
        (ENUM + "union s switch (e k) { case A: void; case B: int b; case C: int c; };",
         SWAPPED + "union s switch (e k) { case A: void; case B: int b; case C: int c; };", "enum-value-renumbered e"),
    ],
)  # fmt: skip
def test_exchanged_names_of_one_shape_are_a_warning(old: str, new: str, wanted: str) -> None:
    found = said(old, new)
    assert [line for line in found if line.startswith("warning")] == [f"warning {wanted}"]
    assert all("hyper" in new or not line.startswith("breaking") for line in found)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("struct s { int x; hyper y; };", "struct s { hyper y; int x; };", "members-reordered s"),
        (ENUM + "union s switch (e k) { case A: void; case B: int b; case C: hyper c; };",
         SWAPPED + "union s switch (e k) { case A: void; case B: int b; case C: hyper c; };",
         "enum-value-renumbered e"),
        (ENUM + "struct s { e x; };", "enum e { A = 0, N = 1, B = 2, C = 3 }; struct s { e x; };",
         "enum-value-renumbered e"),
    ],
)  # fmt: skip
def test_of_another_shape_or_moved_on_they_break(old: str, new: str, wanted: str) -> None:
    assert f"breaking {wanted}" in said(old, new)


def test_another_name_and_another_shape_is_one_finding() -> None:
    (found,) = between("struct s { int a; hyper z; };", "struct s { hyper b; hyper z; };")
    assert (found.rule, found.message) == ("xdr/type-changed", "int a became hyper b")


def test_what_grew_under_another_name_is_said_once() -> None:
    found = said("struct s { string a<4>; hyper z; };", "struct s { string b<8>; hyper z; };")
    assert found == ["notice renamed s", "notice limit-raised s.a"]


def test_a_renamed_type_that_changed_does_not_have_the_same_bytes() -> None:
    old, new = "struct t { int a; int b; }; struct s { t x; };", "struct u { int a; hyper b; }; struct s { u x; };"
    messages = [f.message for f in between(old, new)]
    assert messages == ["type t is now u", "int became hyper"]


def test_a_discriminant_that_lost_an_arm_is_the_arms_finding() -> None:
    old = "union s switch (int k) { case 1: int b; case 2: hyper a; };"
    new = "enum e { X = 1 }; union s switch (e k) { case X: int b; };"
    assert said(old, new) == ["breaking union-arm-removed s.2"]


def test_a_constant_that_others_stand_for_is_told_by_its_own_name() -> None:
    old = "const N = 50; const M = N; struct s { int a<N>; string b<M>; };"
    (found,) = between(old, old.replace("50", "30"))
    assert (found.rule, found.subject) == ("xdr/limit-lowered", "N")


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("const N = 90; struct s { int a; };", "const N = 50; struct s { int a; };", ["warning constant-lowered N"]),
        ("const N = 50; struct s { int a; };", "const N = 90; struct s { int a; };", []),
        ("const N = 90; struct s { int a<N>; };", "const N = 50; struct s { int a<N>; };",
         ["breaking limit-lowered N"]),
        ("const N = 90; const M = N; struct s { int a; };", "const N = 50; const M = N; struct s { int a; };",
         ["warning constant-lowered N"]),
    ],
)  # fmt: skip
def test_constants_that_only_c_code_uses(old: str, new: str, wanted: list[str]) -> None:
    assert said(old, new) == wanted
