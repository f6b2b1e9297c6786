# ruff: noqa: E501
"""What the rules' examples do not show: pairing, causes, directions, recursion."""

from __future__ import annotations

import msgspec
import pytest

from abidiff.finding import Severity
from abidiff.rule import load, run
from abidiff.surfaces.xdr.build.parse import parse
from abidiff.surfaces.xdr.compare.compare import compare
from abidiff.surfaces.xdr.model import Protocols
from tests.surfaces.xdr.cases import ACCEPTED
from tests.surfaces.xdr.helpers import between, model, said, sides

DEMO = """
const DEMO_STRING_MAX = 64;
typedef string demo_string<DEMO_STRING_MAX>;
typedef demo_string *demo_opt;
struct demo_dom { demo_string name; int id; };
struct demo_get_args { demo_dom dom; demo_opt why; };
struct demo_get_ret { demo_dom dom; int state; };
struct demo_list_ret { demo_dom doms<16>; };
struct demo_event_gone_msg { demo_dom dom; };
struct demo_error { int code; demo_string text; };
const DEMO_PROGRAM = 0x20008086;
const DEMO_PROTOCOL_VERSION = 1;
enum demo_procedure { DEMO_PROC_GET = 1, DEMO_PROC_LIST = 2, DEMO_PROC_EVENT_GONE = 3, DEMO_PROC_PING = 4 };
"""


def test_a_shared_struct_is_one_finding_that_lists_what_it_reaches() -> None:
    (finding,) = between(DEMO, DEMO.replace("int id;", "hyper id;"))
    assert (finding.rule, finding.subject) == ("xdr/type-changed", "demo_dom.id")
    assert finding.reaches == (
        "DEMO_PROC_EVENT_GONE (event)", "DEMO_PROC_GET (arguments, result)", "DEMO_PROC_LIST (result)",
    )  # fmt: skip
    assert len(finding.affects) == 4


def test_a_constant_is_one_finding_that_lists_what_it_limits() -> None:
    text = DEMO.replace("demo_string text;", "string text<DEMO_STRING_MAX>;")
    (finding,) = between(text, text.replace("64", "32"))
    assert (finding.rule, finding.subject) == ("xdr/limit-lowered", "DEMO_STRING_MAX")
    assert finding.old is not None
    assert finding.old.line == 2
    assert finding.details == (("limits", "demo_error.text, demo_string"),)
    assert "demo_error" in finding.reaches


@pytest.mark.parametrize(
    ("old", "new", "affects"),
    [
        ("demo_dom dom; demo_opt why;", "demo_dom dom;", {"old-client-to-new-server", "new-client-to-old-server"}),
        ("int state;", "int state; int more;", {"old-server-to-new-client", "new-server-to-old-client"}),
        ("int state;", "bool state;", {"old-server-to-new-client"}),
        ("doms<16>", "doms<8>", {"old-server-to-new-client"}),
        ("doms<16>", "doms<32>", {"new-server-to-old-client"}),
        ("int code;", "int code; int more;", {
            "old-client-to-new-server", "new-client-to-old-server", "new-server-to-old-client", "old-server-to-new-client",
        }),
    ],
)  # fmt: skip
def test_directions(old: str, new: str, affects: set[str]) -> None:
    assert old in DEMO
    (finding,) = between(DEMO, DEMO.replace(old, new))
    assert set(finding.affects) == affects


LIST = """
struct item { int a; item *next; };
struct tree { tree_list kids; int value; };
typedef tree tree_list<>;
struct a { b *other; int x; };
struct b { a *other; hyper y; };
struct user { item i; tree t; a c; };
"""


def test_recursive_types_end_and_are_equal_to_themselves() -> None:
    assert between(LIST, LIST.replace("tree_list", "forest")) != []
    assert {f.severity for f in between(LIST, LIST.replace("tree_list", "forest"))} == {Severity.NOTICE}
    assert said(between(LIST, LIST.replace("hyper y", "int y"))) == [("type-changed", "b.y")]
    assert said(between(LIST, LIST.replace("int a;", "int a; int z;"))) == [("member-added", "item.z")]


