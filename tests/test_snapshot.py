"""Snapshots: portable, the same every time, safe to read, and readable for ever."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abidiff import profile, snapshot
from abidiff.errors import LimitError, SourceError
from abidiff.limits import Limits
from abidiff.pipeline import Options, compare
from abidiff.project import Project
from abidiff.release import Release
from abidiff.sources import open_release
from abidiff.surfaces import surface

HERE = Path(__file__).parent / "snapshots"
FILES = {
    "include/ship.h": b"/** (Since: 1.0.0) */\nint shipOpen(const char *name, unsigned int flags);\n"
    b"enum e { A = 1, B };\n",
    "src/ship.syms": b"SHIP_1.0.0 { global: shipOpen; local: *; };\n",
    "src/ship.x": b"const SHIP_MAX = 8;\nstruct ship { string name<SHIP_MAX>; };\n",
    "xml/ship.rng": b'<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start>'
    b'<element name="ship"><text/></element></start></grammar>\n',
}
SURFACES = ("headers", "symbols", "xdr", "rng")


def sides(files: dict[str, bytes] = FILES) -> tuple[Release, Project, dict[str, Any]]:
    day = datetime.date(2024, 5, 6)
    release = Release("ship-1.0.0", "1.0.0", MappingProxyType(files), "ship-1.0.0.tar.xz", day, notes=("a note",))
    project = profile.project_of(profile.load("generic"), release)
    models: dict[str, Any] = {}
    for name in SURFACES:
        models[name] = surface(name).parse(release, project, models)
    return release, project, models


def opened(path: Path, limits: Limits | None = None) -> Release:
    return open_release(str(path), profile.wanted(), **({"limits": limits} if limits else {}))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    release, project, models = sides()
    path = tmp_path / "ship.json"
    snapshot.write(path, snapshot.render(release, project, models))
    return path


def test_everything_comes_back(file: Path) -> None:
    release, project, models = sides()
    again = opened(file)
    assert (again.label, again.version, again.date, again.notes) == ("ship-1.0.0", "1.0.0", release.date, ("a note",))
    assert dict(again.models) == models
    assert dict(again.files) == {}
    assert profile.recognise(again).name == "generic"
    assert profile.project_of(profile.load("generic"), again) == project
    for name in SURFACES:
        assert list(surface(name).compare(models[name], again.models[name])) == []


def test_the_same_bytes_every_time(file: Path) -> None:
    again = opened(file)
    assert snapshot.render(again, again.project, again.models) == file.read_bytes()


def test_people_can_compare_two_of_them(file: Path) -> None:
    lines = file.read_text().splitlines()
    assert json.loads(file.read_text())["format"] == "abidiff-snapshot"
    assert lines[1].strip() == '"format": "abidiff-snapshot",'
    assert max(len(line) for line in lines) < 400
    release, project, models = sides({**FILES, "include/ship.h": FILES["include/ship.h"].replace(b"B }", b"B, C }")})
    other = snapshot.render(release, project, models).decode().splitlines()
    assert len(set(other) ^ set(lines)) < 12


def test_the_order_of_items_stays(file: Path) -> None:
    _, _, models = sides()
    again = opened(file).models
    assert [list(lib.functions) for lib in models["headers"].libraries] == [
        list(lib.functions)
        for lib in again["headers"].libraries  # type: ignore[attr-defined]
    ]
    assert repr(dict(again)) == repr(models)


def test_the_digests_of_two_releases_differ(file: Path) -> None:
    assert str(file).endswith(".json")
    assert opened(file).origin == str(file)


def test_problems_go_along_and_the_rest_still_counts(tmp_path: Path) -> None:
    release, project, models = sides({**FILES, "src/ship.x": b"struct {"})
    path = tmp_path / "flawed.json"
    snapshot.write(path, snapshot.render(release, project, models))
    again = opened(path).models
    assert repr(dict(again)) == repr(models)
    assert again["xdr"].problems  # type: ignore[attr-defined]
    whole, _, others = sides()
    other = tmp_path / "whole.json"
    snapshot.write(other, snapshot.render(whole, project, others))
    report = compare(str(path), str(other), Options(parallel=False, cache=False, surfaces=SURFACES))
    assert report.exit_code == 3
    assert next((problem.side, problem.surface) for problem in report.problems) == ("old", "xdr")
    (summary,) = [found for found in report.surfaces if found.name == "headers"]
    assert summary.decided
    assert summary.old["functions"] == 1


def change(file: Path, **values: Any) -> Path:
    whole = json.loads(file.read_text())
    whole.update(values)
    file.write_text(json.dumps(whole))
    return file


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"format_version": 99}, "format 99"),
        ({"format_version": "1"}, "format_version is missing"),
        ({"format_version": 0}, "format_version is missing"),
        ({"label": 5}, "Expected `str`"),
        ({"date": "yesterday"}, "Invalid isoformat"),
        ({"surfaces": {"headers": {}}}, "missing required field"),
        ({"surfaces": {"headers": {"libraries": [{"name": []}]}}}, "Expected"),
        ({"surfaces": {"nothing": {}}}, "no surface is called 'nothing'"),
        ({"units": [{"surface": "headers"}]}, "missing required field"),
        ({"extra": 1}, "unknown field"),
    ],
)
def test_mistakes_are_said(file: Path, values: dict[str, Any], message: str) -> None:
    with pytest.raises(SourceError) as error:
        opened(change(file, **values))
    assert message in error.value.message
    assert error.value.exit_code == 3


def test_bytes_that_are_cut_or_flipped(file: Path) -> None:
    data = file.read_bytes()
    for end in (80, len(data) // 2, len(data) - 3):
        file.write_bytes(data[:end])
        with pytest.raises(SourceError):
            opened(file)


@given(st.integers(80, 5000), st.integers(1, 255))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_a_release_or_a_clear_error(file: Path, at: int, mask: int) -> None:
    whole = file.read_bytes()
    data = bytearray(whole)
    data[at % len(data)] ^= mask
    file.write_bytes(bytes(data))
    try:
        opened(file)
    except SourceError:
        pass
    finally:
        file.write_bytes(whole)


def test_deep_nesting_and_size(file: Path) -> None:
    head = b'{"format": "abidiff-snapshot", "format_version": 2, "surfaces": '
    file.write_bytes(head + b"[" * 200_000 + b"]" * 200_000 + b"}")
    with pytest.raises(SourceError):
        opened(file)
    with pytest.raises(LimitError):
        opened(file, Limits(file_bytes=1000))


def test_terminal_codes_do_not_come_out(file: Path) -> None:
    assert "\x1b" not in opened(change(file, label="\x1b[31mred", notes=["\x1b[2J"])).label


def test_writing_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be written"):
        snapshot.write(tmp_path / "no/such/folder.json", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(SourceError, match="can't be written"):
        snapshot.write(tmp_path / "folder", b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder"]


@pytest.mark.parametrize("path", sorted(HERE.glob("*.json")), ids=lambda path: path.stem)
def test_old_files_are_still_read(path: Path) -> None:
    """Written by earlier versions and never regenerated: reading them must go on working."""
    release = opened(path)
    assert (release.label, release.version) == ("ship-1.0.0", "1.0.0")
    for name, model in release.models.items():
        assert any(surface(name).census(model).values()), name
    assert release.models
    units = profile.project_of(profile.recognise(release), release).units
    assert {unit.surface for unit in units} >= set(release.models)


@pytest.mark.real
@pytest.mark.parametrize("version", ["7.0.0", "11.3.0"])
def test_real_models_come_back(real_release: Callable[[str], Path], tmp_path: Path, version: str) -> None:
    libvirt = profile.load("libvirt")
    release = open_release(str(real_release(version)), profile.wanted(libvirt))
    project = profile.project_of(libvirt, release)
    models: dict[str, Any] = {}
    for name in SURFACES:
        models[name] = surface(name).parse(release, project, models)
    path = tmp_path / "libvirt.json"
    snapshot.write(path, snapshot.render(release, project, models))
    again = opened(path)
    assert dict(again.models) == models
    assert profile.recognise(again).name == "libvirt"
    for name in SURFACES:
        assert list(surface(name).compare(models[name], again.models[name])) == []


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("rng", "nodes"), []),
        (("rng", "nodes", 0), ["text"]),
        (("rng", "elements", 0, 2), 99999),
        (("rng", "elements", 0, 2), -1),
        (("rng", "elements", 0, 0), 7),
        (("rng", "elements"), []),
        (("rng", "schemas", 0, "start"), 10**6),
        (("rng", "schemas", 0, "start"), 10**30),
        (("rng", "schemas", 0, "elements"), []),
        (("rng", "schemas", 0, "elements"), [5]),
        (("rng", "outline", 0), []),
        (("rng", "outline", 2, 0), 99),
        (("rng", "outline", 3, 1), 1),
        (("rng", "outline", 4, 0), 99),
        (("rng", "outline", 6), []),
        (("xdr", "protocols", 0, "types", 0, "location", 1), 2**70),
        (("xdr", "protocols", 0, "types"), []),
        (("xdr", "protocols", 0, "imports"), [["a", "nowhere"]]),
        (("xdr", "protocols", 0, "types", 0, "members", 0, "type"), {"type": "simple", "kind": "ship"}),
    ],
)
def test_references_that_dangle(way: tuple[Any, ...], value: Any, file: Path) -> None:
    data = json.loads(file.read_text())
    place = data["surfaces"]
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = value
    file.write_text(json.dumps(data))
    with pytest.raises(SourceError):
        opened(file)


@pytest.mark.parametrize(
    ("old", "new"),
    [("[a-z]{1,3}", "[a-z]}3"), ("[a-z]{1,3}", "("), ('"pattern"', '"nowhere"'), ('"maxInclusive"', '"length"'),
     ('"int"', '"entire"'), ("XMLSchema-datatypes", "nowhere")],
)  # fmt: skip
def test_datatypes_that_are_none(old: str, new: str, tmp_path: Path) -> None:
    text = (
        '<element name="a" xmlns="http://relaxng.org/ns/structure/1.0" '
        'datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"><choice><data type="string">'
        '<param name="pattern">[a-z]{1,3}</param></data><data type="int"><param name="maxInclusive">9</param></data>'
        '<value type="int">12</value></choice></element>'
    )
    release, project, models = sides({"xml/a.rng": text.encode()})
    path = tmp_path / "a.json"
    snapshot.write(path, snapshot.render(release, project, {"rng": models["rng"]}))
    assert opened(path).models
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SourceError):
        opened(path)
