"""What was not read never passes; what is equal does; what is the same is a mistake."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from abidiff.cli.main import main
from tests.sources.build import Member, put, tar, zipped
from tests.sources.test_git import Repository

CASES = Path(__file__).parents[1] / "fixtures/cases/c"
NOBODY = 65534


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main([*arguments, "--no-cache"])
    return int(caught.value.code or 0)


@pytest.mark.parametrize("side", ["old", "new"])
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_not_be_read_is_a_problem(tmp_path: Path, side: str, what: str) -> None:
    for name in ("old", "new"):
        shutil.copytree(CASES / "unreadable" / name, tmp_path / name)
        put(tmp_path / name / "include/deep/d.h", b"int deep(void);\n")
    tmp_path.chmod(0o755)
    closed = next((tmp_path / side / "include").glob("*.h")) if what == "file" else tmp_path / side / "include/deep"
    before = main_in_process(tmp_path)
    closed.chmod(0)
    try:
        found = as_nobody(tmp_path)
    finally:
        closed.chmod(0o755)
    assert before in (0, 1)
    assert found in (1, 3)
    if before == 0:
        assert found == 3


def main_in_process(folder: Path) -> int:
    return run("compare", str(folder / "old"), str(folder / "new"))


def as_nobody(folder: Path) -> int:
    """The way in is not open to others in pytest's folder: what is needed is loaded before the user changes."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            os.chdir(folder)
            if os.getuid() == 0:
                os.setuid(NOBODY)
            main(["compare", "old", "new", "--no-cache", "--serial"])
        except SystemExit as caught:
            code = int(caught.code or 0)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("make", ["broken", "escaping", "loop", "pipe"])
@pytest.mark.parametrize("both", [False, True])
def test_links_and_pipes(tmp_path: Path, make: str, both: bool) -> None:
    for name in ("old", "new"):
        put(tmp_path / name / "include/a.h", b"int a(void);\n")
    put(tmp_path / "outside.h", b"int o(void);\n")
    for name in ("old", "new") if both else ("new",):
        path = tmp_path / name / "include/b.h"
        if make == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to({"broken": "nowhere.h", "escaping": "../../outside.h", "loop": "b.h"}[make])
    assert run("compare", str(tmp_path / "old"), str(tmp_path / "new")) == 3
    for name in ("old", "new"):
        path = tmp_path / name / "include/b.h"
        if os.path.lexists(path):
            path.rename(tmp_path / name / "other.h")
    assert run("compare", str(tmp_path / "old"), str(tmp_path / "new")) == 0, "no header of include/"


@pytest.mark.parametrize("ending", ["h", "syms", "x"])
def test_nothing_in_a_file(tmp_path: Path, ending: str) -> None:
    old, new = CASES / f"empty-old/old.{ending}", CASES / f"empty-old/new.{ending}"
    assert run("compare", str(old), str(new)) == 3
    assert run("compare", str(new), str(old)) in (1, 3)
    copy = put(tmp_path / f"copy.{ending}", old.read_bytes())
    assert run("compare", str(old), str(copy)) == 3


def test_a_header_that_holds_only_an_error(tmp_path: Path) -> None:
    one = put(tmp_path / "one.h", b"#error not here\n")
    two = put(tmp_path / "two.h", b"int f(void);\n")
    assert run("compare", str(one), str(two)) == 3


def test_an_empty_header_beside_full_ones(tmp_path: Path) -> None:
    for name in ("old", "new"):
        put(tmp_path / name / "include/a.h", b"int a(void);\n")
        put(tmp_path / name / "include/empty.h", b"")
    assert run("compare", str(tmp_path / "old"), str(tmp_path / "new")) == 0


def test_globs_that_match_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = put(tmp_path / "old/api/a.h", b"int a(void);\n"), put(tmp_path / "new/api/a.h", b"int a(int);\n")
    put(tmp_path / "new/more/b.h", b"int b(int);\n")
    put(tmp_path / "old/README", b"x\n")
    sides = (str(old.parents[1]), str(new.parents[1]))
    assert run("compare", *sides, "--headers", "api/*.h") == 1
    assert run("compare", *sides, "--headers", "api/*.h", "--headers", "more/*.h") == 1
    capsys.readouterr()
    assert run("compare", *sides, "--headers", "api/*.h", "--headers", "apj/*.h") == 2
    assert "apj/*.h" in capsys.readouterr().err
    assert run("compare", *sides, "--xdr", "*.x") == 2


