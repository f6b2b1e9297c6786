"""What holds nothing, or nothing of the other side's kind, is never compared and never passes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources.build import Member, compress, deb, tar

HEADER = "int ship_sail(int knots);\n"
PROTOCOL = "struct ship_args { int knots; };\nprogram SHIP { version ONE { void SAIL(ship_args) = 1; } = 1; } = 9;\n"


def run(*arguments: str) -> tuple[int, str]:
    found = subprocess.run([sys.executable, "-m", "abidiff", *arguments], capture_output=True, text=True, check=False)
    return found.returncode, found.stdout + found.stderr


def test_an_empty_folder_is_no_release(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old/ship.h").write_text(HEADER)
    (tmp_path / "new").mkdir()
    code, said = run("compare", str(tmp_path / "old"), str(tmp_path / "new"))
    assert code == 3
    assert "the folder is empty" in said
    assert "removed" not in said


def test_sides_of_different_kinds(tmp_path: Path) -> None:
    (tmp_path / "ship.h").write_text(HEADER)
    (tmp_path / "ship.x").write_text(PROTOCOL)
    code, said = run("compare", str(tmp_path / "ship.h"), str(tmp_path / "ship.x"), "-f", "json")
    assert code == 3
    found = json.loads(said)
    assert found["findings"] == []
    assert "nothing was compared" in found["problems"][0]["message"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/ship.hh").write_text(HEADER)
    git("add", "-A")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "next")
    (tmp_path / "lib/ship.hh").write_text("\n/* nothing */\nint ship_moor(void);\n")
    git("commit", "-qam", "two")
    return tmp_path


@pytest.mark.parametrize(("fail_on", "code"), [("breaking", 3), ("undecided", 3), ("never", 0)])
def test_a_gate_that_looked_at_nothing_is_not_green(repository: Path, fail_on: str, code: int) -> None:
    got, said = run("gate", "-C", str(repository), "--against", "main", "--fail-on", fail_on)
    assert "nothing was looked at" in said
    assert got == code


def test_a_gate_is_told_where_the_headers_are(repository: Path) -> None:
    got, said = run("gate", "-C", str(repository), "--against", "main", "--headers", "lib/*.hh")
    assert got == 1
    assert "ship_sail" in said


def test_no_document_is_no_valid_one(tmp_path: Path) -> None:
    (tmp_path / "ship.rng").write_text(
        '<element name="ship" xmlns="http://relaxng.org/ns/structure/1.0"><empty/></element>'
    )
    (tmp_path / "documents").mkdir()
    code, said = run("rng", "validate", str(tmp_path / "ship.rng"), str(tmp_path / "documents"))
    assert code == 3
    assert "no document was found" in said


def test_a_package_that_holds_nothing_of_a_kind_any_more_proves_nothing_gone(tmp_path: Path) -> None:
    """As `libglib2.0-dev`, which since Debian 13 depends on the package that holds its headers."""
    files = {"old": "usr/include/ship.h", "new": "usr/share/doc/ship/copyright"}
    for side, name in files.items():
        (tmp_path / f"{side}.deb").write_bytes(deb(compress(tar([Member(name, HEADER.encode())]), "xz")))
    code, said = run("compare", str(tmp_path / "old.deb"), str(tmp_path / "new.deb"), "-f", "json")
    found = json.loads(said)
    assert (code, found["findings"]) == (3, [])
    assert any("beside this one, with +" in problem["hint"] for problem in found["problems"])
    for side, name in files.items():  # in a tree that holds more of the library it is gone
        (tmp_path / side / name).parent.mkdir(parents=True)
        (tmp_path / side / name).write_text(HEADER)
        (tmp_path / side / "ship.map").write_text("SHIP_1 { global: ship_sail; };\n")
    code, said = run("compare", str(tmp_path / "old"), str(tmp_path / "new"), "-f", "json")
    assert (code, bool(json.loads(said)["findings"])) == (1, True)
