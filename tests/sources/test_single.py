"""Single files are taken as they are, with what they include from beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abidiff.errors import LimitError, SourceError, UsageError
from abidiff.limits import Limits
from abidiff.profile import load, project_of
from tests.sources.build import HEADER, put
from tests.sources.conftest import Open


def test_a_header(tmp_path: Path, opened: Open) -> None:
    release = opened(put(tmp_path / "old.h", HEADER))
    assert release.single_file
    assert dict(release.files) == {"old.h": HEADER}
    assert (release.label, release.version) == ("old.h", "")


@pytest.mark.parametrize(
    ("names", "surface"),
    [
        (("old.h", "new.h.in"), "headers"),
        (("old.x", "new.x"), "xdr"),
        (("old.rng", "new.rng"), "rng"),
        (("old.syms", "new.map"), "symbols"),
        (("libfoo.ver", "libfoo.sym"), "symbols"),
    ],
)
def test_units_pair_whatever_the_names(tmp_path: Path, opened: Open, names: tuple[str, str], surface: str) -> None:
    units = [project_of(load("generic"), opened(put(tmp_path / name, b"x\n"))).units for name in names]
    assert [len(found) for found in units] == [1, 1]
    assert units[0][0].name == units[1][0].name
    assert {found[0].surface for found in units} == {surface}
    assert [found[0].roots for found in units] == [(names[0],), (names[1],)]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        (b'<grammar xmlns="http://relaxng.org/ns/structure/1.0"/>', "rng"),
        (b"#ifndef A\n#define A 1\n#endif\n", "headers"),
        (b"program P { version V { void F(void) = 1; } = 1; } = 0x20000001;\n", "xdr"),
        (b"V_1 { global: a; local: *; };\n", "symbols"),
    ],
)
def test_told_by_the_content(tmp_path: Path, opened: Open, text: bytes, surface: str) -> None:
    project = project_of(load("generic"), opened(put(tmp_path / "file", text)))
    assert [unit.surface for unit in project.units] == [surface]


def test_what_nobody_can_tell(tmp_path: Path, opened: Open) -> None:
    with pytest.raises(UsageError, match="can't tell what this file is"):
        project_of(load("generic"), opened(put(tmp_path / "file.txt", b"hello\n")))


@pytest.mark.parametrize(
    "name", ["t.tar.gz", "t-1.0.orig.tar.xz", "T.TGZ", "t.tar", "t.zip", "t.deb", "t.rpm", "t.tar.lz"]
)
@pytest.mark.parametrize("data", [b"", b"garbage\n", b"<html>404</html>\n", b"int f(void);\n", b"\0\1\2" * 99])
def test_an_archive_by_name_alone(tmp_path: Path, opened: Open, name: str, data: bytes) -> None:
    with pytest.raises(SourceError, match="named like an archive, but is none"):
        opened(put(tmp_path / name, data))


@pytest.mark.parametrize("name", ["tar.h", "lib.tar.h", "zip.h", "rpm", "tar"])
def test_what_is_only_about_archives_is_read(tmp_path: Path, opened: Open, name: str) -> None:
    assert dict(opened(put(tmp_path / name, HEADER)).files) == {name: HEADER}


def test_a_report_is_no_snapshot(tmp_path: Path, opened: Open) -> None:
    golden = sorted((Path(__file__).parents[1] / "reports" / "golden").glob("*.json"))
    documents = [path for path in golden if "codequality" not in path.name]
    assert len(documents) >= 5
    for path in documents:
        told = "what abi-diff told (abidiff-protocols)" if path.name == "protocol.json" else "a report"
        with pytest.raises(SourceError, match=re.escape(f"{path.name}: {told}, not a snapshot")):
            opened(path)
    told = put(tmp_path / "since.json", b'{"format": "abidiff-since", "version": 1}\n')
    with pytest.raises(SourceError, match=r"abidiff-since\), not a snapshot"):
        opened(told)


def test_what_is_included_from_beside(tmp_path: Path, opened: Open) -> None:
    put(tmp_path / "secret.rng", b"secret")
    put(tmp_path / "s/parts/deep.rng", b"<grammar/>")
    put(tmp_path / "s/basic.rng", b"<include href='parts/deep.rng'/><include href='../secret.rng'/>")
    top = b'<include href="basic.rng"/><externalRef href="top.rng"/><include href="gone.rng"/>'
    release = opened(put(tmp_path / "s/top.rng", top))
    assert sorted(release.files) == ["basic.rng", "parts/deep.rng", "top.rng"]
    project = project_of(load("generic"), release)
    assert project.units[0].roots == ("top.rng",)
    assert project.units[0].files == ("basic.rng", "parts/deep.rng", "top.rng")


def test_a_header_and_those_beside_it(tmp_path: Path, opened: Open) -> None:
    put(tmp_path / "b.h", b'#include "a.h"\n#include <stdio.h>\n')
    release = opened(put(tmp_path / "a.h", b'#include "b.h"\n'))
    assert sorted(release.files) == ["a.h", "b.h"]
    assert project_of(load("generic"), release).units[0].roots == ("a.h",)


def test_too_large(tmp_path: Path, opened: Open) -> None:
    with pytest.raises(LimitError):
        opened(put(tmp_path / "a.h", HEADER * 100), limits=Limits(file_bytes=100))
