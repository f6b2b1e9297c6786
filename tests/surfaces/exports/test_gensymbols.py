"""Debian's `symbols` files brought up to date; dpkg-gensymbols is the judge."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cmp_to_key
from itertools import pairwise
from pathlib import Path

import pytest

from abidiff import exported, limits
from abidiff.elf import SharedObject
from abidiff.errors import ParseError, SourceError
from abidiff.surfaces.exports.gensymbols import Machine, debian_key, provides
from tests.surfaces.exports.test_exports import library

NEEDED = all(shutil.which(name) for name in ("gcc", "g++", "dpkg-gensymbols", "dpkg"))
judged = pytest.mark.skipif(not NEEDED, reason="needs gcc, g++ and dpkg-gensymbols")
CODE = "int a(void){return 0;} int b(void){return 1;} int c(void){return 2;} int d[4];"
HEAD = "libship.so.1 libship1 #MINVER#\n"


@pytest.fixture(scope="module")
def ship(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ship")
    (folder / "m.map").write_text("SHIP_1 { global: a; b; local: *; }; SHIP_2 { global: c; d; } SHIP_1;")
    script = f"-Wl,--version-script={folder}/m.map"
    return library(folder / "libship.so.1", CODE, script, "-Wl,-soname,libship.so.1")


KNOWN = [
    "",
    " a@SHIP_1 1.0\n b@SHIP_1 1.0\n",
    " SHIP_1@SHIP_1 1.0\n SHIP_2@SHIP_2 1.5\n a@SHIP_1 1.0\n b@SHIP_1 1.0\n c@SHIP_2 1.5\n d@SHIP_2 1.5\n",
    " a@SHIP_1 1.0\n gone@SHIP_1 1.0\n (optional)may@SHIP_1 1.0\n",
    "#MISSING: 1.5# a@SHIP_1 1.0\n#MISSING: 1.5# was@SHIP_1 1.0\n#MISSING: 1.5# (optional)more@SHIP_1 1.0\n",
    " (symver)SHIP_1 1.0\n (symver)SHIP_9 1.0\n",
    " (arch=i386)a@SHIP_1 1.0\n (arch=!amd64)x@SHIP_1 1.0\n (arch=any-amd64)y@SHIP_1 1.0\n",
    " (arch-bits=32)b@SHIP_1 1.0\n (arch-bits=64)y@SHIP_1 1.0\n (arch-endian=big)z@SHIP_1 1.0\n",
    " a@SHIP_1 3.0\n gone@SHIP_1 3.0\n late@SHIP_1 2.0\n a@SHIP_2 2.0~rc1\n",
    " (symver)SHIP_2 2.0-1\n (symver)SHIP_1 3.0\n (symver)a@SHIP_1 1.0\n",
    " *@SHIP_1 1.0\n (arch=any)*@SHIP_2 1.0 1\n",
    "#MISSING: 1.5# (optional)*@SHIP_2 1.0 1\n#MISSING: 1.5# (symver)SHIP_1 1.0\n",
    " (arch-endian=big)*@SHIP_2 1.0\n (symver|optional)SHIP_1 1.0\n (optional|arch=!gnu-any-any)*@SHIP_1 2.0\n",
    "".join(
        f" (arch={given}){name}@SHIP_1 1.0\n"
        for name, given in (
            *(("a", "gnu-linux-any"), ("b", "linux-amd64"), ("x", "!arm64 amd64"), ("y", "amd64 !amd64")),
            *(("z", "musl-any-any"), ("w", "base-gnu-linux-amd64"), ("v", "!i386, arm64"), ("u", "AMD64")),
        )
    ),
    ' "a@SHIP_1" 1.0\n (arch=amd64)"b@SHIP_1" 1.0\n (arch=amd64)"x y@SHIP_1" 1.0\n',
    "#MISSING: 2.0# (allow-internal)_edata@Base 1.0\n a@SHIP_1 1.0\n a@SHIP_1 1.5 0\n b@SHIP_1 1.0 1\n",
    "* zebra: 1\n* build-depends-package: libship-dev\n a@SHIP_1 1.0\n|libship1\n",
    "| libship1 (>= 1.0)\n* Build-Depends-Package: libship-dev\n a@SHIP_1 1.0 1\n b@Base 1.0\n _edata@Base 1.0\n",
]


def said_by_dpkg(ship: Path, known: Path) -> tuple[list[str], list[str], int]:
    """Return the lines of its file, those that it marks as missing, and its exit code at the default level."""
    command = ["dpkg-gensymbols", "-plibship1", f"-e{ship}", "-v2.0", f"-I{known}", "-O", "-t", "-aamd64"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=known.parent)
    text, _, diff = done.stdout.partition("--- ")
    gone = re.findall(r"^[+ ](#MISSING: .*)$", diff, re.M)
    return text.splitlines(), gone, done.returncode


@pytest.mark.judge
@judged
@pytest.mark.parametrize("number", range(len(KNOWN)))
def test_the_lines_are_those_of_dpkg(number: int, ship: Path, tmp_path: Path) -> None:
    known = tmp_path / "libship1.symbols"
    known.write_text(HEAD + KNOWN[number])
    lines, gone, code = said_by_dpkg(ship, known)
    found = exported.updated(str(ship), str(known), "2.0", "libship1")
    mine = found.text.splitlines()
    assert [line for line in mine if not line.startswith("#MISSING")] == lines
    if gone or "#MISSING" not in found.text:
        assert [line for line in mine if line.startswith("#MISSING")] == gone
    assert (found.exit_code != 0) == (code != 0)


PATTERNS = [
    ' (regex)"^[ab]@SHIP_1$" 1.0\n c@SHIP_2 1.0\n',
    ' (regex)"^[xy]@" 1.0\n (regex)^[cd]@SHIP_(1|2)$ 1.0\n (regex|optional)"nothing" 1.0\n',
    ' (regex|symver)"2$" 1.0\n (symver|regex)"^SHIP_1$" 3.0\n',
    ' (regex|arch=i386)"." 1.0\n (regex|arch-bits=64)"^a(?=@)" 1.0\n (regex)"^\\w{2,}@SHIP_1" 1.0\n',
    '#MISSING: 1.5# (regex)"^a@" 1.0\n#MISSING: 1.5# (regex|optional)"^b@" 1.0\n#MISSING: 1.1# (regex)"^q@" 1.0\n',
    ' (c++)"ship::sail(int)@SHIP_1" 1.0\n a@SHIP_1 1.0\n',
    ' (regex)"^[b-d]@" 1.0\n (symver)SHIP_1 1.0\n b@SHIP_1 0.5\n',
    ' (regex)"B@" 1.0\n (regex)"^[^]a-c]@SHIP_2$" 1.0\n (regex)"SHIP.1" 1.0\n',
]
CXX = """namespace ship { int sail(int) { return 1; } int sail(char const *) { return 2; }
struct S { S(); virtual ~S(); }; S::S() {} S::~S() {}
template <class T> T turn(T x) { return x; } template int turn<int>(int); }"""
CXX_PATTERNS = [
    ' (c++)"ship::sail(int)@SHIP_1" 1.0\n (c++)"ship::sail(char const*)@SHIP_1" 1.0\n',
    ' (c++)"ship::S::S()@SHIP_1" 1.0\n (c++)"ship::S::~S()@SHIP_1" 1.0\n (c++)"ship::gone()@SHIP_1" 1.0\n',
    ' (c++|regex)"^ship::sail\\(.*\\)@SHIP_1$" 1.0\n (c++|optional)"vtable for ship::T@SHIP_1" 1.0\n',
    ' (regex|c++)"^ship" 1.0\n (regex|c++)"^_ZN4ship" 1.0\n',
    " (c++|symver)SHIP_1 1.0\n (c++|symver)SHIP_2 1.0\n (symver|c++)SHIP_1 1.0\n",
    ' (c++)"typeinfo name for ship::S@SHIP_1" 1.0\n *@SHIP_1 1.0\n (c++)"int ship::turn<int>(int)@SHIP_1" 1.0\n',
    ' (c++)"ship::sail(int)@SHIP_1" 1.0\n (c++|arch=!amd64)"ship::sail(int)@SHIP_1" 1.0\n _ZN4ship4sailEi@SHIP_1 0.9\n',
]


def agrees(ship: Path, known: Path) -> None:
    lines, gone, code = said_by_dpkg(ship, known)
    found = exported.updated(str(ship), str(known), "2.0", "libship1")
    mine = found.text.splitlines()
    assert [line for line in mine if not line.startswith("#MISSING")] == lines
    if gone or "#MISSING" not in known.read_text():
        assert [line for line in mine if line.startswith("#MISSING")] == gone
    assert found.exit_code == (1 if code else 0)


@pytest.mark.judge
@judged
@pytest.mark.parametrize("number", range(len(PATTERNS)))
def test_expressions_stand_for_what_dpkg_takes_them_for(number: int, ship: Path, tmp_path: Path) -> None:
    known = tmp_path / "libship1.symbols"
    known.write_text(HEAD + PATTERNS[number])
    agrees(ship, known)


@pytest.fixture(scope="module")
def cxx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cxx")
    (folder / "m.map").write_text("SHIP_1 { global: _Z*; local: *; };")
    (folder / "ship.cc").write_text(CXX)
    options = (f"-Wl,--version-script={folder}/m.map", "-Wl,-soname,libship.so.1")
    command = ["g++", "-shared", "-fPIC", folder / "ship.cc", "-o", folder / "libship.so.1", *options]
    subprocess.run(command, check=True)
    return folder / "libship.so.1"


@pytest.mark.judge
@judged
@pytest.mark.parametrize("number", range(len(CXX_PATTERNS)))
def test_names_of_cplusplus_stand_for_what_dpkg_takes_them_for(number: int, cxx: Path, tmp_path: Path) -> None:
    known = tmp_path / "libship1.symbols"
    known.write_text(HEAD + CXX_PATTERNS[number])
    agrees(cxx, known)


@pytest.mark.parametrize(
    "expression", ["^[[:alpha:]]@SHIP_1$", r"^\p{Ll}@", "^(?<x>a)@", "(?{1})a", "a{,3}@", "(a@", r"^(\w)\1*@"]
)
def test_an_expression_of_perl_alone_leaves_open_what_it_stands_for(
    expression: str, ship: Path, tmp_path: Path
) -> None:
    known = tmp_path / "libship1.symbols"
    known.write_text(HEAD + f' (regex)"{expression}" 1.0\n c@SHIP_2 1.0\n')
    found = exported.updated(str(ship), str(known), "2.0", "")
    assert found.exit_code == 3
    assert any(line.startswith("libship.so.1: a@SHIP_1 may be") for line in found.said)
    assert any(line.startswith(f"{known}:2:1: {expression} is not evaluated: ") for line in found.said)
    assert "#MISSING" not in found.text


def test_an_expression_that_takes_too_long_leaves_open_what_it_stands_for(tmp_path: Path) -> None:
    name = "a" * 60
    path = library(tmp_path / "libship.so.1", f"int {name}(void){{return 0;}}", "-Wl,-soname,libship.so.1")
    known = tmp_path / "libship1.symbols"
    known.write_text(HEAD + ' (regex)"^(a+)+$" 1.0\n')
    limits.use({"pattern-seconds": 1})
    try:
        found = exported.updated(str(path), str(known), "2.0", "")
    finally:
        limits.use({})
    assert found.exit_code == 3
    assert any("takes more than" in line for line in found.said)


def test_a_long_expression_is_not_told_in_full(ship: Path, tmp_path: Path) -> None:
    known = tmp_path / "libship1.symbols"
    known.write_text(HEAD + f' (regex)"{"+" * 100_000}" 1.0\n')
    said = exported.updated(str(ship), str(known), "2.0", "").said
    assert max(map(len, said)) < 400


def test_without_a_demangler_names_of_cplusplus_are_open(
    cxx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abidiff.surfaces.exports.symbol_patterns.shutil.which", lambda _: None)
    known = tmp_path / "libship1.symbols"
    known.write_text(HEAD + ' (c++)"ship::sail(int)@SHIP_1" 1.0\n')
    found = exported.updated(str(cxx), str(known), "2.0", "")
    assert found.exit_code == 3
    assert any("needs c++filt" in line for line in found.said)


def test_libraries_come_and_go(ship: Path, tmp_path: Path) -> None:
    known = tmp_path / "libdock1.symbols"
    known.write_text("libdock.so.1 libdock1 #MINVER#\n dock@Base 1.0\n")
    found = exported.updated(str(ship), str(known), "2.0", "libship1")
    assert (found.exit_code, found.said) == (
        1,
        ("libship.so.1: this library is new", "libdock.so.1: this library is gone"),
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("libship.so.1\n", "1:1"),
        (" a@Base 1.0\n", "1:1"),
        (HEAD + " a@Base\n", "2:1"),
        (HEAD + " (x a 1\n", "2:1"),
        (HEAD + " a@Base  1.0\n", "2:1"),
        (HEAD + " (symver)Base 1.0\n", "2:1"),
        (HEAD + "* x\n", "2:1"),
        (HEAD + '(arch=any)#include "more"\n', "2:1"),
    ],
)
def test_errors_have_their_place(text: str, place: str, ship: Path, tmp_path: Path) -> None:
    known = tmp_path / "libship1.symbols"
    known.write_text(text)
    with pytest.raises(ParseError) as error:
        exported.updated(str(ship), str(known), "2.0", "")
    assert str(error.value.location).endswith(f"libship1.symbols:{place}")


def test_a_folder_without_libraries_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.h").write_text("int a(void);\n")
    with pytest.raises(SourceError):
        exported.updated(str(tmp_path), None, "2.0", "")


def test_what_rpm_packages_provide() -> None:
    wide = SharedObject("libship.so.1", "EM_X86_64 64 LSB", ("SHIP_1",), (), ())
    assert provides(wide) == ("libship.so.1()(64bit)", "libship.so.1(SHIP_1)(64bit)")
    assert provides(wide._replace(machine="EM_386 32 LSB")) == ("libship.so.1", "libship.so.1(SHIP_1)")
    assert Machine.of(wide) == ("amd64", "64", "little")


VERSIONS = "0~ 0~rc1 0 1.0~rc1-1 1.0-1 1.0-1+b1 1.0 1.0a 1.0+dfsg-1 1.10 1.9 1:0.1"


@pytest.mark.judge
@judged
def test_versions_are_ordered_as_dpkg_orders_them() -> None:
    def later(one: str, other: str) -> int:
        asked = ["dpkg", "--compare-versions", one, "gt", other]
        return 1 if subprocess.run(asked, check=False).returncode == 0 else -1

    ordered = sorted(VERSIONS.split(), key=cmp_to_key(later))
    assert [debian_key(one) <= debian_key(other) for one, other in pairwise(ordered)] == [True] * (len(ordered) - 1)
    assert debian_key("1.0") == debian_key("1.00")
