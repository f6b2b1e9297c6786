"""Conditions of protocol files: each name defined, names of one condition together, what nobody enters."""

from __future__ import annotations

import pytest

from abidiff import limits
from tests.surfaces.xdr.helpers import between, model, said

PROGRAM = "program P { version V { m F(m) = 1; } = 1; } = 9;\n"


def grouped(condition: str, inside: str, outside: str = "struct m { int a; int b; };") -> str:
    """Return a protocol whose message is another one under a condition."""
    return f"#{condition}\n{inside}\n#else\n{outside}\n#endif\n{PROGRAM}"


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("ifdef A", "A is"),
        ("if defined(A)", "A is"),
        ("if A", "A is"),
        ("if A == 1", "A is"),
        ("if defined(A) && defined(B)", "A and B are"),
        ("if A && !defined(B)", "A is"),
    ],
)
def test_a_change_below_a_condition_says_what_has_to_be_defined(condition: str, names: str) -> None:
    found = between(grouped(condition, "struct m { int a; };"), grouped(condition, "struct m { hyper a; };"))
    assert said(found) == [("type-changed", "m.a")]
    assert found[0].message.endswith(f"(when {names} defined)")
    assert found[0].witness is not None


def test_groups_inside_of_groups_are_entered() -> None:
    old = grouped("ifdef A", "#ifdef B\nstruct m { int a; };\n#else\nstruct m { int c; };\n#endif")
    found = between(old, old.replace("int a; };", "hyper a; };", 1))
    assert [f.message for f in found] == ["int became hyper (when A and B are defined)"]


def test_a_change_that_is_there_anyway_is_told_once() -> None:
    old = "#ifdef A\nstruct x { int a; };\n#endif\nstruct m { int a; };\n" + PROGRAM
    found = between(old, old.replace("struct m { int", "struct m { hyper"))
    assert [f.message for f in found] == ["int became hyper"]


def test_a_condition_that_went_with_its_text_made_general_is_no_break() -> None:
    assert between(grouped("ifdef A", "struct m { int a; int b; };"), "struct m { int a; int b; };\n" + PROGRAM) == []


def test_a_procedure_that_only_a_condition_lets_in_is_missed() -> None:
    old = "program P { version V { int F(int) = 1;\n#ifdef A\nint G(int) = 2;\n#endif\n} = 1; } = 9;"
    assert said(between(old, "program P { version V { int F(int) = 1; } = 1; } = 9;")) == [("procedure-removed", "G")]


def test_names_that_only_the_new_side_asks_for_are_nobodys() -> None:
    new = grouped("ifdef A", "struct m { hyper a; };")
    assert between("struct m { int a; int b; };\n" + PROGRAM, new) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#if 0\nstruct x { int a; };\n#endif\n", "#if 0\nstruct x { hyper a; };\n#endif\n"),
        ("#ifdef RPC_HDR\nstruct x { int a; };\n#endif\n", "#ifdef RPC_HDR\nstruct x { hyper a; };\n#endif\n"),
        ("#ifdef A\n%int x;\n/* a */\n#endif\n", "#ifdef A\n%int y;\n#endif\n"),
        ("#ifndef A\n#define A 1\n#endif\n", "#ifndef B\n#define B 1\n#endif\n"),
        ("#if LEVEL > 3\nstruct x { int a; };\n#endif\n", "#if LEVEL > 3\n\nstruct  x { int a; };\n#endif\n"),
    ],
)
def test_what_is_never_entered_or_no_part_of_the_wire_is_silent(old: str, new: str) -> None:
    rest = "struct m { int a; };\n" + PROGRAM
    assert between(old + rest, new + rest) == []


@pytest.mark.parametrize("condition", ["if LEVEL > 3", "if LEVEL == 2", "if A && B == 5"])
def test_what_another_value_lets_in_is_undecided(condition: str) -> None:
    found = between(grouped(condition, "struct m { int a; };"), grouped(condition, "struct m { hyper a; };"))
    assert said(found) == [("condition-unread", "example.x")]
    assert "struct m { int a; };" in found[0].message


def test_what_does_not_parse_under_a_condition_is_undecided_unless_it_is_as_before() -> None:
    old = grouped("ifdef A", "struct m { int a; ")
    assert between(old, old) == []
    new = grouped("ifdef A", "struct m { hyper a; };")
    assert said(between(old, new)) == [("condition-unread", "example.x")]
    found = between(new, old)
    assert said(found) == [("condition-unread", "A")]
    assert found[0].message.startswith("the protocols were not compared: example.x:")


def test_more_names_than_the_limit_leave_their_groups_unread() -> None:
    text = "".join(f"#ifdef A{n}\nstruct x{n} {{ int a; }};\n#endif\n" for n in range(40)) + "struct y { int a; };\n"
    known = model(text)
    assert len(known.variants) == limits.now().protocol_variants
    assert len(known.skipped) == 40 - len(known.variants)
    found = [f for f in between(text, text.replace("int", "hyper")) if f.rule == "xdr/condition-unread"]
    assert found
    assert all(f.message.endswith("(limit protocol-variants)") for f in found)
    assert all(dict(f.details)["limit"].startswith("--limit protocol-variants=") for f in found)
