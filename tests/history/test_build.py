"""A history is the same however it was built; a stopped build goes on; two at once are safe."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from abidiff.errors import SourceError, UsageError
from abidiff.history import pairs
from abidiff.history.build import build
from abidiff.history.listing import listed
from abidiff.history.order import expanded
from abidiff.history.store import writing
from abidiff.pipeline import compare
from abidiff.pipeline.options import Options
from abidiff.reports import Style, render
from tests.history.library import RNG, exported, files, four, history, release, repository


def lives(path: Path) -> dict[str, list[list[object]]]:
    lines = [json.loads(line) for line in exported(path).splitlines()]
    return {f"{line['kind']} {line['item']}": line["states"] for line in lines if "item" in line}


def test_order_of_adding_does_not_matter(tmp_path: Path) -> None:
    releases = four(tmp_path)
    whole = exported(history(tmp_path / "whole.db", releases))
    for n, order in enumerate(list(itertools.permutations(releases))[::4]):
        path = tmp_path / f"{n}.db"
        for one in order:
            history(path, [one], compare=False)
        assert exported(history(path, releases)) == whole


def test_lifetimes(tmp_path: Path) -> None:
    found = lives(history(tmp_path / "h.db", four(tmp_path)))
    there = "int ship_sail(int a)"
    assert found["function ship_sail"] == [
        ["1.0.0", there, "", False],
        ["1.9.0", None, "", False],
        ["1.10.0", there, "", False],
    ]
    assert [state[0] for state in found["function ship_moor"]] == ["1.1.0"]
    assert [state[0] for state in found["value ship/@model=ketch"]] == ["1.1.0"]
    assert [state[0] for state in found["attribute ship/@model"]] == ["1.0.0"]


def test_what_is_there_is_not_read_again(tmp_path: Path) -> None:
    releases = four(tmp_path)
    path = history(tmp_path / "h.db", releases[:2])
    with writing(path) as store:
        done = build(store, releases, Options())
    assert (done.known, done.added) == (["1.0.0", "1.1.0"], ["1.9.0", "1.10.0"])
    before = path.read_bytes()
    history(path, releases)
    assert path.read_bytes() == before


def test_another_release_of_the_same_version_is_refused(tmp_path: Path) -> None:
    path = history(tmp_path / "h.db", four(tmp_path))
    other = release(tmp_path / "other", "1.0.0", files(["ship_sink"]))
    with pytest.raises(UsageError, match=r"another release 1\.0\.0"):
        history(path, [other])


def test_a_unit_that_does_not_parse_ends_no_lifetime(tmp_path: Path) -> None:
    broken = {**files(["ship_new"], models=["sloop"]), "schemas/ship.rng": RNG.format('<ref name="nothing"/>')}
    releases = [
        release(tmp_path, "1.0.0", files(["ship_new"], models=["sloop"])),
        release(tmp_path, "1.1.0", broken),
        release(tmp_path, "1.2.0", files(["ship_new"], models=["sloop", "ketch"])),
        release(tmp_path, "0.9.0", files(["ship_new"], models=["yawl"])),
    ]
    whole = history(tmp_path / "h.db", releases)
    found = lives(whole)
    assert [state[0] for state in found["value ship/@model=sloop"]] == ["1.0.0"]
    assert [row.problems for row in listed(whole)] == [0, 0, 1, 0]
    for n, order in enumerate(list(itertools.permutations(releases))[::4]):
        path = tmp_path / f"{n}.db"
        for one in order:
            history(path, [one], compare=False)
        assert exported(history(path, releases)) == exported(whole)


def test_a_release_that_cannot_be_read_keeps_no_other_out(tmp_path: Path) -> None:
    with writing(tmp_path / "h.db", new=True) as store:
        done = build(store, [str(tmp_path / "missing-1.0.0"), *four(tmp_path)], Options())
    assert [argument for argument, _ in done.failed] == [str(tmp_path / "missing-1.0.0")]
    assert len(done.added) == 4


def test_compared_out_of_the_history_is_compared_as_it_is(tmp_path: Path) -> None:
    releases = four(tmp_path)
    path = history(tmp_path / "h.db", releases)
    for old, new in itertools.permutations(range(4), 2):
        versions = ["1.0.0", "1.1.0", "1.9.0", "1.10.0"]
        straight = compare(releases[old], releases[new], Options())
        stored = compare(f"{path}@{versions[old]}", f"{path}@v{versions[new]}", Options())
        without = tuple(f.with_(near="") for f in straight.findings)  # a history keeps no paths of files
        assert tuple(stored.findings) == without
        assert (stored.exit_code, stored.surfaces) == (straight.exit_code, straight.surfaces)
    assert "1.10.0" in render("text", stored, Style())


def test_versions_that_are_not_there(tmp_path: Path) -> None:
    path = history(tmp_path / "h.db", four(tmp_path))
    with pytest.raises(SourceError, match=r"no release '1\.11\.0' in it") as error:
        compare(f"{path}@1.11.0", f"{path}@1.10.0", Options())
    assert "1.10.0" in error.value.hint
    with pytest.raises(SourceError, match="a history holds many releases"):
        compare(str(path), f"{path}@1.10.0", Options())
    with pytest.raises(UsageError, match="same input"):
        compare(f"{path}@1.10.0", f"{path}@v1.10.0", Options())


def test_tags_of_a_repository(tmp_path: Path) -> None:
    content = {
        "SHIP_0_9": files(["ship_new"]),
        "v1.0.0-rc1": files(["ship_new"]),
        "v1.0.0": files(["ship_new", "ship_sail"]),
        "v1.10.0": files(["ship_new", "ship_sail", "ship_moor"]),
        "v1.9.0": files(["ship_new", "ship_sail"]),
        "v2-maint": files(["ship_new"]),
        "stable": files(["ship_new"]),
    }
    top = repository(tmp_path / "ship", content)
    assert expanded([f"{top}@v*"]) == [f"{top}@v{version}" for version in ("1.0.0", "1.9.0", "1.10.0")]
    assert f"{top}@v1.0.0-rc1" in expanded([f"{top}@*"], prereleases=True)
    assert expanded([f"{top}@*rc*"]) == [f"{top}@v1.0.0-rc1"]
    with pytest.raises(UsageError, match="no tag with a version"):
        expanded([f"{top}@nothing*"])
    path = history(tmp_path / "h.db", expanded([f"{top}@*"]))
    assert [row.version for row in listed(path)] == ["0.9", "1.0.0", "1.9.0", "1.10.0"]
    single = tmp_path / "single.db"
    for one in reversed(expanded([f"{top}@*"])):
        history(single, [one])
    assert exported(single) == exported(path)


def test_two_builds_at_once(tmp_path: Path) -> None:
    releases = four(tmp_path)
    path = tmp_path / "h.db"
    command = [sys.executable, "-m", "abidiff", "history", "build", "-o", str(path)]
    both = [
        subprocess.Popen([*command, *order], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path)
        for order in (releases, releases[::-1])
    ]
    for process in both:
        _, complaint = process.communicate(timeout=120)
        assert process.returncode == 0, complaint
    assert exported(path) == exported(history(tmp_path / "alone.db", releases))


def test_another_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("dear reader")
    with pytest.raises(UsageError, match="no history"):
        history(path, four(tmp_path))
    assert path.read_text() == "dear reader"


def test_a_release_that_comes_between_while_its_neighbours_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, between, last, _ = four(tmp_path)
    path = history(tmp_path / "h.db", [first, last], compare=False)
    real = pairs.found_between
    added: list[Path] = []

    def meanwhile(*given: Any) -> Any:
        if not added:
            added.append(history(path, [between], compare=False))
        return real(*given)

    monkeypatch.setattr(pairs, "found_between", meanwhile)
    history(path, [])
    assert exported(path) == exported(history(tmp_path / "alone.db", [first, between, last]))


def test_a_build_that_is_killed_goes_on(tmp_path: Path) -> None:
    releases = four(tmp_path)
    path = tmp_path / "h.db"
    script = (
        "import os, sys\n"
        "from abidiff.history import store\n"
        "real = store.Store._troubles\n"
        "def dies(self, number, record):\n"
        "    if record.version == '1.9.0':\n"
        "        os._exit(9)\n"
        "    real(self, number, record)\n"
        "store.Store._troubles = dies\n"
        "from abidiff.cli.main import main\n"
        "main(['history', 'build', '--jobs', '1', '-o', *sys.argv[1:]])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path), *releases], check=False, cwd=tmp_path)
    assert done.returncode == 9
    assert [row.version for row in listed(path)] == ["1.0.0", "1.1.0"]
    assert exported(history(path, releases)) == exported(history(tmp_path / "alone.db", releases))
