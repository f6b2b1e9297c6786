"""Witnesses on disk: safe names, whole files, nothing of others touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from abidiff.finding import Report
from abidiff.pipeline.witnesses import MARK, WitnessError, folder_of, safe, write
from tests.reports.samples import hostile, incompatible


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_each_witness_has_its_folder(tmp_path: Path) -> None:
    write(incompatible(), tmp_path / "w")
    found = files(tmp_path / "w")
    struct, message = [folder_of(f) for f in incompatible().findings if f.witness]
    assert found == {
        MARK,
        f"{struct}/witness.c",
        f"{struct}/README",
        f"{message}/message.bin",
        f"{message}/README",
    }
    assert (tmp_path / "w" / message / "message.bin").read_bytes() == b"\0\0\4\1\xff"


def test_names_of_theirs_stay_inside(tmp_path: Path) -> None:
    write(hostile(), tmp_path / "w")
    assert {path.name for path in tmp_path.iterdir()} == {"w"}
    for path in (tmp_path / "w").rglob("*"):
        assert path.name == MARK or path.name == safe(path.name)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("..", "_"),
        ("", "_"),
        (".hidden", "hidden"),
        ("a b/c", "a_b_c"),
        ("-x", "-x"),
    ],
)
def test_safe_names(given: str, wanted: str) -> None:
    assert safe(given) == wanted


def test_writing_again_replaces_and_cleans_what_was_ours(tmp_path: Path) -> None:
    report = incompatible()
    write(report, tmp_path)
    fewer = replace(report, findings=report.findings[:1])
    write(fewer, tmp_path)
    assert {name for name in files(tmp_path) if "message" in name} == set()


def test_a_folder_of_others_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("important")
    with pytest.raises(WitnessError, match="holds no witnesses"):
        write(incompatible(), tmp_path)
    assert files(tmp_path) == {"thesis.txt"}


def test_a_file_of_others_in_our_folder_is_not_overwritten(tmp_path: Path) -> None:
    write(Report(None, incompatible().new, "generic", (), (), ()), tmp_path)
    folder = tmp_path / folder_of(incompatible().findings[0])
    folder.mkdir()
    (folder / "witness.c").write_text("mine")
    with pytest.raises(WitnessError, match="not overwritten"):
        write(incompatible(), tmp_path)
    assert (folder / "witness.c").read_text() == "mine"


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    target = tmp_path / "w"
    write(Report(None, incompatible().new, "generic", (), (), ()), target)
    (target / folder_of(incompatible().findings[0])).symlink_to(outside)
    with pytest.raises(WitnessError, match="link"):
        write(incompatible(), target)
    assert list(outside.iterdir()) == []


def test_a_mark_that_lies_removes_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    target = tmp_path / "w"
    write(incompatible(), target)
    with (target / MARK).open("a") as stream:
        stream.write("../precious\n/etc/hostname\n")
    write(incompatible(), target)
    assert (tmp_path / "precious").read_text() == "x"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WitnessError, match="can't write"):
        write(incompatible(), tmp_path / "w")
