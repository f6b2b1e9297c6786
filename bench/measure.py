"""Time whole processes by the operating system's own accounting."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: seconds of CPU (children included) and of wall, MiB at its peak, exit code."""

    cpu: float
    wall: float
    peak: float
    code: int


@dataclass(frozen=True, slots=True)
class Sample:
    """All the counted runs of one command."""

    name: str
    runs: tuple[Run, ...]

    @property
    def cpu(self) -> float:
        """Median CPU seconds."""
        return statistics.median(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        """Median wall seconds."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def peak(self) -> float:
        """Largest peak of any single process, in MiB."""
        return max(run.peak for run in self.runs)

    @property
    def codes(self) -> set[int]:
        """The exit codes seen."""
        return {run.code for run in self.runs}


# A process begins with the peak of the one that started it: a small one does.
LAUNCHER = """
import os, sys, time
null = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=null)
_, status, usage = os.wait4(child, 0)
print(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss, status)
"""


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a user: bytecode is kept, as it is where the tool is installed."""
    out = {key: value for key, value in os.environ.items() if key not in ("PYTHONDONTWRITEBYTECODE", "NO_COLOR")}
    return {**out, "NO_COLOR": "1", **more}


def once(command: Sequence[str], env: Mapping[str, str] | None = None, cwd: str | None = None) -> Run:
    """Run a command to its end with its output thrown away."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LAUNCHER, *command],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        text=True,
    )
    cpu, wall, peak, status = done.stdout.split()
    return Run(float(cpu), float(wall), float(peak) / 1024, os.waitstatus_to_exitcode(int(status)))


def in_turn(
    commands: Mapping[str, Sequence[str]],
    *,
    runs: int = 5,
    warmup: int = 1,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
) -> dict[str, Sample]:
    """Run the commands in turn, A B C A B C …, so that a drifting machine hits all alike."""
    for _ in range(warmup):
        for command in commands.values():
            once(command, env, cwd)
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(once(command, env, cwd))
    return {name: Sample(name, tuple(done)) for name, done in found.items()}


def ratio(a: Sample, b: Sample, figure: str = "cpu") -> float:
    """Median of the pairwise ratios a/b of one figure."""
    pairs = zip(a.runs, b.runs, strict=True)
    ratios = [float(getattr(x, figure)) / max(float(getattr(y, figure)), 1e-9) for x, y in pairs]
    return statistics.median(ratios)
