"""The grammar, held against GNU ld: what we accept ld accepts, what we refuse it refuses."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.symbols.model import SymbolMaps, census
from abidiff.surfaces.symbols.parse import parse

GOOD = [
    "V1 { global: foo; local: *; };",
    "V1 { };",
    "V1 { foo; bar; };",
    "V1 { local: *; };",
    "{ global: foo; };",
    "{ foo; local_; };",
    "V1 { foo; } ; V2 { bar; } V1;",
    "V1 { foo; }; V3 {}; V2 { bar; } V1 V3;",
    "V1 { foo; foo; };",
    "V1 { foo; }; V2 { foo; } V1;",
    'V1 { "foo"; "a b"; };',
    'V1 { extern "C" { foo; }; };',
    'V1 { extern "C++" { "foo(int)"; std::*; foo }; bar; };',
    'V1 { extern "Java" { foo; }; };',
    'V1 { global: extern "C" { foo }; local: *; };',
    'V1 { extern "C" { extern "C++" { foo; }; }; };',
    'V1 { extern "C" { foo; }; extern "C" { bar; }; };',
    "# c\nV1 { /* x */ foo; # y\n}; # end",
    "V1 { foo; } # c\n;",
    "V1 { /* a * b ** */ foo; };",
    "V1 { f[o]o; b?r*; !x; f[!a]o; f[^a]o; };",
    "V-1 { foo; };",
    "V1 { global; local; };",
    "V1 { global: global; };",
    "V1{foo;};V2{bar;}V1;",
    "1V { foo; };",
    "V1 { 1foo; };",
    "V1 { global :foo; local :*; };",
    "V1 { global\n:\nfoo; };",
    "V1 { extern; };",
    "V1 { a::b; };",
    "V1 { globally: };".replace("globally: ", "globally; "),
    "V1 { foo-bar; foo~; foo&; $foo; foo$; };",
]

BAD = [
    "V1 { global: foo; local: * };",
    "V1 { global: foo };",
    "V1 { global: local: *; };",
    "V1 { global: };",
    "V1 { foo; local: *; };",
    "V1 { local: *; global: foo; };",
    "V1 { global: foo; global: bar; };",
    "{ global: foo; }; V2 { bar; };",
    "V1 { foo; } ; V2 { bar; } V1 V0;",
    "V2 { bar; } V1; V1 { foo; };",
    "V1 { foo; }",
    "V1 { foo; }; V1 { bar; };",
    'V1 { extern "C" { foo; } };',
    'V1 { extern "C" { }; };',
    "V1 { foo; // x\n};",
    "V1 { foo@bar; };",
    "V1 { foo;; };",
    "V1 { ; };",
    "V1 { foo, bar; };",
    "V1 { foo bar; };",
    "VERSION { V1 { foo; }; };",
    "V$1 { foo; };",
    "V[a] { foo; };",
    "{ foo; } V1;",
    "V1 { foo; /* unterminated",
    'V1 { extern "C" { foo; local: bar; }; };',
    "V1 { foo=bar; };",
    "V1 { foo+bar; };",
    "V1 { foo:bar; };",
    "V1 { foo; } V0;",
    "}",
    "{",
    "V1 {",
]


def read(text: str | bytes, version: str = "", **options: Any) -> SymbolMaps:
    data = text if isinstance(text, bytes) else text.encode()
    release = Release("ship", version, MappingProxyType({"v.map": data}))
    unit = Unit("symbols", "ship", "full", ("v.map",), ("v.map",), MappingProxyType(options))
    return parse(release, Project("test", (unit,)), {})


def linked(text: str, folder: Path) -> bool:
    (folder / "v.map").write_text(text)
    (folder / "a.c").write_text("void foo(void) {}\nvoid bar(void) {}\n")
    done = subprocess.run(
        ["gcc", "-shared", "-fPIC", "-o", "a.so", "a.c", "-Wl,--version-script=v.map", "-fuse-ld=bfd"],
        cwd=folder, capture_output=True, timeout=30,
    )  # fmt: skip
    return done.returncode == 0


@pytest.mark.parametrize("text", GOOD)
def test_accepts(text: str) -> None:
    assert read(text).problems == ()


@pytest.mark.parametrize("text", BAD)
def test_refuses_with_a_place(text: str) -> None:
    (problem,) = read(text).problems
    assert problem.location is not None
    assert problem.location.line
    assert "v.map:" in problem.rendered
    assert "^" in problem.rendered


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None or shutil.which("ld.bfd") is None, reason="needs gcc and GNU ld")
@pytest.mark.parametrize("text", GOOD + BAD)
def test_the_linker_agrees(text: str, tmp_path: Path) -> None:
    assert linked(text, tmp_path) == (not read(text).problems)


def test_model() -> None:
    text = 'A_1 {\n  global:\n    one;\n    "two*";\n    three_*;\n  local:\n    *;\n};\n'
    text += 'A_2 { extern "C++" { n::f; }; } A_1;'
    model = read(text)
    first, second = model.maps[0].nodes
    assert [(e.name, e.glob, e.language) for e in first.exported] == [
        ("one", False, "C"), ("two*", False, "C"), ("three_*", True, "C"),
    ]  # fmt: skip
    assert [e.name for e in first.hidden] == ["*"]
    assert second.parents == ("A_1",)
    assert [(e.name, e.language) for e in second.exported] == [("n::f", "C++")]
    assert str(first.exported[0].location) == "v.map:3:5"
    assert str(second.location) == "v.map:9:1"
    assert census(model) == {"symbols": 3, "version nodes": 2, "patterns": 1}


@pytest.mark.parametrize(
    "text",
    ["a;\nb;\n", "a\nb\n", "# list\n\na;\nb; # note\n", "a; b;\n", "/* block\n */ a;\nb", "\ta ;\r\n b\r\n", '"a"\nb'],
)
def test_lists(text: str) -> None:
    model = read(text)
    assert model.problems == ()
    assert [e.name for e in model.maps[0].nodes[0].exported] == ["a", "b"]
    assert not model.maps[0].script


def test_private_lists_are_counted_apart() -> None:
    assert census(read("a;\nb;\n", public=False)) == {"symbols": 0, "version nodes": 0, "private symbols": 2}


def test_placeholders_stand_for_the_version() -> None:
    model = read("SHIP_@VERSION@ { a; };", version="1.2.3")
    assert model.maps[0].nodes[0].name == "SHIP_1.2.3"
    assert read("SHIP_@SO@ { a; };", substitutions={"SO": "7"}).maps[0].nodes[0].name == "SHIP_7"


def test_an_unknown_placeholder_is_a_problem() -> None:
    (problem,) = read("SHIP_@VERSION@ { a; };").problems
    assert "SHIP_@VERSION@" in problem.message
    assert read("SHIP_@VERSION@ { a; };", public=False).problems == ()


def test_the_error_shows_the_line_and_what_was_expected() -> None:
    (problem,) = read("V1 {\n  foo\n  bar;\n};\n").problems
    assert problem.rendered.splitlines()[:3] == ["v.map:3:3: unexpected `bar`", "    bar;", "    ^"]
    assert "`;`" in problem.hint


@pytest.mark.parametrize("data", [b"\xff\xfe V1 { foo; };", b"V1 { f\x00o; };", "V1 { größe; };".encode()])
def test_bytes_that_are_no_names(data: bytes) -> None:
    (problem,) = read(data).problems
    assert "unexpected character" in problem.message


def test_deep_nesting_is_bounded() -> None:
    depth = 20_000
    text = "V1 { " + 'extern "C" { ' * depth + "foo; " + "}; " * depth + "};"
    assert read(text).problems == ()


def test_a_huge_map_is_refused() -> None:
    (problem,) = read("a;\n" * 6_000_000).problems
    assert "more than" in problem.message
