"""Does one half of the work in a child process: a fork, a pipe, and bytes.

What the child can't deliver, for whatever reason, the parent does itself: errors
come out as they would in one process, and a killed child costs time, not truth.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import warnings
from collections.abc import Callable
from typing import TypeVar

First = TypeVar("First")
Second = TypeVar("Second")


def available() -> bool:
    """Tell whether this system forks safely and has more than one core for us."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def both(
    first: Callable[[], First],
    second: Callable[[], Second],
    pack: Callable[[First], bytes],
    unpack: Callable[[bytes], First],
) -> tuple[First, Second]:
    """Run ``first`` in a child and ``second`` here; return both results."""
    reader, writer = os.pipe()
    gc.freeze()  # what is there already is shared: a collector would touch, and so copy, all of it
    with warnings.catch_warnings():  # other threads only draw the progress; the child never does
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _child(reader, writer, first, pack)
    os.close(writer)
    try:
        here = second()
        data = _drain(reader)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reader)
        _, status = os.waitpid(child, 0)
        gc.unfreeze()  # else what is frozen is never collected: open repositories stay open
    if status == 0 and data.endswith(_END):
        return unpack(data[: -len(_END)]), here
    return first(), here


_END = b"abidiff-worker-end"


def _child(reader: int, writer: int, job: Callable[[], First], pack: Callable[[First], bytes]) -> None:
    """Run the job and leave at once: no exit handlers, no flushing of the parent's buffers."""
    code = 1
    try:
        os.close(reader)
        with os.fdopen(writer, "wb") as stream:
            stream.write(pack(job()) + _END)
        code = 0
    finally:
        os._exit(code)


def _drain(reader: int) -> bytes:
    parts = []
    while part := os.read(reader, 1 << 20):
        parts.append(part)
    return b"".join(parts)
