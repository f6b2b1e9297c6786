"""The work that reading and comparing takes, counted: what grows here is slower on every machine.

Where a number has to grow, say why in the commit that raises it; where it falls, lower it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from abidiff.history.record import Recorder
from abidiff.pipeline.request import Request
from abidiff.sources.git_objects import end_idle
from bench.work import counted
from tests.history.library import files, repository

READING = {
    "headers cut": 44,
    "tokens lexed": 36_140,
    "headers preprocessed": 120,
    "declarations parsed": 2_020,
    "texts of protocols parsed": 34,
    "schema files read": 52,
    "digests asked for": 1_210,
}
COMPARING = {"states explored": 4_690}


ROOT = Path(__file__).resolve().parents[2]


def within(found: Mapping[str, int], most: Mapping[str, int]) -> None:
    assert set(found) == set(most)
    assert {name: found[name] for name in most if found[name] > most[name]} == {}
    assert {name: found[name] for name in most if found[name] < 0.9 * most[name] - 10} == {}  # lower the bound


@pytest.mark.real
def test_two_releases(real_release: Callable[[str], Path]) -> None:
    sides = [str(real_release(version)) for version in ("9.0.0", "11.3.0")]
    told = subprocess.run(  # a process of its own: nothing was read before
        [sys.executable, "-m", "bench.work", *sides], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    reading, comparing = json.loads(told.stdout)
    within(reading, READING)
    within(comparing, COMPARING)


def test_a_release_of_a_history_takes_what_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # other tests read functions of these names
    end_idle()
    names = [f"ship_{n}" for n in range(40)]
    releases = {f"v1.{n}.0": files(names[: 30 + n], procedures=names[: 20 + n]) for n in range(4)}
    place = repository(tmp_path / "ship", releases)
    recorder = Recorder()
    works = []
    for tag in releases:
        with counted() as work:
            recorder.record(Request(f"{place}@{tag}"))
        works.append(work)
    first, *later = works
    assert first["declarations parsed"] == 30
    assert first["texts of protocols parsed"] == 2
    assert first["schema files read"] == 1
    for work in later:
        assert work["declarations parsed"] == 1  # the function that is new
        assert work["texts of protocols parsed"] == 1  # the enum that has one more
        assert work["schema files read"] == 0
    # A few that read objects, as releases before are let go, and one for each later release that tells what changed;
    # each reader with a process of its own would make it more than twice as many.
    assert sum(work["processes started"] for work in works) <= 10
