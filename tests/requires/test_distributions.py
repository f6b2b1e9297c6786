"""The matrix of distributions: every row has a source, and what follows from the rows."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli
from abidiff.errors import PolicyError, UsageError
from abidiff.requires.distributions import Row, read, served, shipped, steps
from abidiff.requires.model import shown

DAY = datetime.date(2026, 11, 29)


def asked(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(arguments), standalone_mode=False)
    return result.return_value or 0, result.output


def test_every_row_has_a_source_and_a_day() -> None:
    rows = shipped()
    assert len(rows) >= 40
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert row.sources
        assert row.read <= DAY
        assert row.ships("libvirt")
        assert row.rolling or row.ends
    assert {"Debian", "Ubuntu", "Fedora", "RHEL", "CentOS Stream", "SLES", "openSUSE Leap", "Alpine", "Arch Linux"} == {
        row.distribution for row in rows
    }


def test_releases_of_one_distribution_do_not_go_back() -> None:
    for name in {row.distribution for row in shipped()}:
        rows = sorted(
            (row for row in shipped() if row.distribution == name and row.released), key=lambda row: str(row.released)
        )
        versions = [row.ships("libvirt") for row in rows]
        assert versions == sorted(versions), name


def test_steps() -> None:
    found = [(step.day.isoformat(), shown(step.version)) for step in steps(shipped(), "libvirt", DAY)]
    assert found[:2] == [("2026-11-29", "8.0.0"), ("2027-06-02", "10.0.0")]


def test_nobody_supported_is_left_behind_by_a_step() -> None:
    for step in steps(shipped(), "libvirt", DAY):
        assert all(row.ships("libvirt") >= step.version for row in served(shipped(), "libvirt", step.day))


def test_what_rolls_holds_nobody_back() -> None:
    row = Row("Bay", "rolling", "", None, None, None, True, {"libvirt": "0.1"}, ("a page",), DAY)
    assert served([row], "libvirt", DAY) == []


HEAD = 'name = "Bay"\n[[release]]\nversion = "1"\n'
REST = 'released = 2020-01-01\nversions = { ship = "1.0" }\nsources = ["a page"]\nread = 2026-01-01\n'
WRONG = {
    "": "no [[release]]",
    HEAD: "release[0].read: is missing",
    HEAD + REST.replace('["a page"]', "[]"): "release[0].sources",
    HEAD + REST.replace('"1.0"', '"new"'): "release[0].versions.ship",
    HEAD + REST.replace("released = 2020-01-01", 'released = "2020"'): "release[0].released",
    HEAD + REST + "ends = 2019-01-01\n": "release[0].ends",
    HEAD + REST + "color = 1\n": "unknown key",
    HEAD + REST.replace("released = 2020-01-01\n", ""): "release[0].released",
    "[": "not valid TOML",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bay.toml"
    path.write_text(text or 'name = "Bay"\n')
    with pytest.raises(PolicyError) as caught:
        read(path)
    assert WRONG[text] in caught.value.message


def test_the_command(tmp_path: Path) -> None:
    code, text = asked("matrix", "--on", "2026-11-29")
    assert code == 0
    assert "Ubuntu 22.04 (jammy)" in text
    assert "Ubuntu 20.04" not in text
    assert "read more than a year before 2028-01-01" in asked("matrix", "--on", "2028-01-01")[1]
    document = json.loads(asked("matrix", "--on", "2026-11-29", "-f", "json", "--all")[1])
    assert all(release["sources"] and release["read"] for release in document["releases"])
    assert asked("matrix", "-f", "markdown")[1].startswith("| distribution |")
    path = tmp_path / "bay.toml"
    path.write_text(HEAD + REST)
    assert "Bay 1" in asked("matrix", "--distributions", str(path), "--library", "ship")[1]


def test_requires_with_distributions(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import libvirt\nif libvirt.getVersion() >= 9001000:\n  pass\nlibvirt.VIR_DOMAIN_STATS_VM\n")
    arguments = ["requires", str(path), "--matrix", "--next", "--on", "2026-11-29", "-f", "json"]
    document = json.loads(asked(*arguments)[1])
    told = {(found["rule"], found["subject"]): found for found in document["findings"]}
    assert ("requires/leaves-behind", "Ubuntu 22.04") in told
    assert ("requires/leaves-behind", "Debian 12") not in told
    assert ("requires/may-be-raised", "libvirt 10.0.0") in told


@pytest.mark.parametrize("command", ["matrix --library nolib", "requires a.py --history nolib --matrix"])
def test_a_library_that_no_row_knows_is_a_usage_error(tmp_path: Path, command: str) -> None:
    (tmp_path / "a.py").write_text("import libvirt\n")
    arguments = command.replace("a.py", str(tmp_path / "a.py")).split()
    error = CliRunner().invoke(cli, arguments, standalone_mode=False).exception
    assert isinstance(error, UsageError)
    assert "nolib" in error.message
    assert "libvirt" in error.hint
    assert error.exit_code == 2
