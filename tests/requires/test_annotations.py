"""Annotations of an application: their files are named as the work tree has them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from abidiff.cli.main import cli
from abidiff.finding import Problem, Report, Side
from abidiff.location import Location
from abidiff.reports import view
from tests.reports.schemas import SARIF
from tests.requires.test_impact import NEW, OLD

NEWER = "import libvirt\nlibvirt.VIR_DOMAIN_UNDEFINE_TPM\n"
PLACES = {
    "the folder from the top": (".", "sub/app", "sub/app/a.py"),
    "the file from the top": (".", "sub/app/a.py", "sub/app/a.py"),
    "the folder itself": ("sub/app", ".", "sub/app/a.py"),
    "from below the top": ("sub", "app", "sub/app/a.py"),
    "from beside it": ("other", "../sub/app", "sub/app/a.py"),
    "the top itself": (".", ".", "sub/app/a.py"),
}


def asked(*arguments: str) -> str:
    result = CliRunner().invoke(cli, [*arguments], standalone_mode=False)
    assert result.exception is None, result.output
    return result.output


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a work tree with an application in a folder of it."""
    for folder in (".git", "sub/app", "other"):
        (tmp_path / "tree" / folder).mkdir(parents=True)
    (tmp_path / "tree/sub/app/a.py").write_text(NEWER)
    return tmp_path / "tree"


def told(argument: str) -> set[str]:
    """Return the files that the three formats of annotations name."""
    given = ["requires", argument, "--declared", "1.0.0", "-f"]
    log = json.loads(asked(*given, "sarif"))
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    artifacts = [each["locations"][0]["physicalLocation"]["artifactLocation"] for each in run["results"]]
    assert all(each.get("uriBaseId", "%SRCROOT%") in run["originalUriBaseIds"] for each in artifacts)
    commands = [line for line in asked(*given, "github").splitlines() if "file=" in line]
    assert len(commands) == len(run["results"]) == 2
    files = {each["uri"] for each in artifacts}
    files |= {line.partition("file=")[2].partition(",")[0] for line in commands}
    return files | {each["location"]["path"] for each in json.loads(asked(*given, "codequality"))}


@pytest.mark.parametrize("case", PLACES)
def test_files_are_named_as_the_tree_has_them(case: str, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, argument, path = PLACES[case]
    monkeypatch.chdir(tree / here)
    assert told(argument) == {path}


def test_without_a_work_tree_they_are_relative_to_the_working_folder(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / ".git").rmdir()
    monkeypatch.chdir(tree / "sub")
    assert told("app") == {"app/a.py"}


def test_outside_of_the_work_tree_they_are_absolute(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "other/.git").mkdir()
    monkeypatch.chdir(tree / "other")
    path = f"{tree}/sub/app/a.py"
    assert told("../sub/app") == {path, f"file://{path}"}


def test_what_could_not_be_read_is_named_alike(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "sub/app/b.py").write_text("import libvirt\nif\n")
    monkeypatch.chdir(tree)
    assert "::error file=sub/app/b.py,line=2," in asked("requires", "sub/app", "-f", "github")
    notices = json.loads(asked("requires", "sub/app", "-f", "sarif"))["runs"][0]["invocations"][0]
    (notice,) = notices["toolExecutionNotifications"]
    where = notice["locations"][0]["physicalLocation"]["artifactLocation"]
    assert where == {"uri": "sub/app/b.py", "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize(("side", "path"), [("", "sub/app/a.py"), ("old", None), ("new", None)])
def test_a_problem_of_a_library_is_at_no_file_of_the_tree(side: str, path: str | None) -> None:
    problem = Problem("headers", "not read", Location("a.py", 2), side=side)
    release = Side("ship", "1.0.0", "ship")
    report = Report(release, release, "", (), (), (problem,), application="sub/app")
    place = view.troubled(report, problem)
    assert (place.path if place else None) == path
    compared = replace(report, application=None)
    assert view.troubled(compared, problem) == (None if side == "old" else problem.location)


def test_impact_annotates_the_application(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version, header in (("1.0.0", OLD), ("2.0.0", NEW)):
        (tree.parent / f"ship-{version}/include").mkdir(parents=True)
        (tree.parent / f"ship-{version}/include/ship.h").write_text(header)
    (tree / "sub/app/app.c").write_text("int up(void) {\n  return ship_moor(1);\n}\n")
    monkeypatch.chdir(tree)
    given = ["impact", "sub/app", "../ship-1.0.0", "../ship-2.0.0", "--no-config", "-f"]
    lines = [line for line in asked(*given, "github").splitlines() if line.startswith("::error file")]
    assert lines
    assert all(line.startswith("::error file=sub/app/app.c,line=2,") for line in lines)
    log = json.loads(asked(*given, "sarif"))
    jsonschema.validate(log, SARIF)
    for each in log["runs"][0]["results"]:
        assert each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "sub/app/app.c"
