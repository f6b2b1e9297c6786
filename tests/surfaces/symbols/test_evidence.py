"""What shows that a name exists, and what follows from it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from abidiff.finding import Report
from abidiff.pipeline import Options, compare

NEEDS = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
BEFORE = "V1 { global: foo_*; local: *; };\n"
MOVED = BEFORE + "V2 { global: foo_b; } V1;\n"


def side(folder: Path, text: str, **files: str | bytes) -> str:
    folder.mkdir(parents=True)
    (folder / "ship.map").write_text(text)
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(folder)


def library(folder: Path, text: str, *names: str, soname: str = "libship.so.1") -> bytes:
    folder.mkdir(parents=True)
    (folder / "l.c").write_text("".join(f"int {name}(void) {{ return 0; }}\n" for name in names))
    (folder / "v.map").write_text(text)
    command = ["gcc", "-shared", "-fPIC", "-nostdlib", "-o", "l.so", "l.c", "-Wl,--version-script=v.map"]
    subprocess.run([*command, f"-Wl,-soname,{soname}"], cwd=folder, check=True, timeout=60)
    return (folder / "l.so").read_bytes()


def said(report: Report) -> list[tuple[str, str, str]]:
    return [(str(f.severity), f.rule.partition("/")[2], f.subject) for f in report.findings]


SYMBOLS = Options(surfaces=("symbols",), parallel=False, cache=False)


@NEEDS
@pytest.mark.judge
def test_a_library_decides(tmp_path: Path) -> None:
    with_it = library(tmp_path / "x", BEFORE, "foo_a", "foo_b")
    without = library(tmp_path / "y", BEFORE, "foo_a")
    new = side(tmp_path / "new", MOVED)
    assert said(compare(side(tmp_path / "a", BEFORE, libship_dot_so=with_it), new, SYMBOLS)) == [
        ("breaking", "symbol-moved", "foo_b")
    ]
    assert said(compare(side(tmp_path / "b", BEFORE, libship_dot_so=without), new, SYMBOLS)) == [
        ("extension", "symbol-added", "foo_b")
    ]
    assert said(compare(side(tmp_path / "c", BEFORE), new, SYMBOLS)) == [("undecided", "existence-unknown", "foo_b")]


@NEEDS
@pytest.mark.judge
def test_a_library_shows_that_a_pattern_lost_nothing(tmp_path: Path) -> None:
    shown = library(tmp_path / "x", BEFORE, "foo_a", "foo_b")
    new = side(tmp_path / "new", "V1 { global: foo_a; foo_b; local: *; };\n")
    assert said(compare(side(tmp_path / "a", BEFORE, libship_dot_so=shown), new, SYMBOLS)) == []
    fewer = side(tmp_path / "fewer", "V1 { global: foo_a; local: *; };\n")
    assert said(compare(str(tmp_path / "a"), fewer, SYMBOLS)) == [("breaking", "symbol-removed", "foo_b")]


@NEEDS
@pytest.mark.judge
def test_the_library_of_another_map_shows_nothing(tmp_path: Path) -> None:
    other = library(tmp_path / "x", "W1 { global: *; };", "foo_a", "foo_b", soname="libother.so.1")
    old = side(tmp_path / "old", BEFORE, libother_dot_so=other)
    found = said(compare(old, side(tmp_path / "new", MOVED), SYMBOLS))
    assert found == [("undecided", "existence-unknown", "foo_b")]


def test_a_public_list_decides(tmp_path: Path) -> None:
    listed = "libship.so.1 libship1 #MINVER#\n foo_a@V1 1.0\n foo_b@V1 1.0\n"
    old = side(tmp_path / "old", BEFORE, debian__libship1_dot_symbols=listed)
    assert said(compare(old, side(tmp_path / "new", MOVED), SYMBOLS)) == [("breaking", "symbol-moved", "foo_b")]


@pytest.mark.parametrize("cache", [False, True])
def test_a_declaration_decides_with_and_without_a_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: bool
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    new = side(tmp_path / "new", MOVED, include__ship_dot_h="int foo_a(void); int foo_b(void);\n")
    old = side(tmp_path / "old", BEFORE, include__ship_dot_h="int foo_a(void);\n")
    options = Options(parallel=False, cache=cache)
    for _ in range(2):
        assert compare(old, new, options).exit_code == 0
    (tmp_path / "old/include/ship.h").write_text("int foo_a(void); int foo_b(void);\n")
    for _ in range(2):
        assert compare(old, new, options).exit_code == 1


def test_a_static_or_unread_name_shows_nothing(tmp_path: Path) -> None:
    new = side(tmp_path / "new", MOVED, include__ship_dot_h="int foo_a(void);\n")
    old = side(
        tmp_path / "old", BEFORE, include__ship_dot_h="int foo_a(void); static inline int foo_b(void) { return 0; }\n"
    )
    report = compare(old, new, Options(parallel=False, cache=False, surfaces=("headers", "symbols")))
    assert ("undecided", "existence-unknown", "foo_b") in said(report)


def test_maps_are_paired_by_their_nodes(tmp_path: Path) -> None:
    old = side(tmp_path / "old", "V1 { global: a; };\nV2 { global: b; } V1;\n")
    new = Path(side(tmp_path / "new", "V1 { global: a; };\nV2 { global: b; } V1;\nV3 { global: c; } V2;\n"))
    (new / "ship.map").rename(new / "libship_public.map")
    (new / "ship.map").write_text("X1 { global: other; };\n")
    assert said(compare(old, str(new), SYMBOLS)) == [
        ("extension", "symbol-added", "c"),
        ("extension", "map-added", "ship"),
    ]


def test_a_private_node_is_no_promise_and_a_public_symbol_may_not_go_there(tmp_path: Path) -> None:
    profile = Path(__file__).parents[3] / "fixtures/cases/history/sym-private-node/prof.toml"
    options = Options(profile=str(profile), parallel=False, cache=False)

    def of(name: str, text: str) -> str:
        (tmp_path / name / "src").mkdir(parents=True)
        (tmp_path / name / "src/ship.syms").write_text(text)
        return str(tmp_path / name)

    old = of("old", "SHIP_1.0 { global: open; };\nSHIP_PRIVATE_1.0 { global: inner; old; local: *; };\n")
    new = of("new", "SHIP_1.0 { global: open; };\nSHIP_PRIVATE_1.1 { global: inner; new; local: *; };\n")
    assert compare(old, new, options).findings == ()
    hidden = of("hidden", "SHIP_1.0 { };\nSHIP_PRIVATE_1.1 { global: inner; open; local: *; };\n")
    assert said(compare(old, hidden, options)) == [("breaking", "symbol-moved", "open")]
    public = of("public", "SHIP_1.0 { global: open; };\nSHIP_1.1 { global: inner; } SHIP_1.0;\n")
    assert ("extension", "symbol-added", "inner") in said(compare(old, public, options))
