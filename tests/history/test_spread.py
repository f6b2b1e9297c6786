"""Read in several processes or on a cluster: the same history, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from abidiff.errors import AbidiffError, SourceError
from abidiff.history import spread
from abidiff.history.build import build
from abidiff.history.order import expanded
from abidiff.history.store import writing
from abidiff.pipeline import Options
from tests.history.library import exported, files, four, history, repository


def built(path: Path, arguments: list[str], how: Any) -> tuple[str, list[tuple[str, AbidiffError]]]:
    with writing(path, new=True) as store:
        done = build(store, arguments, Options(), how, compare=False)
    return exported(path), done.failed


def inputs(folder: Path) -> list[str]:
    content = {f"v2.{n}.0": files(["ship_new", *(f"ship_{k}" for k in range(n))]) for n in range(8)}
    top = repository(folder / "ship", content)
    return [*four(folder), str(folder / "missing-3.0.0"), *expanded([f"{top}@v*"])]


def test_states_of_a_repository_stay_together() -> None:
    requests = [Options().request(argument) for argument in (*"ab", *(f"r@{n}" for n in range(30)))]
    assert len(spread.tasks(requests, 2)) == 2 + 2
    assert len(spread.tasks(requests, 100)) == 2 + 3


@pytest.fixture
def _small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "RUN", 3)


@pytest.mark.usefixtures("_small_runs")
def test_processes(tmp_path: Path) -> None:
    arguments = inputs(tmp_path)
    alone, failed = built(tmp_path / "alone.db", arguments, None)
    together, also = built(tmp_path / "together.db", arguments, spread.processes(2))
    assert alone == together
    assert [(argument, error.message.splitlines()[0]) for argument, error in also] == [
        (argument, error.message) for argument, error in failed
    ]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.usefixtures("_small_runs")
def test_a_cluster(tmp_path: Path, scheduler: str) -> None:
    arguments = [argument for argument in inputs(tmp_path) if "missing" not in argument]
    assert built(tmp_path / "cluster.db", arguments, spread.cluster(scheduler))[0] == exported(
        history(tmp_path / "alone.db", arguments, compare=False)
    )


def test_no_scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(spread, "LONGEST_WAIT", 0.5)
    with pytest.raises(SourceError, match="does not answer"):
        built(tmp_path / "h.db", four(tmp_path), spread.cluster("tcp://127.0.0.1:9"))


def test_workers_of_another_version_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    work = spread.tasks([Options().request(four(tmp_path)[0])], 1)
    data = spread.task(work[0])
    monkeypatch.setattr(spread, "code_key", lambda: "other")
    with pytest.raises(SourceError, match="another abidiff"):
        list(spread.answers([data]))
