"""Packages that are one release: what a link of one of them leads to may lie in another one."""

from __future__ import annotations

from pathlib import Path

from abidiff.pipeline import Options, compare
from tests.sources import build
from tests.sources.build import Member, symlink

OPTIONS = Options(cache=False, parallel=False)


def package(path: Path, *members: Member) -> str:
    return str(build.put(path, build.deb(build.compress(build.tar(members), "xz"))))


def pair(folder: Path, text: bytes, link: str = "ship/ship.h") -> str:
    folder.mkdir()
    one = package(folder / "a-dev_1_all.deb", symlink("./usr/include/ship.h", link))
    return f"{one}+{package(folder / 'a-data_1_all.deb', Member('./usr/include/ship/ship.h', text))}"


def test_a_link_from_one_package_into_another_one(tmp_path: Path) -> None:
    old, new = (pair(tmp_path / side, text) for side, text in (("o", b"int f(int);\n"), ("n", b"int f(long);\n")))
    report = compare(old, new, OPTIONS)
    assert [found.rule for found in report.findings] == ["headers/function-parameters-changed"]
    assert not report.problems
    assert not report.notes


def test_a_link_that_leads_nowhere_still_does(tmp_path: Path) -> None:
    old, new = (pair(tmp_path / side, b"int f(int);\n", "../../../none.h") for side in ("o", "n"))
    assert compare(old, new, OPTIONS).problems
