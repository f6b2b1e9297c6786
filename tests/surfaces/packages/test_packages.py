"""pkg-config packages held against pkg-config itself, and witnesses against it and the compiler."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidiff import pkgconfig
from abidiff.cli.main import main
from abidiff.examples import example_sides, findings_between
from abidiff.finding import Confirmation, Severity
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.rule import load
from abidiff.surfaces.packages import SURFACE
from abidiff.surfaces.packages.model import Packages
from abidiff.surfaces.packages.parse import parse
from abidiff.surfaces.packages.reach import folders, foreign, usual
from abidiff.surfaces.packages.rules._text import pc, tree
from abidiff.surfaces.packages.verify import verify

JUDGE = pytest.mark.skipif(not (shutil.which("pkg-config") and shutil.which("gcc")), reason="no pkg-config or gcc")
EMPTY = Release("", "", {})


def model(files: Mapping[str, str]) -> Packages:
    release = Release("old", "", MappingProxyType({path: text.encode() for path, text in files.items()}))
    names = tuple(path for path in files if path.endswith((".pc", ".pc.in")))
    found: Packages = parse(release, Project("p", (Unit("packages", "pkg-config", "full", names, names),)), {})
    return found


def laid(root: Path, files: Mapping[str, str]) -> str:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return str(root)


def answered(root: Path, *options: str) -> str | None:
    environment = {**os.environ, "PKG_CONFIG_LIBDIR": str(root / "usr/lib/pkgconfig"), "PKG_CONFIG_PATH": ""}
    done = subprocess.run(["pkg-config", *options], env=environment, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


CASES = [
    pytest.param(rule, example, id=f"{rule.id}:{example.name}")
    for rule in load(SURFACE.rules)
    for example in rule.examples
    if example.fires
]


@JUDGE
@pytest.mark.judge
@pytest.mark.parametrize(("rule", "example"), CASES)
def test_pkg_config_and_the_compiler_confirm_each_witness(rule: object, example: object) -> None:
    found = findings_between(SURFACE, *example_sides(SURFACE, example))  # type: ignore[arg-type]
    judged = list(verify(found, EMPTY, EMPTY))
    assert all(f.confirmation is Confirmation.CONFIRMED for f in judged if f.witness is not None), judged
    assert all(f.witness is not None for f in judged if f.severity is Severity.BREAKING)


@JUDGE
@pytest.mark.judge
def test_a_witness_that_shows_nothing_is_refuted() -> None:
    ship = tree(ship=pc(), dock=pc()), tree(dock=pc())
    found = findings_between(SURFACE, *(_side(files) for files in ship))[0]
    assert found.witness is not None
    files = dict(found.witness.files)
    there = files["run.sh"].replace(
        b"put old-ship.pc old/", b"put old-ship.pc new/pkgconfig/ship.pc\nput old-ship.pc old/"
    )
    harmless = found.witness.__class__("command", "", "", tuple({**files, "run.sh": there}.items()))
    (judged,) = verify([found.with_(witness=harmless)], EMPTY, EMPTY)
    assert (judged.confirmation, judged.confirmation_note) == (Confirmation.REFUTED, "the new side works too")


def _side(files: Mapping[str, str]) -> tuple[Release, Project]:
    names = tuple(files)
    release = Release("", "", MappingProxyType({path: text.encode() for path, text in files.items()}))
    return release, Project("example", (Unit("packages", "example", "full", names, names),))


NAMES = ("a", "b", "c", "d")
PACKAGES = st.fixed_dictionaries(
    {
        name: st.fixed_dictionaries(
            {
                "cflags": st.lists(
                    st.sampled_from(("-I${x}/p", "-I/usr/include/q", "-I${includedir}", "-DM=1")), max_size=3
                ),
                "requires": st.lists(st.sampled_from(NAMES), max_size=2),
                "requires_private": st.lists(st.sampled_from((*NAMES, "e >= 2", "f")), max_size=1),
            }
        )
        for name in NAMES
    }
)


@JUDGE
@pytest.mark.judge
@settings(max_examples=30, deadline=None)
@given(PACKAGES)
def test_what_a_program_gets_is_what_pkg_config_prints(tmp_path_factory: pytest.TempPathFactory, drawn: dict) -> None:
    made = {
        name: f"x=/opt/{name}\n"
        + pc(**{key: (" " if key == "cflags" else ", ").join(v) for key, v in fields.items() if v})
        for name, fields in drawn.items()
    }
    root = tmp_path_factory.mktemp("pc")
    laid(root, tree(**made, e=pc("1.5"), f=pc(cflags="-I/srv/f")))
    found = model(tree(**made, e=pc("1.5"), f=pc(cflags="-I/srv/f")))
    for package in found.packages:
        said = answered(root, "--cflags", package.name)
        if said is None:
            assert any(each.version == "2" for one in found.packages for each in one.requires)
            continue
        printed = {folder.lstrip("/") for folder in re.findall(r"-I *(\S+)", said)}
        assert printed - set(usual(found, package)) == set(folders(found, package)) - set(usual(found, package)), (
            package.name
        )
        assert foreign(found, package) == {}


VERSIONS = st.text(st.sampled_from("0129.-~ab"), min_size=1, max_size=7).filter(lambda text: text[0].isdigit())


@JUDGE
@pytest.mark.judge
@settings(max_examples=40, deadline=None)
@given(VERSIONS, VERSIONS)
def test_versions_are_compared_as_pkg_config_does(
    tmp_path_factory: pytest.TempPathFactory, has: str, asked: str
) -> None:
    root = tmp_path_factory.mktemp("pc")
    laid(root, tree(ship=pc(has)))
    for relation in (">=", "<=", "="):
        ours = pkgconfig.satisfies(has, pkgconfig.Required("ship", relation, asked))
        assert ours == (answered(root, "--exists", f"ship {relation} {asked}") is not None), (has, relation, asked)


def report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: Mapping[str, str], new: Mapping[str, str], *more: str
) -> tuple[int, str]:
    sides = laid(tmp_path / "old", old), laid(tmp_path / "new", new)
    with pytest.raises(SystemExit) as end:
        main(["compare", *sides, "--no-cache", *more])
    return int(str(end.value.code)), capsys.readouterr().out


SHIP = {
    "ship/ship.h": "#pragma once\n#include <shipconf.h>\nint ship_open(ship_t s);\n",
    "conf/shipconf.h": "typedef int ship_t;\n",
}


def test_a_path_that_headers_need_is_told_by_the_whole_tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`shipconf.h` stays, and another package still names its folder: only who asks for `ship` loses it."""
    both, one = pc(cflags="-I${includedir}/ship -I${includedir}/conf"), pc(cflags="-I${includedir}/ship")
    old, new = tree(SHIP, ship=both, dock=both), tree(SHIP, ship=one, dock=both)
    code, said = report(tmp_path, capsys, old, new, "--format", "text")
    assert code == 1
    assert "packages/headers-unreachable" in said
    assert "it includes <shipconf.h>" in re.sub(r"\s+", " ", said)


