"""The commands, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from abidiff.cli.main import cli
from tests.history.library import exported, four, history


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], standalone_mode=False, catch_exceptions=False)


def test_build_add_list_export_check(tmp_path: Path) -> None:
    releases = four(tmp_path)
    path = tmp_path / "h.db"
    assert run("history", "build", "--jobs", 1, "-o", path, *releases[:3]).output == (
        "3 added, 0 there already, 2 pairs compared\n"
    )
    assert run("history", "add", path, "--serial", *releases).output == "1 added, 3 there already, 1 pair compared\n"
    listed = run("history", "list", path).output.splitlines()
    assert [line.split()[0] for line in listed] == ["version", "1.0.0", "1.1.0", "1.9.0", "1.10.0"]
    document = json.loads(run("history", "list", path, "--json").output)
    assert [row["version"] for row in document["releases"]] == ["1.0.0", "1.1.0", "1.9.0", "1.10.0"]
    assert run("history", "export", path).output == exported(path)
    assert run("history", "list", "libvirt").output.split()[-10:]
    assert run("history", "check", path).return_value == 0
    assert "ship_sail went in 1.9.0 and came back in 1.10.0" in run("history", "check", path).output
    assert run("timeline", "--history", path).output.startswith("<!DOCTYPE html>")
    assert run("compare", f"{path}@1.0.0", f"{path}@1.9.0").return_value == 1


def test_what_cannot_be_added_is_told(tmp_path: Path) -> None:
    path = history(tmp_path / "h.db", four(tmp_path))
    done = run("history", "add", path, "--serial", tmp_path / "missing-2.0.0")
    assert done.return_value == 2
    assert "0 added" in done.output
