"""Small inputs with the right exit code: fixtures/cases/AREA/NAME, each standing for a whole kind.

``expected.tsv`` of an area says which exit code is right, and why; ``pending.txt`` names those that are not right yet
(a case in it that is right fails the test, so that the list only shrinks).  A case is a folder with ``old*`` and
``new*``; ``dep`` goes to --with, ``abidiff.toml`` to --config, ``prof.toml`` to --profile, ``options.txt`` holds more
options.  What needs more than one command is tested beside the code that it is about (``BY_HAND``).
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from abidiff.cli.main import main

ROOT = Path(__file__).parents[1] / "fixtures" / "cases"
BY_HAND = {"unreadable", "empty-old", "computed-include", "computed-include-silent"}


def rows() -> list[tuple[str, str, set[str], bool]]:
    found = []
    for table in sorted(ROOT.glob("*/expected.tsv")):
        listed = table.with_name("pending.txt")
        pending = listed.read_text(encoding="utf-8").split() if listed.exists() else []
        with table.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["case"] not in BY_HAND:
                    right = set(row["exit"].split("/"))
                    found.append((table.parent.name, row["case"], right, row["case"] in pending))
    return found


def side(case: Path, name: str) -> str:
    (found,) = (p for p in case.iterdir() if p.name == name or p.name.startswith(name + "."))
    return str(found)


def arguments(case: Path) -> list[str]:
    found = ["compare", side(case, "old"), side(case, "new"), "--no-cache"]
    for name, option in (("dep", "--with"), ("abidiff.toml", "--config"), ("prof.toml", "--profile")):
        if (case / name).exists():
            found += [option, str(case / name)]
    more = case / "options.txt"
    return [*found, *(more.read_text(encoding="utf-8").split() if more.exists() else [])]


@pytest.mark.parametrize(
    ("area", "case", "right"),
    [
        pytest.param(
            area, case, right, id=f"{area}/{case}", marks=[pytest.mark.xfail(reason="pending.txt")] if pending else []
        )
        for area, case, right, pending in rows()
    ],
)
def test_case(area: str, case: str, right: set[str], capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments(ROOT / area / case))
    assert str(caught.value.code or 0) in right, capfd.readouterr().out


@pytest.mark.parametrize("case", ["computed-include", "computed-include-silent"])
def test_a_warm_cache_says_what_a_cold_one_says(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(ROOT / "cache" / case, tmp_path / case)
    old, new, copy = (str(tmp_path / case / name) for name in ("old", "new", "copy"))
    shutil.copytree(old, copy)
    told = []  # the first comparison fills the cache
    for command in ([old, copy], [old, new], [old, new, "--no-cache"]):
        with pytest.raises(SystemExit) as caught:
            main(["compare", *command, "--profile", str(tmp_path / case / "prof.toml")])
        told.append((caught.value.code or 0, capfd.readouterr().out))
    assert told[1] == told[2]
    assert str(told[2][0]) == "1"


def test_every_case_is_listed() -> None:
    for area in ROOT.iterdir():
        listed = {line.split("\t")[0] for line in (area / "expected.tsv").read_text(encoding="utf-8").splitlines()[1:]}
        assert listed == {entry.name for entry in area.iterdir() if entry.is_dir()}