def test_a_ring_of_types_that_only_name_each_other_travels_too() -> None:
    ring = "struct a { b *other; int x; };\nstruct b { a *other; hyper y; };\n"
    assert said(between(ring, ring.replace("hyper y", "int y"))) == [("type-changed", "b.y")]


def test_renamed_recursion() -> None:
    old = "struct item { int a; item *next; };\nstruct user { item i; };\n"
    assert said(between(old, old.replace("item", "node"))) == [("renamed", "item")]


SILENT = [
    ("typedef inlined", "typedef int id;\nstruct s { id a; };", "struct s { int a; };"),
    ("typedef of a typedef", "struct s { int a<3>; };", "typedef int i;\ntypedef i l<3>;\nstruct s { l a; };"),
    ("constants merged", "const A = 4;\nconst B = 4;\nstruct s { int a<A>; int b<B>; };", "const A = 4;\nstruct s { int a<A>; int b<A>; };"),
    ("optional as a union", "struct s { int *a; };", "union o switch (bool p) { case TRUE: int v; case FALSE: void; };\nstruct s { o a; };"),
    ("struct written out", "struct i { int a; int b; };\nstruct s { i x; };", "struct s { struct { int a; int b; } x; };"),
    ("row of equal members", "struct s { int a[2]; };", None),
    ("enum bool", "enum e { NO = 0, YES = 1 };\nstruct s { e a; };", "struct s { bool a; };"),
    ("unreachable default arm", "enum e { A = 1 };\nunion u switch (e d) { case A: int a; default: void; };", "enum e { A = 1 };\nunion u switch (e d) { case A: int a; };"),
    ("default spelt out", "union u switch (bool d) { case TRUE: int a; default: void; };", "union u switch (bool d) { case TRUE: int a; case FALSE: void; };"),
    ("long is int", "struct s { long a; unsigned long b; };", "struct s { int a; unsigned b; };"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new"), SILENT, ids=[case[0] for case in SILENT])
def test_the_same_on_the_wire(name: str, old: str, new: str | None) -> None:
    findings = [f for f in between(old, new or old) if f.rule not in ("xdr/renamed", "xdr/unused-type-removed")]
    assert findings == []
    back = [f for f in between(new or old, old) if f.severity is Severity.BREAKING]
    assert back == []


def test_programs_are_paired_by_number_though_files_move() -> None:
    program = "program A { version V { int F(int) = 1; } = 1; } = 0x100;\n"
    other = "program B { version V { hyper G(hyper) = 1; } = 1; } = 0x200;\n"
    assert between(model(a_x=program, b_x=other), model(a_x=other, b_x=program)) == []
    assert between(model(a_x=program, b_x=other), model(new_x=other + program)) == []


def test_a_basename_reused_by_another_protocol() -> None:
    old = model(p_x="program A { version V { int F(int) = 1; } = 1; } = 0x100;\n")
    new = model(
        p_x="program B { version V { int G(int) = 7; } = 2; } = 0x900;\n",
        q_x="program A { version V { int F(int) = 1; } = 1; } = 0x100;\n",
    )
    assert said(between(old, new)) == [("program-added", "B")]


def test_types_that_move_to_another_file_are_the_same() -> None:
    old = model(a_x="struct s { int a; };\nstruct t { s x; };\n")
    new = model(a_x="struct t { s x; };\n", b_x="struct s { int a; };\n")
    assert between(old, new) == []


def test_both_conventions_say_the_same() -> None:
    block = "struct s { int a; };\nprogram P { version V { s F(s) = 1; } = 1; } = 7;\n"
    assert said(between(block, block.replace("int a;", "int a; int b;"))) == [("member-added", "s.b")]
    assert said(between(block, block.replace("s F(s)", "s F(s)").replace("= 1; } = 1", "= 2; } = 1"))) == [
        ("procedure-renumbered", "F")
    ]


def test_a_version_beside_the_old_one_is_an_extension_and_instead_of_it_a_break() -> None:
    one = "program P { version V1 { int F(int) = 1; } = 1; } = 7;\n"
    both = "program P { version V1 { int F(int) = 1; } = 1; version V2 { int F(int) = 1; } = 2; } = 7;\n"
    two = "program P { version V2 { int F(int) = 1; } = 2; } = 7;\n"
    assert [f.severity for f in between(one, both)] == [Severity.EXTENSION]
    assert said(between(one, two)) == [("version-removed", "P"), ("version-added", "V2")]
    assert said(between(both, two)) == [("version-removed", "P")]


def test_an_enum_value_and_its_arm_are_one_cause() -> None:
    old = "enum e { A = 1, B = 2 };\nunion u switch (e d) { case A: int a; case B: hyper b; };\n"
    new = "enum e { A = 1 };\nunion u switch (e d) { case A: int a; };\n"
    assert said(between(old, new)) == [("enum-value-removed", "e.B")]
    assert said(between(new, old)) == [("enum-value-added", "e.B")]


def test_a_new_value_that_the_old_default_arm_carries_in_another_shape() -> None:
    old = "enum e { A = 1 };\nunion u switch (e d) { case A: int a; default: void; };\n"
    new = "enum e { A = 1, B = 2 };\nunion u switch (e d) { case A: int a; case B: hyper b; default: void; };\n"
    found = between(old, new)
    assert ("union-arm-misread", "u.B") in said(found)


@pytest.mark.parametrize("name", [n for n, text in ACCEPTED.items() if "struct" in text or "program" in text])
def test_every_case_against_itself_and_after_a_round_trip(name: str) -> None:
    found = model(ACCEPTED[name])
    assert compare(found, found) == []
    for codec in (msgspec.json, msgspec.msgpack):
        again = codec.decode(codec.encode(found), type=Protocols)
        assert again == found
        assert compare(found, again) == []


def test_an_unresolved_size_is_a_problem_on_both_sides_and_no_finding() -> None:
    text = "struct s { opaque a[NOWHERE]; };"
    before, after = model(text), model(text + "\n")
    assert before.problems
    assert compare(before, after) == []


def test_the_order_of_findings_does_not_depend_on_hashes() -> None:
    new = DEMO.replace("int id;", "hyper id;").replace("64", "32").replace("int code;", "")
    assert [f.fingerprint for f in between(DEMO, new)] == [f.fingerprint for f in between(DEMO, new)]
    assert said(between(DEMO, new)) == [
        ("limit-lowered", "DEMO_STRING_MAX"), ("type-changed", "demo_dom.id"), ("member-removed", "demo_error.code"),
    ]  # fmt: skip


def test_another_struct_that_takes_all_of_the_old_one_is_no_break() -> None:
    types = "struct small { string a<8>; };\nstruct large { string a<64>; };\nstruct wide { hyper a; };\n"
    old = types + "struct user { small s; };\nstruct others { small a; large b; wide c; };\n"
    found = between(old, old.replace("{ small s; }", "{ large s; }"))
    assert said(found) == [("limit-raised", "user.s")]
    assert found[0].reaches == ("user",)
    assert said(between(old, old.replace("{ small s; }", "{ wide s; }"))) == [("type-changed", "user.s")]
    back = old.replace("{ small s; }", "{ large s; }")
    assert said(between(back, old)) == [("type-changed", "user.s")]


def test_names_that_shift_over_equal_types_are_a_reordering() -> None:
    assert said(between("struct s { int x; int y; };", "struct s { int y; int z; };")) == [("members-reordered", "s")]


def test_a_number_that_is_not_known_is_not_a_changed_one() -> None:
    old = "const A_PROGRAM = 9;\nconst A_PROTOCOL_VERSION = 1;\nenum a_procedure { A_PROC_X = 1 };\n"
    before = model(old)
    after = model(old.replace("= 9", "= NOWHERE").replace("VERSION = 1", "VERSION = NOWHERE"))
    assert compare(before, after) == []


def test_a_renamed_procedure_stays_one_when_a_struct_below_it_changes() -> None:
    old = DEMO.replace("DEMO_PROC_PING", "DEMO_PROC_STOP") + "struct demo_stop_args { demo_dom dom; int how; };\n"
    new = old.replace("DEMO_PROC_STOP", "DEMO_PROC_HALT").replace("demo_stop_args", "demo_halt_args")
    assert said(between(old, new)) == [("renamed", "DEMO_PROC_STOP"), ("renamed", "demo_stop_args")]
    assert ("type-changed", "demo_dom.id") in said(between(old, new.replace("int id;", "hyper id;")))
    assert "procedure-number-reused" not in {r for r, _ in said(between(old, new.replace("int id;", "hyper id;")))}
    assert ("procedure-number-reused", "DEMO_PROC_STOP") in said(between(old, new.replace("int how;", "hyper how;")))


UNSURE = [
    ("a file that does not parse", DEMO, "struct s { int a, int b; };"),
    ("a size", "struct s { opaque a[4]; };", "struct s { opaque a[NOWHERE]; };"),
    ("a limit", "struct s { opaque a<4>; };", "struct s { opaque a<NOWHERE>; };"),
    ("an unlimited one", "struct s { opaque a<>; };", "struct s { opaque a<NOWHERE>; };"),
    ("a type", "struct s { int a; };", "struct s { nowhere a; };"),
    ("a type far below", "struct i { hyper b; };\nstruct s { i *a; };", "struct i { nowhere b; };\nstruct s { i *a; };"),
    ("an enum value", "enum e { A = 1, B = 2 };\nstruct s { e a; };", "enum e { A = NOWHERE, B = 2 };\nstruct s { e a; };"),
    ("a case", "union u switch (int d) { case 1: int a; };", "union u switch (int d) { case NOWHERE: int a; };"),
    ("a procedure's number", "program P { version V { int F(int) = 1; int G(int) = 2; } = 1; } = 9;",
     "program P { version V { int F(int) = NOWHERE; int G(int) = 2; } = 1; } = 9;"),
    ("a number in an enum of procedures", DEMO, DEMO.replace("DEMO_PROC_GET = 1", "DEMO_PROC_GET = NOWHERE")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new"), UNSURE, ids=[case[0] for case in UNSURE])
def test_what_is_not_known_is_a_problem_and_no_claim(name: str, old: str, new: str) -> None:
    before, after = model(old), model(new)
    assert not before.problems
    assert after.problems
    for one, other in ((before, after), (after, before)):
        found = run(load("abidiff.surfaces.xdr.rules"), compare(one, other))
        assert [(f.rule, f.subject) for f in found if f.severity is Severity.BREAKING] == []


def test_a_broken_file_does_not_make_types_of_others_unknown() -> None:
    old = model(a_x="struct s { int a; };\n", b_x="struct t { s x; };\n")
    new = model(a_x="struct s { int a, };\n", b_x="struct t { s x; };\n")
    assert len(new.problems) == 1
    assert new.unread == ("a",)
    assert compare(old, new) == []
    assert compare(new, old) == []


def test_optional_data_is_an_array_of_at_most_one() -> None:
    """RFC 4506 section 4.19; so a longer array is one with a raised limit, as in two steps."""
    old = "struct i { int a; };\nstruct s { i *x; };\n"
    assert said(between(old, old.replace("*x", "x<1>"))) == []
    assert said(between(old, old.replace("*x", "x<3>"))) == [("limit-raised", "s.x")]
    assert said(between(old.replace("*x", "x<3>"), old)) == [("limit-lowered", "s.x")]


CLOSED = "enum e { A, B, E_LAST };\nstruct s { e x; };\n"


def closed(text: str) -> Protocols:
    return parse(*sides({"example.x": text.encode()}, sentinels=("_LAST$", "_MAX$")), {})


def test_a_sentinel_is_no_promise() -> None:
    """Nobody sends it: it may go, move, and leave its number to a value of its own."""
    old = closed(CLOSED)
    for text, what in (
        (CLOSED.replace(", E_LAST", ""), []),
        (CLOSED.replace("E_LAST", "C, E_LAST"), [("enum-value-added", "e.C")]),
        (CLOSED.replace("E_LAST", "E_LAST = 9"), []),
        (CLOSED.replace("e x", "e x[1]"), []),
    ):
        assert said(between(old, closed(text))) == what
    assert [f.severity for f in between(old, closed(CLOSED.replace(" B,", "")))] == [Severity.BREAKING]
    assert said(between(CLOSED, CLOSED.replace(", E_LAST", ""))) == [("enum-value-removed", "e.E_LAST")]


def test_only_enumerators_that_nobody_sends_are_sentinels() -> None:
    """A bound of that name is a limit, an enumerator with a case is sent, and one that stands alone is a value."""
    limit = "const N_MAX = 8;\nstruct s { string a<N_MAX>; };\n"
    assert said(between(closed(limit), closed(limit.replace("8", "7")))) == [("limit-lowered", "N_MAX")]
    union = "enum e { A, E_LAST };\nunion u switch (e d) { case A: void; case E_LAST: int x; };\n"
    assert said(between(closed(union), closed(union.replace("int x", "hyper x")))) == [("type-changed", "u.E_LAST")]
    alone = "enum e { E_LAST };\nstruct s { e x; };\n"
    assert said(between(closed(alone), closed(alone.replace("E_LAST", "E_LAST = 5")))) == [
        ("enum-value-renumbered", "e")
    ]


def test_every_type_with_a_name_is_a_message_where_the_profile_says_so() -> None:
    old = "struct A { int x; };\nstruct R { A a; };\n"
    new = "struct A { hyper x; };\nstruct A2 { int x; };\nstruct R { A2 a; };\n"
    assert Severity.BREAKING not in {f.severity for f in between(old, new)}
    files = [{"example.x": text.encode()} for text in (old, new)]
    one, other = (parse(*sides(found, messages="all"), {}) for found in files)
    assert ("type-changed", "A.x") in said(between(one, other))


def test_dispatchers_answer_procedure_0_on_their_own() -> None:
    old = "program P { version V { void NOTHING(void) = 0; int F(int) = 1; } = 1; } = 9;\n"
    gone = old.replace("void NOTHING(void) = 0; ", "")
    moved = old.replace("= 0;", "= 5;")
    assert said(between(old, gone)) == []
    assert said(between(old, moved)) == [("procedure-added", "NOTHING")]
    assert [r for r, _ in said(between(moved, gone))] == ["procedure-removed"]
    assert [r for r, _ in said(between(old.replace("void NOTHING", "int NOTHING"), gone))] == ["procedure-removed"]


def test_a_name_of_a_result_alone_tells_no_event_from_a_call() -> None:
    old = DEMO.replace("demo_list_ret", "demo_list_msg")
    found = between(DEMO, old)
    assert [(f.rule, f.severity) for f in found] == [
        ("xdr/renamed", Severity.NOTICE), ("xdr/procedure-kind-changed", Severity.WARNING),
    ]  # fmt: skip
    assert next(f.severity for f in between(DEMO, DEMO.replace("demo_get_ret", "demo_get_msg"))) is Severity.BREAKING


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("struct s { int x<3>; };", "struct s { u x; }; union u switch (int n) "
         "{ case 0: void; case 1: int a; case 2: int b[2]; case 3: int c[3]; };"),
        ("struct s { opaque x<2>; };", "struct s { u x; }; union u switch (unsigned n) "
         "{ case 0: void; case 1: opaque a[1]; case 2: opaque b[2]; };"),
    ],
)  # fmt: skip
def test_counted_data_is_a_union_over_its_count(old: str, new: str) -> None:
    for one, other in ((old, new), (new, old)):
        assert {f.severity for f in between(one, other)} <= {Severity.NOTICE}
    assert Severity.BREAKING in {f.severity for f in between(old.replace("x<", "x<1"), new)}
