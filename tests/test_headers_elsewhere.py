"""A C library whose headers lie where the generic profile does not look is not passed as compatible."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.build import put
from tests.test_unread import run

MAP = b"V1 { global: f; local: *; };\n"
TREES = {
    "map": {"a.h": b"int f(void);\n", "a.map": MAP},
    "pc": {"lib/a.h": b"int f(void);\n", "a.pc.in": b"Name: a\nVersion: 1\n", "p.x": b"typedef int i;\n"},
}


def sides(folder: Path, old: dict[str, bytes], new: dict[str, bytes]) -> tuple[str, str]:
    for name, files in (("old", old), ("new", new)):
        for path, data in files.items():
            put(folder / name / path, data)
    return str(folder / "old"), str(folder / "new")


@pytest.mark.parametrize("tree", TREES)
def test_headers_that_nobody_looks_at_are_named(tree: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = next(path for path in TREES[tree] if path.endswith(".h"))
    old, new = sides(tmp_path, TREES[tree], {**TREES[tree], header: b"int g(void);\n"})
    assert run("compare", old, new) == 3
    told = capsys.readouterr().out
    assert f"{header}: it lies outside of include/" in told
    assert "--headers GLOB" in told


def test_the_user_says_which_they_are(tmp_path: Path) -> None:
    private = {"in.h": b"#define T int\n", "src/x.h": b"struct x { int a; };\n"}
    before = {"a.h": b'#include "in.h"\nT f(void);\n', "a.map": MAP, **private}
    old, new = sides(tmp_path, before, {**before, "src/x.h": b"struct x { long a; };\n"})
    assert run("compare", old, new) == 3
    assert run("compare", old, new, "--headers", "a.h", "--symbols", "a.map") == 0
    assert run("compare", old, new, "--surface", "symbols") == 0
    assert run("compare", old, new, "--headers", "**/*.h") == 1


@pytest.mark.parametrize(
    "files",
    [
        {"include/a.h": b"int f(void);\n", "src/b.h": b"int b;\n", "a.map": MAP},
        {"tests/b.h": b"int b;\n", "a.map": MAP},
        {"b.h": b"int b;\n", "p.x": b"struct s { int i; };\n"},
    ],
)
def test_what_is_no_such_library_is_as_before(files: dict[str, bytes], tmp_path: Path) -> None:
    old, new = sides(tmp_path, files, {**files, "README": b"new\n"})
    assert run("compare", old, new) == 0


def test_it_is_told_of_snapshots_and_histories(tmp_path: Path) -> None:
    old, new = sides(tmp_path, TREES["map"], {**TREES["map"], "a.h": b"int g(void);\n"})
    assert run("snapshot", old, "-o", str(tmp_path / "old.snap")) == 3
    assert run("snapshot", old, "-o", str(tmp_path / "old.snap"), "--surface", "symbols") == 0
    history = str(tmp_path / "a.db")
    one, two = (str(Path(path).rename(tmp_path / f"a-{n}.0")) for n, path in ((1, old), (2, new)))
    assert run("history", "build", "-o", history, one, two) == 0
    assert run("compare", f"{history}@1.0", f"{history}@2.0") == 3
