"""What public headers include is compared, whatever it is called and wherever it lies; or it is said to be unread."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from abidiff.cli.main import main
from tests.sources import build
from tests.sources.build import Member, put
from tests.sources.test_git import Repository
from tests.test_unread import run

HERE = b"int here(void);\n"
GONE = b"int gone(int);\n"
WAYS = {
    "a header elsewhere": (b'#include "../src/t.h"\n', "src/t.h"),
    "another ending": (b'#include "t.inc"\n', "include/t.inc"),
    "no ending": (b'#include "parts/list"\n', "include/parts/list"),
    "elsewhere and another ending": (b'#include "../lib/t.def"\n', "lib/t.def"),
    "a computed name": (b'#define PART "t.tcc"\n#include PART\n', "include/t.tcc"),
    "if it is there": (b'#if __has_include("t.inc")\n#include "t.inc"\n#endif\n', "include/t.inc"),
    "a name in brackets": (b"#include <ship/t.ipp>\n", "include/ship/t.ipp"),
}


def cached(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main([*arguments])
    return int(caught.value.code or 0)


def releases(folder: Path, kind: str, sides: list[dict[str, bytes]]) -> list[str]:
    """Return two releases with these files as arguments."""
    if kind == "git":
        repository = Repository(folder / "ship")
        for at, files in enumerate(sides):
            repository.commit(files, f"v{at}")
        return [f"{repository.path}@v{at}" for at in range(2)]
    if kind == "archive":
        packed = (build.tar([Member(f"n-1/{path}", data) for path, data in files.items()]) for files in sides)
        return [str(put(folder / f"{at}.tar", data)) for at, data in enumerate(packed)]
    for at, files in enumerate(sides):
        for path, data in files.items():
            put(folder / str(at) / path, data)
    return [str(folder / str(at)) for at in range(2)]


@pytest.mark.parametrize("kind", ["folder", "archive", "git"])
@pytest.mark.parametrize("way", WAYS)
def test_what_a_public_header_includes_is_compared(way: str, kind: str, tmp_path: Path) -> None:
    include, path = WAYS[way]
    header = include + b"int a(void);\n"
    sides = [{"include/a.h": header, path: text} for text in (GONE + HERE, HERE)]
    old, new = releases(tmp_path, kind, sides)
    assert [cached("compare", old, new) for _ in range(2)] == [1, 1], "warm as cold"
    assert cached("compare", new, old) == 0
    assert run("compare", old, new) == 1


def test_files_that_are_included_by_included_files(tmp_path: Path) -> None:
    base = {f"include/{n}.inc": f'#include "{n + 1}.inc"\n'.encode() for n in range(5)}
    header = {"include/a.h": b'#include "0.inc"\n'}
    sides = [{**header, **base, "include/5.inc": text} for text in (GONE + HERE, HERE)]
    assert run("compare", *releases(tmp_path, "folder", sides)) == 1
    many = {f"include/{n}.inc": f'#include "{n + 1}.inc"\n'.encode() for n in range(40)}
    sides = [{**header, **many, "include/40.inc": text} for text in (GONE + HERE, HERE)]
    assert run("compare", *releases(tmp_path / "deep", "folder", sides)) == 3, "more than is followed"


@pytest.mark.parametrize("kind", ["pipe", "broken link", "link out", "pointer", "zeros"])
def test_what_is_included_and_cannot_be_read_never_passes(kind: str, tmp_path: Path) -> None:
    put(tmp_path / "outside.inc", GONE)
    arguments = []
    for side in ("old", "new"):
        put(tmp_path / side / "include/a.h", b'#include "t.inc"\nint a(void);\n')
        put(tmp_path / side / "README", side.encode())
        place = tmp_path / side / "include/t.inc"
        if kind == "pipe":
            os.mkfifo(place)
        elif kind == "broken link":
            place.symlink_to("nowhere.inc")
        elif kind == "link out":
            place.symlink_to("../../outside.inc")
        else:
            place.write_bytes(b"\0" * 9 if kind == "zeros" else b"version https://git-lfs.github.com/spec/v1\n")
        arguments.append(str(tmp_path / side))
    assert run("compare", *arguments) == 3


def test_what_is_left_out_by_name_is_left_out(tmp_path: Path) -> None:
    sides = [
        {"include/a.h": b'#include "private/t.h"\nint a(void);\n', "include/private/t.h": text}
        for text in (GONE + HERE, HERE)
    ]
    old, new = releases(tmp_path, "folder", sides)
    assert run("compare", old, new) == 1
    assert run("compare", old, new, "--exclude", "include/private/**") == 0


def test_what_moves_into_an_included_file_stays(tmp_path: Path) -> None:
    whole = {"include/a.h": b'#include "t.inc"\n' + GONE, "include/t.inc": HERE}
    moved = {"include/a.h": b'#include "t.inc"\n', "include/t.inc": HERE + GONE}
    old, new = releases(tmp_path, "folder", [whole, moved])
    assert run("compare", old, new) == 0
    assert run("compare", new, old) == 0


PROFILE = """format = 1
name = "own"
title = "own"
summary = "One header."
recognise = []
[version]
files = []
[tiers.full]
title = "full"
promise = "All stays."
clause = "all stays."
[[units]]
surface = "headers"
name = "headers"
tier = "full"
files = ["include/a.h", "include/errno.h"]
[units.options]
include_dirs = ["include"]
"""
A = b"int a(void);\n"
ASKS = b"#if __has_include(%b)\nint a(void);\n#else\nint b(void);\n#endif\n"
UNREAD: dict[str, tuple[dict[str, bytes], dict[str, bytes], dict[str, bytes]]] = {
    "only asked for": ({"include/a.h": ASKS % b'"../odd/t.h"'}, {"odd/t.h": b""}, {}),
    "only asked for in brackets": ({"include/a.h": ASKS % b"<odd/t.h>"}, {"include/odd/t.h": b""}, {}),
    "beside, as a system header is called": (
        {"include/a.h": b'#include "../odd/t.h"\n' + A, "odd/t.h": b'#include "errno.h"\n'},
        {"odd/errno.h": GONE},
        {"odd/errno.h": HERE},
    ),
    "beside, as a public header is called": (
        {
            "include/a.h": b'#include "odd/t.h"\n' + A,
            "include/errno.h": HERE,
            "include/odd/t.h": b'#include "errno.h"\n',
        },
        {"include/odd/errno.h": GONE},
        {"include/odd/errno.h": b"int other(void);\n"},
    ),
    "beside the public header itself": (
        {"include/a.h": b'#include "stdint.h"\n' + A},
        {"include/stdint.h": GONE},
        {"include/stdint.h": HERE},
    ),
}


@pytest.mark.parametrize("kind", ["folder", "archive", "git"])
@pytest.mark.parametrize("way", UNREAD)
def test_an_unread_header_is_found_before_others(way: str, kind: str, tmp_path: Path) -> None:
    both, before, after = UNREAD[way]
    profile = str(put(tmp_path / "own.toml", PROFILE.encode()))
    old, new = releases(tmp_path, kind, [{**both, **before}, {**both, "README": b"x", **after}])
    if kind == "git" and not after:
        repository = Repository(tmp_path / "ship")
        (repository.path / next(iter(before))).unlink()
        repository("commit", "-qam", "gone")
        new = f"{repository.path}@HEAD"
    assert [cached("compare", old, new, "--profile", profile) for _ in range(2)] == [1, 1], "warm as cold"
    assert run("compare", old, new, "--profile", profile) == 1


@pytest.mark.parametrize("brackets", [True, False])
def test_a_system_header_stays_what_brackets_name(brackets: bool, tmp_path: Path) -> None:
    text = b"#include <errno.h>\n" if brackets else b'#include "errno.h"\n'
    both = {"include/a.h": b'#include "../odd/t.h"\n' + A, "odd/t.h": text}
    sides = [{**both, "odd/errno.h": GONE}, {**both, "odd/errno.h": HERE}]
    profile = str(put(tmp_path / "own.toml", PROFILE.encode()))
    assert run("compare", *releases(tmp_path, "folder", sides), "--profile", profile) == (0 if brackets else 1)


@pytest.mark.judge
def test_gcc_looks_beside_the_includer_first(tmp_path: Path) -> None:
    for name, text in {
        "include/odd/t.h": '#include "errno.h"\n',
        "include/odd/errno.h": "int beside;\n",
        "include/errno.h": "int before;\n",
        "a.c": '#include "odd/t.h"\n',
    }.items():
        put(tmp_path / name, text.encode())
    command = ["gcc", "-E", "-P", "-Iinclude", "a.c"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert "beside" in done.stdout
    assert "before" not in done.stdout
