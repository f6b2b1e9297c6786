"""What one file takes from others: enumerators, types and numbers, in whatever order the files are named."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from abidiff.cli.main import main
from abidiff.finding import Severity
from abidiff.profile.read import parse as read_profile
from abidiff.rule import load, run
from abidiff.surfaces.xdr.build.parse import parse
from abidiff.surfaces.xdr.compare.compare import compare
from abidiff.surfaces.xdr.model import Enum, Protocols, Simple, Typedef
from tests.surfaces.xdr.helpers import between, said, sides

PARTS = (
    "enum kind { FIRST = BASE, SECOND, THIRD = 0x80000000 };\n",
    "const BASE = START;\nunion u switch (kind k) { case FIRST: int a; case SECOND: void; case THIRD: s x; };\n",
    "enum numbers { ZERO, ONE, START };\nstruct s { opaque data[SECOND]; };\n",
)


def read(files: dict[str, str], **options: object) -> Protocols:
    return parse(*sides({name: text.encode() for name, text in files.items()}, **options), {})


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_files_are_bound_in_any_order(order: tuple[str, ...]) -> None:
    found = read({f"{name}.x": text for name, text in zip(order, PARTS, strict=True)})
    assert [p.message for p in found.problems] == []
    types = {d.name: d for p in found.protocols for d in p.types}
    kind = types["kind"]
    assert isinstance(kind, Enum)
    assert [v.value for v in kind.values] == [2, 3, -(2**31)]
    assert [la.value for arm in types["u"].arms for la in arm.labels] == [2, 3, -(2**31)]  # type: ignore[union-attr]


def test_the_order_of_files_changes_nothing() -> None:
    old = dict(zip(("a.x", "b.x", "c.x"), PARTS, strict=True))
    new = dict(zip(("a.x", "b.x", "c.x"), (PARTS[0], PARTS[1], PARTS[2].replace("ZERO, ", "")), strict=True))
    told = set()
    for order in permutations("abc"):
        names = dict(zip("abc", order, strict=True))
        one, other = (read({f"{names[k[0]]}.x": text for k, text in files.items()}) for files in (old, new))
        found = run(load("abidiff.surfaces.xdr.rules"), compare(one, other))
        told.add(tuple(sorted((f.rule, f.subject, f.severity) for f in found)))
    assert len(told) == 1
    assert any(severity is Severity.BREAKING for _, _, severity in next(iter(told)))


def test_enumerators_that_count_on_each_other_end() -> None:
    found = read({"a.x": "enum a { A = B };\n", "b.x": "enum b { B = A };\n"})
    assert found.problems


HEADER = (
    "typedef unsigned int ship_id;\n#define MORE 3\n"
    "typedef enum {\n  SHIP_DOWN, /* none */\n  SHIP_UP = MORE,\n  SHIP_AWAY\n} ship_state;\n"
    "enum ship_kind { KIND_A = 1, KIND_B };\ntypedef ship_id ship_number;\ntypedef struct ship ship_body;\n"
)


def test_types_that_c_headers_define_are_read_from_there() -> None:
    text = "struct s { ship_id a; ship_state b; ship_kind c; ship_number d; };\n"
    found = read({"p.x": text, "include/ship.h": HEADER})
    assert [p.message for p in found.problems] == []
    types = {d.name: d for d in found.protocols[0].types}
    assert isinstance(types["ship_id"], Typedef)
    assert types["ship_id"].type == Simple("unsigned int")
    assert [(v.name, v.value) for v in types["ship_state"].values] == [  # type: ignore[union-attr]
        ("SHIP_DOWN", 0), ("SHIP_UP", 3), ("SHIP_AWAY", 4),
    ]  # fmt: skip
    assert str(types["ship_state"].location) == "include/ship.h:3"
    assert found.protocols[0].roots == ("s",)
    assert said(between(found, read({"p.x": text, "include/ship.h": HEADER.replace("MORE 3", "MORE 7")}))) == [
        ("enum-value-renumbered", "ship_state")
    ]


def test_a_struct_of_c_stays_unknown_unless_it_is_declared() -> None:
    text = "struct s { ship_body a; int b; };\n"
    lost = read({"p.x": text, "include/ship.h": HEADER})
    assert [p.message for p in lost.problems] == ["the type ship_body is not defined"]
    assert "[xdr.opaque]" in lost.problems[0].hint
    declared = read({"p.x": text}, opaque=("ship_body",))
    assert not declared.problems
    assert between(declared, read({"p.x": text.replace("struct s", "struct  s")}, opaque=("ship_body",))) == []
    wider = read({"p.x": text.replace("int b", "hyper b")}, opaque=("ship_body",))
    assert [(f.rule, f.severity) for f in between(declared, wider)] == [("xdr/type-changed", Severity.BREAKING)]
    for other in ("opaque a[4]", "int a", "other_body a"):
        found = between(declared, read({"p.x": text.replace("ship_body a", other)}, opaque=("ship_body", "other_body")))
        assert [f.severity for f in found] == [Severity.UNDECIDED], other


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (
            "extern bool_t xdr_ship_body (XDR *, ship_body *);\n",
            "C code encodes it, xdr_ship_body() of include/ship.h:1",
        ),
        ("struct ship_body {\n  int a;\n};\n", "it is a struct of include/ship.h:1"),
        ("\ntypedef struct {\n  int a;\n} ship_body;\n", "it is a struct of include/ship.h:4"),
    ],
)
def test_what_c_code_encodes_is_named_with_what_the_profile_needs(header: str, told: str) -> None:
    (problem,) = read({"p.x": "struct s { ship_body a; };\n", "include/ship.h": header}).problems
    assert problem.message == f"the type ship_body is not defined here: {told}"
    assert "put `ship_body = true` under [xdr.opaque]" in problem.hint


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("authsys_parms", "unsigned stamp; string machine<255>; unsigned uid; unsigned gid; unsigned gids<16>;"),
        ("authunix_parms", "unsigned stamp; string machine<255>; unsigned uid; unsigned gid; unsigned gids<16>;"),
        ("opaque_auth", "int flavor; opaque body<400>;"),
        ("netbuf", "unsigned maxlen; opaque buf<>;"),
    ],
)
def test_structs_of_the_library_need_no_definition(name: str, same: str) -> None:
    plain = read({"p.x": f"struct s {{ {name} a; }};\n"})
    assert [p.message for p in plain.problems] == []
    written = read({"p.x": f"struct c {{ {same} }}; struct s {{ c a; }};\n"})
    assert [f for f in between(plain, written) if f.severity is not Severity.NOTICE] == []
    elsewhere = read({"p.x": f"struct s {{ {name} a; }};\n", "q.x": f"struct {name} {{ hyper h; }};\n"})
    assert elsewhere.protocols[0].imports == ((name, "q"),)
    assert [f.severity for f in between(plain, elsewhere) if f.severity is Severity.BREAKING]


def test_a_profile_declares_them() -> None:
    text = (
        'format = 1\nname = "x"\ntitle = "x"\n[tiers.full]\ntitle = "f"\npromise = "p"\nclause = "c"\n[xdr.opaque]\n'
        'ship_body = true\nbuoy = false\n[[units]]\nsurface = "xdr"\nname = "{stem}"\ntier = "full"\nfiles = ["*.x"]\n'
    )
    assert read_profile(text, "x.toml").units[0].options["opaque"] == ("ship_body",)


BLOCK = "program P { version V%d { int F(int) = 1; void G%d(hyper) = %d; } = %d; } = 9;\n"
PLAIN = "program P { version V { int F(int) = 1; void G(hyper) = 2; } = 1; version W { int H(int) = 1; } = 2; } = 9;\n"
APART = (
    "program P { version V { int F(int) = 1; void G(hyper) = 2; } = 1; } = 9;\n",
    "program Q { version W { int H(int) = 1; } = 2; } = 9;\n",
)
TORN = (
    "program P { version V { int F(int) = 1; } = 1; version W { int H(int) = 1; } = 2; } = 9;\n",
    "program P { version V { void G(hyper) = 2; } = 1; } = 9;\n",
)


@pytest.mark.parametrize("parts", [APART, TORN])
def test_two_blocks_of_one_number_are_one_program(parts: tuple[str, str]) -> None:
    whole = read({"a.x": PLAIN})
    for split in (read({"a.x": "".join(parts)}), read({"a.x": parts[0], "b.x": parts[1]})):
        assert [p.message for p in split.problems] == []
        for one, other in ((whole, split), (split, whole), (split, split)):
            assert [f for f in between(one, other) if f.rule != "xdr/renamed"] == []
    broken = read({"a.x": parts[0], "b.x": parts[1].replace("hyper", "int").replace("int H(int)", "int H(hyper)")})
    assert [f.severity for f in between(whole, broken) if f.rule != "xdr/renamed"] == [Severity.BREAKING]
    more = read({"a.x": parts[0], "b.x": parts[1].replace("} = 9", "version X { void K(void) = 1; } = 7; } = 9")})
    assert [f.rule for f in between(whole, more) if f.rule != "xdr/renamed"] == ["xdr/version-added"]
    assert [f.rule for f in between(more, whole) if f.rule != "xdr/renamed"] == ["xdr/version-removed"]


def test_a_copy_that_goes_leaves_the_program() -> None:
    old = read({"a.x": PLAIN, "b.x": PLAIN})
    assert between(old, read({"a.x": PLAIN})) == []
    assert between(read({"a.x": PLAIN}), old) == []


def test_two_blocks_may_not_give_one_number_twice() -> None:
    found = read({"a.x": TORN[0] + TORN[1].replace("= 2;", "= 1;")})
    assert [p.message for p in found.problems] == ["G has the number 1 of F"]


def test_a_warm_cache_looks_at_the_types_of_headers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for side, more in (("old", "3"), ("copy", "3"), ("new", "7")):
        folder = tmp_path / side / "include"
        folder.mkdir(parents=True)
        (tmp_path / side / "p.x").write_text("struct s { ship_state b; };\n")
        (folder / "ship.h").write_text(HEADER.replace("MORE 3", f"MORE {more}"))
    for side, code in (("copy", 0), ("new", 1)):
        with pytest.raises(SystemExit) as caught:
            main(["compare", str(tmp_path / "old"), str(tmp_path / side), "--surface", "xdr"])
        assert (caught.value.code or 0) == code


def test_a_name_stands_for_one_number_in_all_versions() -> None:
    text = "program P { version V { int F(int) = 1; } = 1; version W { int F(int) = 1; int G(int) = 2; } = 2; } = 9;\n"
    assert not read({"a.x": text}).problems
    (problem,) = read({"a.x": text.replace("W { int F(int) = 1", "W { int F(int) = 3")}).problems
    assert problem.message == "F has the number 3 here and 1 before"


def test_a_sentinel_with_a_case_in_another_file_is_sent() -> None:
    files = {"a.x": "enum e { A, E_MAX };\n", "b.x": "union u switch (e d) { case A: void; case E_MAX: int x; };\n"}
    found = read(files, sentinels=("_MAX$",))
    assert [v.sentinel for v in found.protocols[0].types[0].values] == [False, False]  # type: ignore[union-attr]
    found = read(files | {"b.x": files["b.x"].replace("case E_MAX: int x; ", "")}, sentinels=("_MAX$",))
    assert [v.sentinel for v in found.protocols[0].types[0].values] == [False, True]  # type: ignore[union-attr]


def test_a_copy_under_other_names_that_goes_leaves_the_program() -> None:
    copy = PLAIN.replace("F(", "FF(").replace("G(", "GG(")
    assert {f.severity for f in between(read({"a.x": copy, "b.x": PLAIN}), read({"b.x": PLAIN}))} == {Severity.NOTICE}
    changed = between(read({"a.x": copy, "b.x": PLAIN}), read({"b.x": PLAIN.replace("int F(int)", "int F(hyper)")}))
    assert Severity.BREAKING in {f.severity for f in changed}


@pytest.mark.parametrize("kind", ["float", "t", "string"])
def test_a_discriminant_is_a_number_wherever_its_type_stands(kind: str) -> None:
    typed = "typedef string d<>;" if kind == "string" else f"typedef {kind} d; struct t {{ int a; }};"
    found = read({"b.x": typed, "a.x": "union u switch (d which) { case 1: int a; };"})
    (problem,) = found.problems
    assert problem.message == "the discriminant which of u is a d"
    assert problem.location is not None
    assert (problem.location.path, problem.location.line, problem.location.column) == ("a.x", 1, 19)
    for good in ("typedef int d;", "enum d { A = 1 };", "typedef unsigned short d;"):
        assert read({"b.x": good, "a.x": "union u switch (d which) { case 1: int a; };"}).problems == ()


@pytest.mark.parametrize(
    "files",
    [
        {"a.x": "struct a { b x; };", "b.x": "struct b { a y; };"},
        {"b.x": "struct a { b x; };", "a.x": "typedef a b;"},
        {"a.x": "struct a { c x[2]; };", "b.x": "struct b { a y; };", "c.x": "struct c { b z; };"},
    ],
)
def test_a_type_that_contains_itself_through_other_files_is_a_problem(files: dict[str, str]) -> None:
    assert [p.message.partition(" itself")[0] for p in read(files).problems] in (
        ["the type a contains"], ["the type b contains"], ["the type c contains"],
    )  # fmt: skip


def test_a_type_that_points_to_itself_through_other_files_is_none() -> None:
    assert read({"a.x": "struct a { b *x; };", "b.x": "struct b { a y; };"}).problems == ()