def test_the_same_input_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path / "ship")
    repository.commit({"include/a.h": b"int a(void);\n"}, "v1")
    repository("commit", "-q", "--allow-empty", "-m", "again")
    (tmp_path / "link").symlink_to("ship")
    monkeypatch.chdir(tmp_path)
    for old, new in (
        ("ship", "ship"),
        ("ship", "ship/../ship/"),
        ("ship", "link"),
        ("ship@v1", "link@v1"),
        ("ship@v1", "ship@HEAD~1"),
        ("ship@:index", "ship@:index"),
        ("ship/include/a.h", "link/include/a.h"),
    ):
        assert run("compare", old, new) == 2, (old, new)
    assert run("compare", "ship@v1", "ship@HEAD") == 0, "another commit of the same content"
    assert run("gate", "-C", "ship", "--against", "HEAD") == 0


def test_equal_interfaces_of_different_inputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("old", "new"):
        put(tmp_path / name / "include/a.h", b"int a(void);\n")
        put(tmp_path / name / "src/a.c", name.encode())
    assert run("compare", str(tmp_path / "old"), str(tmp_path / "new")) == 0
    assert "interface files of both sides are equal" in capsys.readouterr().out
    for name in ("old", "new"):
        shutil.rmtree(tmp_path / name / "include")
    assert run("compare", str(tmp_path / "old"), str(tmp_path / "new")) == 3, "nothing to look at"


def test_hidden_characters_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = put(tmp_path / "old.x", "/* \u202e */ const A = 1;\n".encode())
    new = put(tmp_path / "n\u202e\x9bew.x", b"const A = 1;\nconst B\xc2\x9b = ;\n")
    for form in ("json", "sarif"):
        run("compare", str(old), str(new), "--format", form)
        text = capsys.readouterr().out
        assert not set(text) & {"\u202e", "\x9b"}
        assert "\u202e" in json.dumps(json.loads(text), ensure_ascii=False)


ODD = {
    b"include/b\xff.h": (b"int b(void);\n", b"int b(int);\n"),
    b"xml/s\xe9.rng": (
        b'<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><text/></element>',
        b'<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><empty/></element>',
    ),
    b"src/p\xe9.x": (
        b"program P { version V { int F(int) = 1; } = 1; } = 9;\n",
        b"program P { version V { } = 1; } = 9;\n",
    ),
    b"src/m\xe9.syms": (b"V { global: a; };\n", b"V { global: b; };\n"),
}


def ascii_name(name: bytes) -> str:
    return name.decode("ascii", "replace").replace("\ufffd", "~")


@pytest.mark.parametrize("kind", ["folder", "tar", "zip", "git"])
def test_names_that_are_not_utf_8(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sides = []
    repository = Repository(tmp_path / "repository")
    for number, side in enumerate(("old", "new")):
        files = {os.fsdecode(name): pair[number] for name, pair in ODD.items()}
        for name, data in files.items():
            put(tmp_path / side / name, data)
        members = [Member(name, data) for name, data in files.items()]
        match kind:
            case "tar":
                sides.append(str(put(tmp_path / f"{side}.tar", tar(members))))
            case "zip":
                data = zipped([Member(ascii_name(os.fsencode(m.name)), m.data) for m in members])
                for name in ODD:
                    data = data.replace(ascii_name(name).encode(), name)
                put(tmp_path / f"{side}.zip", data)
                sides.append(str(tmp_path / f"{side}.zip"))
            case "git":
                repository.commit(files, side)
                sides.append(f"{repository.path}@{side}")
            case _:
                sides.append(str(tmp_path / side))
    for more in (
        (),
        ("--format", "json"),
        ("--format", "sarif"),
        ("--witness-dir", str(tmp_path / "w")),
        ("--verify",),
    ):
        assert run("compare", *sides, *more) == 1
        assert "unexpected error" not in capsys.readouterr().err
