"""Of a file that was there and could not be read nothing is proved to be gone; an honest change of it still counts."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from abidiff.cli.main import main
from tests.sources.build import put
from tests.sources.test_git import Repository

HEADERS = {
    "include/a.h": '#ifndef A_H\n#define A_H\n#include "b.h"\n'
    "int a(struct b *p);\nint stays(void);\nint more(void);\n#endif\n",
    "include/b.h": "#ifndef B_H\n#define B_H\nstruct b { int x; };\n"
    "int b(void);\nenum e { E };\n#define B_MAX 3\n#endif\n",
}
MAPS = {"src/one.syms": "L_1 { global: a; local: *; };\n", "src/two.syms": "M_1 { global: b; local: *; };\n"}
PROTOCOLS = {
    "src/one.x": "struct s { int a; };\nprogram P { version V { s F(int) = 1; } = 1; } = 9;\n",
    "src/two.x": "struct t { int a; };\nprogram Q { version W { t G(int) = 1; } = 1; } = 10;\n",
}
PAGE = """<!DOCTYPE html>
<html><head><style>body { color: red; }</style><script>function f() { if (x) { g(); } }
int x;
</script></head><body>Please sign in, don't panic.&nbsp;<a href="http://ship/y">here</a></body></html>
"""
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab\nsize 12345\n"
STRANGE = {
    "page": PAGE,
    "pointer": POINTER,
    "prose": "404 Not Found\nIt isn't here.\n",
    "json": '{"error": {"code": 404}}\n',
    "script": "var a = function() { return 1; };\n",
    "nothing": "",
    "blanks": " \n\n\t\n" * 9,
    "cut in a guard": "#ifndef B_H\n#define B_H\nstruct b { int",
    "cut in a comment": "int b(void);\n/* and then",
}


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main([*arguments, "--no-cache", "--serial"])
    return int(caught.value.code or 0)


def compared(folder: Path, old: dict[str, str], new: dict[str, str]) -> int:
    for side, files in (("old", old), ("new", new)):
        for path, text in files.items():
            put(folder / side / path, text.encode())
    return run("compare", str(folder / "old"), str(folder / "new"))


@pytest.mark.parametrize("what", STRANGE)
def test_a_header_that_is_none_any_more(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(tmp_path, HEADERS, {**HEADERS, "include/b.h": STRANGE[what]}) == 3
    assert "include/b.h" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["page", "prose", "nothing", "blanks"])
@pytest.mark.parametrize(("files", "path"), [(MAPS, "src/one.syms"), (PROTOCOLS, "src/one.x")])
def test_a_map_or_protocol_that_is_none_any_more(
    files: dict[str, str], path: str, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(tmp_path, files, {**files, path: STRANGE[what]}) == 3
    assert path in capsys.readouterr().out


@pytest.mark.parametrize("ending", ["h", "syms", "x"])
@pytest.mark.parametrize("what", ["page", "pointer", "prose", "nothing", "comment"])
def test_one_file_of_which_nothing_is_left(ending: str, what: str, tmp_path: Path) -> None:
    text = {"h": HEADERS["include/b.h"], "syms": MAPS["src/one.syms"], "x": PROTOCOLS["src/one.x"]}[ending]
    old = put(tmp_path / f"old.{ending}", text.encode())
    new = put(tmp_path / f"new.{ending}", STRANGE.get(what, "/* gone */\n").encode())
    assert run("compare", str(old), str(new)) == 3


def test_a_break_beside_it_still_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    less = HEADERS["include/a.h"].replace("int more(void);\n", "")
    new = {"include/a.h": less, "include/b.h": PAGE}
    assert compared(tmp_path, HEADERS, new) == 1
    capsys.readouterr()
    assert run("compare", str(tmp_path / "old"), str(tmp_path / "new"), "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(f["subject"], f["severity"]) for f in found if f["severity"] == "breaking"] == [("more", "breaking")]


def test_what_an_emptied_header_brought(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    brings = {"include/a.h": '#include "b.h"\nint a(void);\n', "include/b.h": "typedef int b_t;\n"}
    assert compared(tmp_path, brings, {**brings, "include/a.h": ""}) == 3
    assert "headers/no-longer-brought" in capsys.readouterr().out
    assert compared(tmp_path, brings, {**brings, "include/a.h": "int a(void);\n"}) == 1


@pytest.mark.parametrize("left", ['#include "a.h"\n', "/* see a.h */\n", "#ifndef B_H\n#define B_H\n#endif\n"])
def test_an_honest_change_is_proved(left: str, tmp_path: Path) -> None:
    moved = {"include/a.h": HEADERS["include/a.h"].replace("int a(", "struct b { int x; };\nenum e { E };\nint a(")}
    assert compared(tmp_path, HEADERS, {**moved, "include/b.h": left}) == 1, "b() is gone"
    every = HEADERS["include/b.h"].partition("#define B_H\n")[2].removesuffix("#endif\n")
    all_moved = {"include/a.h": HEADERS["include/a.h"].replace("int a(", f"{every}int a(")}
    assert compared(tmp_path / "moved", HEADERS, {**all_moved, "include/b.h": '#include "a.h"\n'}) == 0


def test_warm_and_cold_agree_on_a_git_tree(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "ship")
    repository.commit({path: text.encode() for path, text in HEADERS.items()}, "v1")
    repository.commit({"include/b.h": b""}, "v2")
    sides = [f"{repository.path}@{tag}" for tag in ("v1", "v2")]
    for _ in range(2):
        with pytest.raises(SystemExit) as caught:
            main(["compare", *sides, "--serial"])
        assert caught.value.code == 3


@pytest.mark.parametrize("text", ["", " \n\n", "#ifndef B_H\n#endif\n"])
@pytest.mark.parametrize("kind", ["snapshot", "history"])
def test_a_file_that_was_emptied_is_so_in_what_was_kept(
    kind: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    direct = compared(tmp_path, HEADERS, {**HEADERS, "include/b.h": text})
    for side, version in (("old", "1.0"), ("new", "1.1")):
        (tmp_path / side).rename(tmp_path / f"ship-{version}")
    folders = [str(tmp_path / f"ship-{version}") for version in ("1.0", "1.1")]
    if kind == "snapshot":
        kept = [f"{folder}.json" for folder in folders]
        for folder, file in zip(folders, kept, strict=True):
            assert run("snapshot", folder, "-o", file) == 0
    else:
        made = str(tmp_path / "ship.db")
        assert run("history", "build", "-o", made, *folders) == 0
        kept = [f"{made}@1.0", f"{made}@1.1"]
    for old, new in (folders, kept, (folders[0], kept[1]), (kept[0], folders[1])):
        capsys.readouterr()
        assert run("compare", old, new) == direct
    if kind == "snapshot":
        again = str(tmp_path / "again.json")
        run("snapshot", kept[1], "-o", again)
        assert run("compare", kept[0], again) == direct
    else:
        with sqlite3.connect(made) as connection:
            found = connection.execute("SELECT DISTINCT severity FROM finding").fetchall()
        assert ("breaking",) not in found or direct == 1, "between neighbours too"
