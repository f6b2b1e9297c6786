"""What programs that read the same input see otherwise is never decided: it is said, whatever the verdict would be."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources.build import Member, hardlink, put, tar
from tests.sources.test_git import Repository

BOTH = "int f(int);\nint g(int);\n"
ONE = "int f(int);\n"


def run(*arguments: str) -> tuple[int, str]:
    found = subprocess.run([sys.executable, "-m", "abidiff", *arguments], capture_output=True, text=True, check=False)
    return found.returncode, " ".join((found.stdout + found.stderr).split())


def folder(root: Path, **headers: str) -> str:
    for name, text in headers.items():
        put(root / f"include/{name}.h", text.encode())
    return str(root)


@pytest.mark.parametrize("backend", ["libarchive", "stdlib"])
def test_what_a_hard_link_leads_to_comes_again(tmp_path: Path, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABIDIFF_ARCHIVE", backend)
    link = hardlink("a/include/ship.h", "a/src/ship.h")
    source, again = Member("a/src/ship.h", ONE.encode()), Member("a/src/ship.h", BOTH.encode())
    old = put(tmp_path / "old.tar", tar([again, link]))
    for members in ([source, link, again], [source, link, Member("a/include/ship.h", BOTH.encode())]):
        new = put(tmp_path / "new.tar", tar(members))
        code, said = run("compare", str(old), str(new))
        assert code == 3
        assert "comes again after a hard link" in said
    assert run("compare", str(old), str(put(tmp_path / "one.tar", tar([source, link]))))[0] == 1


def test_a_file_that_git_is_only_told_of(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "ship")
    repo.commit({"include/ship.h": ONE.encode(), "include/empty.h": b""})
    folder(repo.path, ship='#include "more.h"\n' + ONE, more="#define SHIP 1\n")
    repo("add", "include/ship.h")
    repo("add", "-N", "include/more.h")
    code, said = run("gate", "-C", str(repo.path), "--against", "HEAD", "--index")
    assert code == 3
    assert "'more.h' not found" in said
    repo("add", "include/more.h")
    assert run("gate", "-C", str(repo.path), "--against", "HEAD", "--index")[0] == 0


@pytest.mark.parametrize("how", ["sparse", "empty", "bare"])
def test_a_repository_without_its_files(tmp_path: Path, how: str) -> None:
    repo = Repository(tmp_path / "ship")
    repo.commit({"include/ship.h": BOTH.encode()}, "v1")
    there = tmp_path / "there"
    options = {"sparse": (), "empty": ("--no-checkout",), "bare": ("--bare",)}[how]
    repo("clone", "-q", *options, str(repo.path), str(there))
    if how == "sparse":
        repo("-C", str(there), "sparse-checkout", "set", "--no-cone", "/*", "!include/")
    code, said = run("compare", f"{repo.path}@v1", str(there))
    assert code == 3
    assert "BREAKING" not in said
    wanted = {"sparse": "left out by git sparse-checkout", "empty": "there are none on this side", "bare": "@REV"}
    assert wanted[how] in said


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    old = folder(tmp_path / "old", ship=BOTH)
    put(tmp_path / "new/README", b"hello\n")
    code, said = run("compare", old, str(tmp_path / "new"), "-f", "json")
    assert code == 3
    assert json.loads(said)["findings"] == []
    put(tmp_path / "new/ship.map", b"SHIP_1 { global: f; };\n")
    assert run("compare", old, str(tmp_path / "new"))[0] == 3


def test_submodules_of_a_work_tree(tmp_path: Path) -> None:
    part = Repository(tmp_path / "part")
    part.commit({"part.h": b"int part(int);\n"})
    repo = Repository(tmp_path / "ship")
    repo.commit({"include/ship.h": ONE.encode()}, "v1")
    repo("submodule", "add", "-q", str(part.path), "include/part")
    repo("commit", "-q", "-m", "x")
    for new in (f"{repo.path}@HEAD", f"{repo.path}@:worktree", str(repo.path)):
        code, said = run("compare", f"{repo.path}@v1", new)
        assert code == 3, new
        assert "a submodule, at commit" in said
        assert "part.h" not in said


@pytest.mark.parametrize("guard", ["__INCLUDE_LEVEL__", "__INCLUDE_LEVEL__ > 0", "!(__INCLUDE_LEVEL__ == 0)"])
def test_a_header_is_included(tmp_path: Path, guard: str) -> None:
    old = folder(tmp_path / "old", ship=BOTH)
    assert run("compare", old, folder(tmp_path / "a", ship=f"#if {guard}\n{BOTH}#endif\n"))[0] == 0
    assert run("compare", old, folder(tmp_path / "b", ship=f"#if {guard}\n{ONE}#else\n{BOTH}#endif\n"))[0] == 1


GONE = [
    "int g(int);\n",
    "#define SHIP_MAST 1\n",
    "enum ship { SHIP_A, SHIP_B };\n",
    "struct ship { int mast; };\nint g(struct ship *);\n",
    "typedef int ship;\n",
    "extern int ships;\n",
]


@pytest.mark.parametrize("gone", GONE)
def test_what_a_header_that_was_not_found_may_declare(tmp_path: Path, gone: str) -> None:
    old = folder(tmp_path / "old", ship=ONE + gone)
    new = folder(tmp_path / "new", ship="#include <other/mast.h>\n" + ONE)
    code, said = run("compare", old, new)
    assert code == 3
    assert "BREAKING" not in said
    assert "'other/mast.h' not found" in said
    put(tmp_path / "other/include/other/mast.h", b"int mast(int);\n")
    for given in ("other", "other/include"):
        assert run("compare", old, new, "--with", str(tmp_path / given))[0] == 1, given


def test_a_header_that_neither_side_finds_hides_nothing(tmp_path: Path) -> None:
    missed = "#include <other/mast.h>\n"
    old, new = folder(tmp_path / "old", ship=missed + BOTH), folder(tmp_path / "new", ship=missed + ONE)
    assert run("compare", old, new)[0] == 1


@pytest.mark.parametrize("at", [(), ("versions", 0)])
def test_a_snapshot_without_a_number(tmp_path: Path, at: tuple[str | int, ...]) -> None:
    put(tmp_path / "ship.x", b"program SHIP { version ONE { void SAIL(void) = 1; } = 1; } = 9;\n")
    assert run("snapshot", str(tmp_path / "ship.x"), "-o", str(tmp_path / "ship.json"))[0] == 0
    made = json.loads((tmp_path / "ship.json").read_text())
    found = [one for one in _dicts(made) if one.get("name") == "SHIP" and "versions" in one]
    assert found
    place = found[0]
    for step in at:
        place = place[step]
    place["number"] = None
    put(tmp_path / "other.json", json.dumps(made).encode())
    code, said = run("compare", str(tmp_path / "ship.json"), str(tmp_path / "other.json"))
    assert code == 3
    assert "has no number" in said


def test_a_packed_snapshot_is_no_archive(tmp_path: Path) -> None:
    old = folder(tmp_path / "old", ship=ONE)
    assert run("snapshot", old, "-o", str(tmp_path / "ship.json"))[0] == 0
    made = json.loads((tmp_path / "ship.json").read_text())
    put(tmp_path / "ship.json.gz", gzip.compress(json.dumps(made).encode()))
    code, said = run("compare", old, str(tmp_path / "ship.json.gz"))
    assert code == 3
    assert "no tar archive" in said


def _dicts(part: object) -> list[dict[str, object]]:
    if isinstance(part, dict):
        return [part, *(one for value in part.values() for one in _dicts(value))]
    return [one for value in part for one in _dicts(value)] if isinstance(part, list) else []
