"""Since when: what the releases show, what tags say, and where the two contradict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli
from abidiff.history.lives import opened
from abidiff.history.since import Answer, ask
from tests.history.library import RNG, files, four, history, release


def asked(path: Path, name: str, driver: str = "") -> dict[str, Answer]:
    with opened(path) as found:
        return {f"{answer.kind} {answer.name}": answer for answer in ask(found, name, driver)}


@pytest.fixture(scope="module")
def ships(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("since")
    return history(folder / "h.db", four(folder))


def test_the_interval_between_two_releases(ships: Path) -> None:
    found = asked(ships, "ship_moor")["function ship_moor"]
    assert (found.absent, found.first, found.gone) == ("1.0.0", "1.1.0", "")
    first = asked(ships, "ship_new")["function ship_new"]
    assert (first.absent, first.first) == ("", "1.0.0")


def test_gone_and_back(ships: Path) -> None:
    found = asked(ships, "ship_sail")["function ship_sail"]
    assert [(change.version, change.there) for change in found.changes] == [("1.9.0", False), ("1.10.0", True)]
    assert [(b.old, b.new, b.rule) for b in found.breaks] == [("1.1.0", "1.9.0", "headers/function-removed")]


@pytest.mark.parametrize("name", ["ship/@model=ketch", "ship/@model=k*"])
def test_paths(ships: Path, name: str) -> None:
    assert asked(ships, name)["value ship/@model=ketch"].first == "1.1.0"


def test_the_end_of_a_path(tmp_path: Path) -> None:
    inner = RNG.format('<element name="deck"><attribute name="colour"/></element>')
    path = history(tmp_path / "h.db", [release(tmp_path, "1.0.0", {**files(["f"]), "schemas/ship.rng": inner})])
    assert list(asked(path, "deck/@colour")) == ["attribute ship/deck/@colour"]


def test_patterns(ships: Path) -> None:
    assert list(asked(ships, "ship_[ms]*")) == ["function ship_moor", "function ship_sail"]
    assert asked(ships, "boat_*") == {}


def test_tags_that_the_releases_refute(tmp_path: Path) -> None:
    def tagged(since: str, *more: str) -> dict[str, str]:
        enum = f"/** (Since: {since}) */\ntypedef enum {{\n    SHIP_A = 0, /* (Since: {since}) */\n}} shipKind;\n"
        content = files(["ship_new", *more])
        return {**content, "include/ship.h": content["include/ship.h"].replace("int ship_new", f"{enum}int ship_new")}

    def history_of(name: str, since: str) -> Path:
        folder = tmp_path / name
        releases = [
            release(folder, "1.0.0", files(["ship_new"])),
            release(folder, "2.0.0", files(["ship_new", "ship_sail"])),
            release(folder, "3.0.0", tagged(since)),
        ]
        return history(folder / "h.db", releases)

    told = {
        since: asked(history_of(since, since), "SHIP_A")["enumerator SHIP_A"].contradictions
        for since in ("1.0.0", "2.5.0", "3.0.0", "3.1.0")
    }
    assert told == {
        "1.0.0": ("the tag says 1.0.0, and 1.0.0 does not have it",),
        "2.5.0": (),
        "3.0.0": (),
        "3.1.0": ("the tag says 3.1.0, and 3.0.0 has it already",),
    }


def test_what_could_not_be_read_is_said(tmp_path: Path) -> None:
    broken = {**files(["ship_new"], models=["sloop"]), "schemas/ship.rng": RNG.format('<ref name="nothing"/>')}
    releases = [
        release(tmp_path, "1.0.0", files(["ship_new"], models=["sloop"])),
        release(tmp_path, "1.1.0", broken),
        release(tmp_path, "1.2.0", files(["ship_new"], models=["sloop", "ketch"])),
    ]
    found = asked(history(tmp_path / "h.db", releases), "ship/@model=ketch")["value ship/@model=ketch"]
    assert (found.absent, found.unread, found.first) == ("1.0.0", ("1.1.0",), "1.2.0")


def test_the_command(ships: Path) -> None:
    done = CliRunner().invoke(cli, ["since", "--history", str(ships), "ship_moor"])
    assert done.output == "ship_moor: function of headers, since 1.1.0 (1.0.0 is without)\n"
    both = CliRunner().invoke(
        cli, ["since", "--history", str(ships), "ship_moor", "boat", "-f", "json"], standalone_mode=False
    )
    document = json.loads(both.output)
    assert [(a["asked"], [i["first"] for i in a["items"]]) for a in document["answers"]] == [
        ("ship_moor", ["1.1.0"]),
        ("boat", []),
    ]
    assert both.return_value == 3


def test_a_macro_without_a_known_value_is_not_told_as_gone() -> None:
    """The newest libvirt has it: a history follows values, and that one is put in when libvirt is built."""
    found = CliRunner().invoke(cli, ["since", "LIBVIR_VERSION_NUMBER"], standalone_mode=False).output
    assert "gone in" not in found
    assert "is not there" not in found
    assert "no value known from 0.1.0 on" in found
