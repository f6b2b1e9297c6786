"""One pair of a survey, in a process with bounds on time and memory: ``python -m abidiff.survey.one PARENT``.

The task is read from standard input (msgpack), the row is written to standard output (JSON).
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from pathlib import Path

import msgspec

from abidiff.survey.pairs import Pair

_SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of <sys/prctl.h>."""


class Task(msgspec.Struct, frozen=True):
    """A pair, where its reports go, and what it may cost (CPU seconds, bytes of address space, limits)."""

    pair: Pair
    reports: str
    file: str
    others: tuple[str, ...] = ()
    profile: str = ""
    seconds: int = 600
    memory: int = 4 << 30
    limits: dict[str, int] = {}


class Row(msgspec.Struct, frozen=True):
    """What came of a pair; ``failed`` says why there is no verdict."""

    name: str
    old: str
    new: str
    verdict: str = ""
    failed: str = ""
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    rules: dict[str, int] = msgspec.field(default_factory=dict)
    problems: int = 0
    advice: tuple[str, ...] = ()
    report: str = ""


def main() -> None:
    """Compare one pair."""
    end_with_parent(int(sys.argv[1]))
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task)
    resource.setrlimit(resource.RLIMIT_CPU, (task.seconds, task.seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (task.memory, task.memory))
    sys.stdout.write(msgspec.json.encode(compared(task)).decode("utf-8", "backslashreplace") + "\n")
    sys.stderr.write(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}\n")


def end_with_parent(parent: int) -> None:
    """Have the system end this process when the one that started it ends, however that is killed (Linux only)."""
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the system was told
        sys.exit(1)


def compared(task: Task) -> Row:
    """Compare a pair and write its reports; what the input is to blame for is a row that failed."""
    from abidiff import limits
    from abidiff.advice import advice
    from abidiff.errors import AbidiffError
    from abidiff.pipeline import Options, compare
    from abidiff.reports import Style, render, view

    pair = task.pair
    limits.use(task.limits)
    options = Options(profile=task.profile, others=task.others, parallel=False)
    try:
        report = compare(pair.old, pair.new, options)
    except AbidiffError as error:
        return Row(pair.name, pair.old, pair.new, failed=error.render().splitlines()[0])
    for name in ("json", "html"):
        target = Path(task.reports) / f"{task.file}.{name}"
        target.write_bytes(render(name, report, Style(False, 100, False)).encode("utf-8", "backslashreplace"))
    rules: dict[str, int] = {}
    for finding in report.findings:
        if not finding.waiver:
            rules[finding.rule] = rules.get(finding.rule, 0) + 1
    return Row(
        pair.name,
        pair.old,
        pair.new,
        str(report.verdict),
        "",
        view.counts(report),
        dict(sorted(rules.items())),
        len(report.problems),
        tuple(found.text for found in advice(report)),
        f"reports/{task.file}.html",
    )


if __name__ == "__main__":
    main()
