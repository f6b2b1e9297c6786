"""One answer however it is computed: serial, parallel, from a full, half full or damaged cache, killed, at once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from abidiff.finding import Report
from abidiff.pipeline import Options, compare, inputs, memory, worker

pytestmark = pytest.mark.real
Find = Callable[[str], Path]
SERIAL = Options(parallel=False, cache=False)


@pytest.fixture(scope="module")
def given(real_release: Find) -> tuple[str, str]:
    return str(real_release("9.0.0")), str(real_release("11.3.0"))


@pytest.fixture(scope="module")
def report(given: tuple[str, str]) -> Report:
    return compare(*given, SERIAL)


def test_all_surfaces_are_in_it(report: Report) -> None:
    assert [s.name for s in report.surfaces] == [
        "headers",
        "symbols",
        "exports",
        "packages",
        "xdr",
        "rng",
        "drivers",
        "consistency",
    ]
    looked = [s.name for s in report.surfaces if any(s.old.values()) and any(s.new.values())]
    assert looked == [s.name for s in report.surfaces if s.name != "exports"]  # sources hold no libraries


def test_every_way_to_run_gives_the_same_report(
    given: tuple[str, str], report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(worker, "available", lambda: True)
    assert compare(*given, replace(SERIAL, parallel=True)) == report, "two processes"
    assert not list(tmp_path.iterdir()), "nothing was kept"
    assert compare(*given, Options()) == report, "filling the cache"
    monkeypatch.setattr(memory, "rules_key", lambda: "other rules")
    with monkeypatch.context() as patched:
        patched.setattr(inputs, "read_whole", None)  # whoever reads now fails
        assert compare(*given, Options()) == report, "from readings"
        assert compare(*given, Options()) == report, "from the comparison"
    monkeypatch.setattr(memory, "reading_key", lambda _: None)
    assert compare(*given, replace(Options(), parallel=False)) == report, "from models, library by library"


@pytest.mark.parametrize("damage", [lambda d: d[: len(d) // 2], lambda d: d[:-8] + b"\xc1" * 8, lambda _: b""])
def test_damaged_entries_are_made_anew(
    given: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[bytes], bytes],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    options = Options(surfaces=("headers", "symbols", "xdr"))
    plain = compare(*given, replace(options, cache=False))
    assert compare(*given, options) == plain
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        path.write_bytes(damage(path.read_bytes()))
    assert compare(*given, options) == plain
    monkeypatch.setattr(inputs, "read_whole", None)
    assert compare(*given, options) == plain, "rebuilt"


def _run(given: tuple[str, str], folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "abidiff", "compare", *given, "--surface", "headers", "--surface", "xdr"]
    return subprocess.Popen(
        [*command, "--format", "json", "--no-config"],
        env={"XDG_CACHE_HOME": str(folder), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_runs_at_once_and_one_that_is_killed(given: tuple[str, str], tmp_path: Path) -> None:
    alone = json.loads(_run(given, tmp_path / "alone").communicate(timeout=60)[0])
    shared = tmp_path / "shared"
    first, second = _run(given, shared), _run(given, shared)
    time.sleep(1.0)
    second.send_signal(signal.SIGKILL)
    second.wait(20)
    assert json.loads(first.communicate(timeout=60)[0]) == alone
    both = [_run(given, shared), _run(given, shared)]
    assert [json.loads(run.communicate(timeout=60)[0]) for run in both] == [alone, alone]
