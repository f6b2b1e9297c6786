from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from abidiff.errors import ParseError
from abidiff.surfaces.xdr.read.definitions import parse_source
from abidiff.surfaces.xdr.read.scan import scan
from tests.surfaces.xdr.cases import ACCEPTED, REJECTED
from tests.surfaces.xdr.helpers import model

rpcgen = pytest.mark.skipif(shutil.which("rpcgen") is None, reason="rpcgen is not installed")


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts(name: str) -> None:
    found = model(ACCEPTED[name]) if ACCEPTED[name] else None
    assert found is None or not found.problems, found.problems[0].rendered


@pytest.mark.parametrize("name", REJECTED)
def test_rejects_with_place_caret_and_hint(name: str) -> None:
    text, line, column, hint = REJECTED[name]
    with pytest.raises(ParseError) as caught:
        parse_source(scan("a.x", text.encode()))
    error = caught.value
    assert (error.location.line, error.location.column) == (line, column)
    rendered = error.render().splitlines()
    assert rendered[0].startswith(f"a.x:{line}:{column}: ")
    assert rendered[1].strip() == text.splitlines()[line - 1].strip()
    assert rendered[2].index("^") == 2 + column - 1
    assert hint in error.hint


def test_a_default_may_stand_alone() -> None:
    """rpcgen wants a case; the union takes every number all the same."""
    assert not model("union u switch (int d) { default: void; };\nstruct s { u x; };\n").problems


@pytest.mark.judge
@rpcgen
@pytest.mark.parametrize("name", ACCEPTED)
def test_rpcgen_accepts_too(name: str, tmp_path: Path) -> None:
    assert _rpcgen(ACCEPTED[name], tmp_path) == 0


@pytest.mark.judge
@rpcgen
@pytest.mark.parametrize("name", REJECTED)
def test_rpcgen_rejects_too(name: str, tmp_path: Path) -> None:
    assert _rpcgen(REJECTED[name][0], tmp_path) != 0


def _rpcgen(text: str, folder: Path) -> int:
    (folder / "in.x").write_text(text)
    return subprocess.run(["rpcgen", "-c", "in.x"], cwd=folder, capture_output=True, timeout=60, check=False).returncode


# The specification has more than rpcgen: bodies without a name, quadruple, several arguments.
BEYOND = {
    "struct without a name": "struct s { struct { int a; } inner; };\n",
    "enum without a name": "struct s { enum { A = 1, B = 2 } e; };\n",
    "union without a name": "struct s { union switch (int d) { case 1: int a; } u; };\n",
    "nested": "struct s { struct { struct { int a; } b; } c<3>; };\n",
    "quadruple": "struct s { quadruple q; };\n",
    "several arguments": "program P { version V { int F(int, hyper) = 1; } = 1; } = 9;\n",
    "line comments": "struct s { // as other projects write them\n int a; };\n",
}


@pytest.mark.parametrize("name", BEYOND)
def test_takes_all_of_the_specification(name: str) -> None:
    found = model(BEYOND[name])
    assert not found.problems, found.problems[0].rendered


def test_terminals_of_the_grammar_are_words_of_the_language() -> None:
    with pytest.raises(ParseError, match="unexpected 'string'"):
        parse_source(scan("a.x", b"struct string { int a; };"))


def test_namespaces_may_nest_on_one_line() -> None:
    found = model("namespace a { namespace b::c { struct s { int x; }; } }\n")
    assert [d.name for d in found.protocols[0].types] == ["s"]


PAGES = """\
struct s {
    int a;
Somebody                     Standards Track                   [Page 7]
\f
RFC 4711              A Protocol of Something            August 1995

    hyper b;
};
"""


def test_pragmas_of_the_kernel_may_stand_behind_a_definition() -> None:
    found = model("pragma header h; enum e { A = 1 }; pragma public s; struct s { e pragma; };\n")
    assert [definition.name for definition in found.protocols[0].types] == ["e", "s"]


def test_page_breaks_of_an_rfc_are_no_text() -> None:
    found = model(PAGES)
    assert not found.problems
    (only,) = found.protocols[0].types
    assert [(m.name, m.location.line) for m in only.members] == [("a", 2), ("b", 7)]  # type: ignore[union-attr]


def test_marked_code_of_an_rfc_is_taken_out_of_its_prose() -> None:
    marked = "".join(f"   /// {line}\n" for line in ("struct s {", "    int a;   // kept", "};"))
    found = model(f"1.  It is said that\n\n{marked}\n   and so on; or not.\n" + PAGES.splitlines()[2] + "\n")
    assert [p.message for p in found.problems] == []
    assert [d.name for d in found.protocols[0].types] == ["s"]
    assert model("/// of a page [Page 3]\nstruct s { int a; };\n").protocols[0].types