def test_a_path_that_no_package_names_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tree(SHIP, ship=pc(cflags="-I${includedir}/ship -I${includedir}/conf"))
    new = tree(SHIP, ship=pc(cflags="-I${includedir}/ship"))
    code, said = report(tmp_path, capsys, old, new, "--format", "text")
    assert code == 1
    assert "headers/header-removed" in said
    assert "packages/headers-unreachable" not in said
    said = re.sub(r"\s+", " ", said)
    assert (
        "header <shipconf.h> is no longer found: no include path leads to it, it is there as <conf/shipconf.h>" in said
    )
    assert "was removed" not in said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nothing of this kind\n", "neither a Name nor a Version"),
        ("Name: s\nVersion: 1\nCflags: " + "-Ia " * 5000 + "\n", "cflags: more than 16000 characters"),
        ("Name: s\nVersion: 1\n" + "#\n" * 40_000, "a pkg-config file of more than 65536 bytes"),
    ],
)
def test_what_does_not_read_is_undecided(
    text: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = report(tmp_path, capsys, tree(ship=pc(), dock=pc()), tree(ship=text, dock=pc()))
    assert code in (1, 3)
    assert why in re.sub(r"\s+", " ", said)


def test_variables_that_grow_are_bounded() -> None:
    text = (
        "a=x\n"
        + "".join(f"{chr(98 + n)}=${{{chr(97 + n)}}}${{{chr(97 + n)}}}\n" for n in range(20))
        + "Name: s\nCflags: -I/${u}${u}\n"
    )
    assert len(pkgconfig.read(text, {}).value("Cflags")) <= pkgconfig.MAX_VALUE
    assert pkgconfig.read("a=${b}\nb=${a}\nName: ${a}\n", {}).value("Name") in ("${a}", "${b}")


def test_single_files_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = laid(tmp_path, {"one.pc": pc("2.0"), "two.pc": pc("1.0")})
    with pytest.raises(SystemExit) as end:
        main(["compare", f"{files}/one.pc", f"{files}/two.pc", "--no-cache"])
    assert end.value.code == 1
    assert "packages/version-lowered" in capsys.readouterr().out


def test_a_prefix_of_its_own_is_where_the_file_lies(tmp_path: Path) -> None:
    text = "prefix=/opt/ship\nincludedir=${prefix}/include\nName: s\nVersion: 1\nCflags: -I${includedir}/s\n"
    assert model({"lib/pkgconfig/s.pc": text}).packages[0].folders == ("include/s",)
    assert model({"opt/ship/lib/pkgconfig/s.pc": text}).packages[0].folders == ("opt/ship/include/s",)


INCLUDE = "-I${includedir}/ship-1"
FORMS = (
    "Cflags: -isystem ${includedir}/ship-1",
    "Cflags: -idirafter ${includedir}/ship-1",
    f"Cflags: \\\n  {INCLUDE}",
    'Cflags: -I"${includedir}"/ship-1',
    f"Cflags: '{INCLUDE}'",
    "Cflags: -I ${includedir}/ship-1",
    f"cflags: {INCLUDE}",
    f"Cflags.private: {INCLUDE}",
    "Libs: -lship",
    "Cflags: -I${includedir}/ship-2",
)


@pytest.mark.judge
@JUDGE
@pytest.mark.parametrize("form", FORMS)
def test_a_folder_counts_as_the_compiler_gets_it(form: str, tmp_path: Path) -> None:
    """A program that includes `<ship.h>` with what pkg-config prints: it compiles exactly where no break is told."""
    works = []
    for side, said in (("old", f"Cflags: {INCLUDE}"), ("new", form)):
        root = tmp_path / side
        text = pc().replace("prefix=/usr\n", f"prefix={root}/usr\n", 1) + f"{said}\n"
        laid(root, {"usr/include/ship-1/ship.h": "int f(int);\n", "usr/lib/pkgconfig/ship.pc": text})
        flags = answered(root, "--cflags", "ship")
        assert flags is not None
        command = ["gcc", *flags.split(), "-include", "ship.h", "-fsyntax-only", "-x", "c", "/dev/null"]
        works.append(subprocess.run(command, capture_output=True, check=False).returncode == 0)
        laid(root, {"usr/lib/pkgconfig/ship.pc": pc() + f"{said}\n"})
    with pytest.raises(SystemExit) as ended:
        main(["compare", str(tmp_path / "old"), str(tmp_path / "new"), "--no-cache", "--no-config", "--serial"])
    assert works[0]
    assert (ended.value.code == 0) == works[1]


@pytest.mark.parametrize("text", ["", "garbage\n"])
def test_nothing_is_gone_because_of_a_file_that_was_not_read(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for side, said in (("old", pc(cflags=INCLUDE)), ("new", text)):
        laid(tmp_path / side, {"usr/include/ship-1/ship.h": "int f(int);\n", "usr/lib/pkgconfig/ship.pc": said})
    with pytest.raises(SystemExit) as ended:
        main(["compare", str(tmp_path / "old"), str(tmp_path / "new"), "--no-cache", "--no-config", "--serial"])
    assert ended.value.code == 3
    assert "BREAKING" not in capsys.readouterr().out


def test_a_file_that_every_program_includes_has_to_be_there() -> None:
    said = pc(cflags=f"-include ${{includedir}}/ship-1/cfg.h {INCLUDE}")
    assert model({"usr/lib/pkgconfig/ship.pc": said}).problems
    assert not model({"usr/lib/pkgconfig/ship.pc": said, "usr/include/ship-1/cfg.h": ""}).problems
