"""Unpacked releases: links, pipes, cycles and what else lies in a folder."""

from __future__ import annotations

import datetime
import os
import time
from pathlib import Path

import pytest

from abidiff.errors import LimitError, SourceError
from abidiff.limits import Limits
from tests.sources.build import HEADER, put
from tests.sources.conftest import Open


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "ship-1.2.3"
    put(root / "meson.build", b"project('ship', version: '1.2.4')\n")
    put(root / "include/ship.h", HEADER)
    put(root / "src/ship.x", b"const A = 1;\n")
    put(root / "src/ship.c", b"int x;\n")
    put(root / "tests/include/no.h", b"no\n")
    for path in root.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return root


def test_reads_what_matters(tree: Path, opened: Open) -> None:
    release = opened(tree)
    assert sorted(release.files) == ["include/ship.h", "meson.build", "src/ship.x"]
    assert (release.label, release.version, release.date) == ("ship-1.2.3", "1.2.4", datetime.date(2023, 11, 14))
    assert release.notes == ()


def test_version_from_the_name(tree: Path, opened: Open) -> None:
    (tree / "meson.build").unlink()
    assert opened(tree).version == "1.2.3"


def test_relative_and_dotted(tree: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    assert opened(".").label == "ship-1.2.3"
    assert opened("./").files == opened(tree).files


def test_a_folder_around_the_release(tree: Path, opened: Open) -> None:
    assert opened(tree.parent).label == "ship-1.2.3"
    assert "include/ship.h" in opened(tree.parent).files


def test_links(tree: Path, opened: Open, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = put(tmp_path_factory.mktemp("outside") / "secret.h", b"secret\n")
    put(tree / "real/deep/x.h", b"x\n")
    (tree / "include/file.h").symlink_to("../real/deep/x.h")
    (tree / "include/folder").symlink_to("../real")
    (tree / "include/self").symlink_to(".")
    (tree / "include/up").symlink_to("../..")
    (tree / "include/loop.h").symlink_to("loop.h")
    (tree / "include/gone.h").symlink_to("nowhere.h")
    (tree / "include/out.h").symlink_to(outside)
    (tree / "include/outdir").symlink_to(outside.parent)
    release = opened(tree)
    assert release.files["include/file.h"] == b"x\n"
    assert release.files["include/folder/deep/x.h"] == b"x\n"
    assert not any(b"secret" in data for data in release.files.values())
    assert {path for path in release.files if path.startswith("include/")} == {
        "include/ship.h",
        "include/file.h",
        "include/folder/deep/x.h",
    }
    assert len(release.notes) == 6


def test_a_pipe_is_not_waited_for(tree: Path, opened: Open) -> None:
    os.mkfifo(tree / "include/pipe.h")
    start = time.monotonic()
    release = opened(tree)
    assert time.monotonic() - start < 5
    assert "include/pipe.h" not in release.files
    assert any("pipe.h" in note for note in release.notes)


def test_bounds(tree: Path, opened: Open) -> None:
    with pytest.raises(LimitError):
        opened(tree, limits=Limits(file_bytes=10))
    with pytest.raises(LimitError):
        opened(tree, limits=Limits(kept_bytes=30))
    with pytest.raises(LimitError):
        opened(tree, limits=Limits(members=3))
    with pytest.raises(LimitError):
        opened(tree, limits=Limits(seconds=-1))
    deep = tree / "include" / "/".join("d" * 70)
    put(deep / "x.h", b"")
    with pytest.raises(LimitError):
        opened(tree)


def test_folders_that_can_hold_nothing_are_not_walked(tree: Path, opened: Open) -> None:
    for number in range(50):
        put(tree / f"tests/{number}/a.txt", b"")
    assert opened(tree, limits=Limits(members=20)).files


def test_odd_names(tree: Path, opened: Open) -> None:
    name = b"include/\xff\n.h"
    (Path(os.fsdecode(os.fsencode(tree) + b"/" + name))).write_bytes(b"odd\n")
    release = opened(tree)
    assert release.files[name.decode("utf-8", "surrogateescape")] == b"odd\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable(tree: Path, opened: Open) -> None:
    (tree / "include/ship.h").chmod(0)
    assert any("ship.h" in note for note in opened(tree).notes)


def test_missing(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        opened(tmp_path / "nix")
    with pytest.raises(SourceError):
        opened("")
    with pytest.raises(SourceError):
        opened("a\0b")
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        opened("/dev/null")
