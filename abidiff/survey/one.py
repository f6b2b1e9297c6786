"""Pairs of a survey, each in a process with bounds on time and memory: ``python -m abidiff.survey.one PARENT``.

Tasks are read from standard input (msgpack, each after its length), until it ends.  What a comparison needs is loaded
once, and each pair is compared in a fork of that, which nothing of an earlier pair reaches.  Answers go to standard
output in the same form.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import IO

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


class Answer(msgspec.Struct, frozen=True):
    """What the process of a pair left: exit code (negative: a signal), both outputs, KiB of memory at its peak."""

    code: int
    out: bytes
    err: bytes
    kilobytes: int


_LENGTH = 8


def send(stream: IO[bytes], data: bytes) -> None:
    """Write a message after its length."""
    stream.write(len(data).to_bytes(_LENGTH, "big") + data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Return the next message; nothing at the end, and of one that is cut off."""
    length = stream.read(_LENGTH)
    size = int.from_bytes(length, "big") if len(length) == _LENGTH else 0
    data = stream.read(size)
    return data if len(data) == size else b""


def main() -> None:
    """Compare pairs until there are no more."""
    end_with_parent(int(sys.argv[1]))
    loaded = False
    while data := receive(sys.stdin.buffer):
        if not loaded:
            _load()
            loaded = True
        send(sys.stdout.buffer, msgspec.msgpack.encode(_forked(data)))


def _load() -> None:
    """Load what comparisons need."""
    from abidiff import advice, pipeline, reports
    from abidiff.pipeline.ready import prepare
    from abidiff.pipeline.request import Request

    del advice, pipeline, reports
    prepare(Request(os.devnull))  # any kind of files
    gc.freeze()


def _forked(data: bytes) -> Answer:
    """Do a task in a fork."""
    parent = os.getpid()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            code = 1
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                end_with_parent(parent)
                os.write(1, _bounded(msgspec.msgpack.decode(data, type=Task)))
                code = 0
            except MemoryError:
                os.write(2, b"MemoryError")
            except BaseException as error:
                os.write(2, f"{type(error).__name__}: {error}".encode("utf-8", "backslashreplace"))
            finally:
                os._exit(code)
        _, status, used = os.wait4(child, 0)
        out.seek(0)
        err.seek(0)
        return Answer(os.waitstatus_to_exitcode(status), out.read(), err.read(), used.ru_maxrss)


def _bounded(task: Task) -> bytes:
    """Return the row of a pair (JSON), compared within its bounds; raises MemoryError where they do not suffice."""
    space = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    if space > task.memory:
        raise MemoryError
    resource.setrlimit(resource.RLIMIT_CPU, (task.seconds, task.seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (task.memory, task.memory))
    return msgspec.json.encode(compared(task))


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
