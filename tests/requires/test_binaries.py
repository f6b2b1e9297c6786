"""What binaries ask for by version nodes, copies of variables and weak symbols; formats that are not read.

The dynamic linker is the judge: it starts a program with the library of a release, or says what is missing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli
from abidiff.requires.catalogue import Catalogue
from tests.history.library import history, release
from tests.requires.test_requires import asked

pytest.importorskip("elftools")

HEADER = "extern int ship_count;\nint ship_sail(int a);\nint ship_turn(int a);\n"
CODE = "int ship_count = 1;\nint ship_sail(int a) { return a; }\nint ship_turn(int a) { return a; }\n"
LATER = "int ship_moor(int a)"
FIRST = "SHIP_1 { global: ship_sail; ship_turn; ship_count; local: *; };\n"
SECOND = "SHIP_1 { global: ship_sail; ship_count; };\nSHIP_2 { global: ship_turn; ship_moor; local: *; } SHIP_1;\n"
RELEASES = {
    "1.0.0": (HEADER, CODE, FIRST),
    "2.0.0": (f"{HEADER}{LATER};\n", f"{CODE}{LATER} {{ return a; }}\n", SECOND),
}


def run(command: list[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two releases of a library, each with its binary, their history, and another library."""
    if not shutil.which("gcc"):
        pytest.skip("gcc is missing")
    top = tmp_path_factory.mktemp("nodes")
    paths = []
    for version, (header, code, nodes) in RELEASES.items():
        paths.append(release(top, version, {"include/ship.h": header, "src/libship.map": nodes}))
        library(top / version, "libship", code, nodes)
    library(top / "other", "libother", "int ship_turn(int a) { return a; }\n", "OTHER_1 { global: ship_turn; };\n")
    history(top / "h.db", paths)
    return top


def library(folder: Path, name: str, code: str, nodes: str) -> None:
    folder.mkdir()
    (folder / "a.c").write_text(code)
    (folder / "a.map").write_text(nodes)
    flags = ["-shared", "-fPIC", f"-Wl,-soname,{name}.so.1", "-Wl,--version-script=a.map"]
    run(["gcc", *flags, "a.c", "-o", f"{name}.so.1"], folder)
    (folder / f"{name}.so").symlink_to(f"{name}.so.1")


def built(world: Path, name: str, code: str, *flags: str) -> Path:
    (world / f"{name}.c").write_text(f"int main(void) {{ {code} }}\n" if "main" not in code else code)
    run(["gcc", f"{name}.c", *flags, "-o", name], world)
    return world / name


def found(world: Path, path: Path) -> tuple[list[tuple[str, str]], int]:
    arguments = ["requires", str(path), "--history", str(world / "h.db"), "-f", "json"]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert result.exception is None, result.output
    told: Any = json.loads(result.output)
    return [(each["rule"].partition("/")[2], each["subject"]) for each in told["findings"]], result.return_value or 0


def starts(world: Path, path: Path, version: str) -> bool:
    """Tell whether the dynamic linker starts a program with a release, all symbols bound at once."""
    environment = {"LD_LIBRARY_PATH": str(world / version), "LD_BIND_NOW": "1"}
    return subprocess.run([path], env=environment, capture_output=True, check=False).returncode == 0


PROGRAMS = {
    "a symbol that moved to a newer node": (
        "int ship_turn(int); int main(void) { return ship_turn(0); }",
        "2.0.0",
        [("sets-floor", "ship_turn@SHIP_2")],
        {"1.0.0": False, "2.0.0": True},
    ),
    "a symbol that left its node": (
        "int ship_turn(int); int main(void) { return ship_turn(0); }",
        "1.0.0",
        [("gone", "ship_turn@SHIP_1")],
        {"1.0.0": True, "2.0.0": False},
    ),
    "a symbol that stayed": (
        "int ship_sail(int); int main(void) { return ship_sail(0); }",
        "2.0.0",
        [],
        {"1.0.0": True, "2.0.0": True},
    ),
}


@pytest.mark.judge
@pytest.mark.parametrize(("code", "linked", "rules", "judged"), PROGRAMS.values(), ids=PROGRAMS)
def test_nodes(
    world: Path, code: str, linked: str, rules: list[tuple[str, str]], judged: dict[str, bool], request: Any
) -> None:
    path = built(world, "n", code, f"-L{linked}", "-lship")
    assert found(world, path)[0] == rules
    code_of = {version: starts(world, path, version) for version in judged}
    assert code_of == judged


