"""Notes on a merge request lie in files of the new release; what is gone keeps its old place beside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from abidiff.cli.main import main
from abidiff.finding import Finding, Severity
from abidiff.location import Location
from abidiff.pipeline.near import with_near

FILES = {
    "old": {"include/ship.h": "int ship_moor(void);\nint ship_sail(int);\n", "include/tide.h": "int tide(void);\n"},
    "new": {"include/ship.h": "int ship_moor(void);\n", "include/port.h": "int port(void);\n"},
}


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for side, files in FILES.items():
        for name, text in files.items():
            path = tmp_path / side / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    monkeypatch.chdir(tmp_path)
    wanted = ("github", "sarif", "codequality")
    with pytest.raises(SystemExit) as caught:
        main(["compare", "old", "new", *(part for name in wanted for part in ("-f", f"{name}=out.{name}"))])
    assert caught.value.code == 1
    return {name: (tmp_path / f"out.{name}").read_text() for name in wanted}


def test_a_workflow_command_names_a_file_that_is_there(told: dict[str, str]) -> None:
    commands = [line for line in told["github"].splitlines() if "ship_sail" in line]
    assert [command.partition("title=")[0] for command in commands] == ["::error file=include/ship.h,"]
    assert "old/include/ship.h:2" in commands[0]
    assert "file=include/tide.h" not in told["github"]


def test_sarif_has_the_old_place_as_a_related_location(told: dict[str, str]) -> None:
    (run,) = json.loads(told["sarif"])["runs"]
    results = {result["properties"]["subject"]: result for result in run["results"]}
    gone = results["ship_sail"]
    (here,), (there,) = gone["locations"], gone["relatedLocations"]
    assert here["physicalLocation"] == {"artifactLocation": {"uri": "include/ship.h", "uriBaseId": "NEW"}}
    assert there["physicalLocation"]["artifactLocation"] == {"uri": "include/ship.h", "uriBaseId": "OLD"}
    assert there["physicalLocation"]["region"]["startLine"] == 2
    for result in run["results"]:
        (place,) = result["locations"]
        file = place["physicalLocation"]["artifactLocation"]
        assert file["uriBaseId"] == "NEW"
        assert file["uri"] in FILES["new"]


def test_code_quality_lies_in_the_new_files(told: dict[str, str]) -> None:
    issues = {issue["description"].partition(":")[0]: issue for issue in json.loads(told["codequality"])}
    assert issues["ship_sail"]["location"] == {"path": "include/ship.h", "lines": {"begin": 1}}
    assert issues["ship_sail"]["other_locations"] == [{"path": "include/ship.h", "lines": {"begin": 2}}]
    assert {issue["location"]["path"] for issue in issues.values()} <= set(FILES["new"])


@pytest.mark.parametrize(
    ("stood", "paths", "near"),
    [
        ("a/b.h", ("a/b.h", "c.h"), "a/b.h"),
        ("a/b.h", ("a/c.h", "z/y/b.h"), "z/y/b.h"),
        ("a/b/c.h", ("a/b/x.c", "a/x.h", "q.h"), "a/x.h"),
        ("b.h", ("c.syms",), "c.syms"),
        ("b.h", (), ""),
    ],
)
def test_the_nearest_file(stood: str, paths: tuple[str, ...], near: str) -> None:
    gone = Finding(rule="x/y", severity=Severity.BREAKING, unit="u", subject="s", message="m", old=Location(stood, 3))
    assert with_near([gone], paths)[0].near == near
    there = gone.with_(new=Location("d.h", 1))
    assert with_near([there], paths) == [there]
