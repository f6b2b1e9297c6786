"""Where the CPU time of a command goes: samples of its stack, by room and by function.

``python -m bench.profile`` writes docs/bench/profile.md.  A sample is taken each few milliseconds of CPU time; both
sides are read in one process, without a cache.
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from abidiff.history.record import Recorder
from abidiff.pipeline import Options, judge
from abidiff.pipeline.reading import read
from abidiff.pipeline.request import Request

INTERVAL = 0.004
TOP = 10
PACKAGE = "/abidiff/"
OTHERS = {"pycparser": "pycparser", "lxml": "lxml", "importlib": "imports", "re/": "regular expressions compiled"}
DEPTH = 3


class Samples:
    """Samples by function that runs, and by room of the package (once a sample)."""

    def __init__(self) -> None:
        self.count = 0
        self.functions: Counter[str] = Counter()
        self.rooms: Counter[str] = Counter()

    def take(self, _signal: int, frame: FrameType | None) -> None:
        """Take one sample."""
        self.count += 1
        first, room = "", ""
        while frame is not None:
            path = frame.f_code.co_filename
            inside = PACKAGE in path and "site-packages" not in path
            if not first:
                first = _named(path, frame.f_code.co_qualname)
            if inside and not room:
                room = "/".join(path.rpartition(PACKAGE)[2].removesuffix(".py").split("/")[:DEPTH])
            frame = frame.f_back
        self.functions[first] += 1
        self.rooms[room or "Python and libraries"] += 1


def _named(path: str, function: str) -> str:
    if PACKAGE in path and "site-packages" not in path:
        return f"{path.rpartition(PACKAGE)[2]}: {function}"
    return next((name for part, name in OTHERS.items() if part in path), f"{Path(path).name}: {function}")


@contextmanager
def sampled() -> Iterator[Samples]:
    """Take samples of what runs meanwhile."""
    found = Samples()
    before = signal.signal(signal.SIGPROF, found.take)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    try:
        yield found
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def compared(old: Path, new: Path, *surfaces: str) -> Callable[[], None]:
    """Return a cold comparison of two releases."""

    def run() -> None:
        before, after = (read(Request(str(path), surfaces=surfaces, cache=False)) for path in (old, new))
        judge(before, after, Options(surfaces=surfaces))

    return run


def recorded(repository: str, tags: list[str]) -> Callable[[], None]:
    """Return the reading of releases of a repository for a history."""

    def run() -> None:
        recorder = Recorder()
        for tag in tags:
            recorder.record(Request(f"{repository}@{tag}"))

    return run


def table(title: str, run: Callable[[], None]) -> str:
    """Run a command; return where its time went."""
    start = time.process_time()
    with sampled() as found:
        run()
    spent = time.process_time() - start
    lines = [f"## {title}", "", f"{spent:.1f} s of CPU time, {found.count} samples.", ""]
    for head, counter in (("room", found.rooms), ("function itself", found.functions)):
        lines += [f"| {head} | share |", "|---|--:|"]
        ordered = sorted(counter.items(), key=lambda entry: (-entry[1], entry[0]))[:TOP]
        lines += [f"| `{name}` | {count / max(1, found.count):.1%} |" for name, count in ordered]
        lines.append("")
    return "\n".join(lines)


INTRODUCTION = """# Where the time goes

Written by `make bench-profile`: samples of the stack by CPU time, both sides in one process, no cache, modules loaded.
A room is the innermost one of the package that is at work; a function has what it spends itself, C functions that it
calls included.
"""


def main() -> None:
    """Write the page."""
    options = argparse.ArgumentParser()
    options.add_argument("--releases", type=Path, default=Path("releases"))
    options.add_argument("--repository", default=os.environ.get("ABIDIFF_LIBVIRT_GIT", ""))
    options.add_argument("--tags", nargs="*", default=[f"v1.2.{n}" for n in range(13)])
    options.add_argument("--out", type=Path, default=Path("docs/bench/profile.md"))
    given = options.parse_args()
    old, new = (given.releases / f"libvirt-{version}.tar.xz" for version in ("9.0.0", "11.3.0"))
    compared(old, new)()
    title = "libvirt 9.0.0 → 11.3.0, cold"
    parts = [table(f"{title}: all surfaces", compared(old, new))]
    parts += [table(f"{title}: {name}", compared(old, new, name)) for name in ("headers", "xdr", "rng")]
    if given.repository:
        parts.append(table(f"History: {len(given.tags)} releases", recorded(given.repository, given.tags)))
    given.out.write_text("\n".join([INTRODUCTION, *parts]).rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