@pytest.mark.judge
def test_a_weak_symbol_needs_its_node(world: Path) -> None:
    """GNU ld marks no node as weak, so that the dynamic linker wants the node of a weak symbol."""
    code = "int ship_moor(int) __attribute__((weak)); int main(void) { return ship_moor ? ship_moor(0) : 0; }"
    path = built(world, "w", code, "-L2.0.0", "-Wl,--no-as-needed", "-lship")
    assert found(world, path)[0] == [("sets-floor", "SHIP_2")]
    assert subprocess.run(
        [path], env={"LD_LIBRARY_PATH": str(world / "1.0.0")}, capture_output=True, check=False
    ).stderr.count(b"version `SHIP_2' not found")


@pytest.mark.judge
def test_a_copy_of_a_variable_is_a_use(world: Path) -> None:
    code = "extern int ship_count; int main(void) { return ship_count; }"
    path = built(world, "copy", code, "-no-pie", "-fno-pic", "-L1.0.0", "-lship")
    assert "_COPY" in run(["readelf", "-rW", str(path)], world)
    assert found(world, path) == ([], 0), "it is a use: of a name that every release has"


@pytest.mark.judge
def test_a_symbol_of_another_library_is_no_use(world: Path) -> None:
    code = "int ship_turn(int); int main(void) { return ship_turn(0); }"
    path = built(world, "o", code, "-Lother", "-lother")
    arguments = ["requires", str(path), "--history", str(world / "h.db")]
    assert "nothing of h is used" in str(CliRunner().invoke(cli, arguments, standalone_mode=False).exception)


@pytest.mark.judge
def test_what_another_library_gives_is_not_touched(world: Path) -> None:
    """The node is what the program is bound to: of one library it is gone, of the other one it stays."""
    code = "int ship_turn(int); int main(void) { return ship_turn(0); }"
    libraries = [str(world / version) for version in RELEASES]
    mine, theirs = built(world, "i", code, "-L1.0.0", "-lship"), built(world, "j", code, "-Lother", "-lother")
    touched = CliRunner().invoke(cli, ["impact", str(mine), *libraries, "-f", "json"], standalone_mode=False)
    assert {each["subject"] for each in json.loads(touched.output)["findings"]} == {"ship_turn"}
    result = CliRunner().invoke(cli, ["impact", str(theirs), *libraries], standalone_mode=False)
    assert "is used in" in str(result.exception)


@pytest.mark.judge
def test_an_object_file_is_read(world: Path) -> None:
    built(world, "obj.o", f"{LATER}; int main(void) {{ return ship_moor(0); }}", "-c")
    assert found(world, world / "obj.o")[0] == [("sets-floor", "ship_moor")]


NAMES = b"\0_virDomainCreate\0"
FORMATS = {
    "a Mach-O file": b"\xcf\xfa\xed\xfe" + bytes(40),
    "a Mach-O file, fat": b"\xca\xfe\xba\xbe\0\0\0\2" + bytes(40),
    "a PE file": b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0" + bytes(40),
    "a COFF object file": b"\x64\x86\1\0" + bytes(40),
    "an archive of object files": b"!<arch>\n" + bytes(40),
    "a file of LLVM bitcode": b"BC\xc0\xde" + bytes(40),
}


@pytest.mark.parametrize(("name", "data"), FORMATS.items())
def test_formats_that_are_not_read_are_named(libvirt: Catalogue, name: str, data: bytes) -> None:
    files = {"app.py": "import libvirt\nlibvirt.VIR_DOMAIN_RUNNING\n", "lib/other.o": data + NAMES}
    report = asked(libvirt, files)
    assert [(str(each.location), each.message) for each in report.problems] == [
        ("lib/other.o", f"{name.partition(',')[0]}, which is not read, with names of the library in it")
    ]
    assert report.exit_code == 3
    assert not asked(libvirt, {**files, "lib/other.o": data + b"\0_something_else\0"}).problems


@pytest.mark.parametrize(
    "data", [b"MZ is how this begins\n", b"Lists virDomainCreate\n", b"\xca\xfe\xba\xbe\0\0\0\x37" + NAMES]
)
def test_what_only_begins_so(libvirt: Catalogue, data: bytes) -> None:
    files = {"app.py": "import libvirt\nlibvirt.VIR_DOMAIN_RUNNING\n", "README": data}
    assert not asked(libvirt, files).problems


def test_folders_hand_on_files_of_code(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import libvirt\nlibvirt.VIR_DOMAIN_RUNNING\n")
    for name in ("a.dylib", "b.dll", "c.o", "d.exe", "e.a"):
        (tmp_path / name).write_bytes(FORMATS["a Mach-O file"] + NAMES)
    result = CliRunner().invoke(cli, ["requires", str(tmp_path), "-f", "json"], standalone_mode=False)
    assert len(json.loads(result.output)["problems"]) == 5
    assert result.return_value == 3
