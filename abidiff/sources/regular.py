"""Reads a regular file: a pipe or device is never waited for."""

from __future__ import annotations

import os
import stat

from abidiff.limits import passed
from abidiff.sources.request import printable


def read_regular(full: str, limit: int, what: str, path: str) -> tuple[bytes, float] | None:
    """Read a regular file; None for anything else (a pipe is never waited for)."""
    try:
        descriptor = os.open(full, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    info = os.fstat(descriptor)
    if not stat.S_ISREG(info.st_mode):
        os.close(descriptor)
        return None
    with open(descriptor, "rb", buffering=0) as stream:  # noqa: PTH123
        if info.st_size > limit:
            raise passed("file-bytes", f"{what}: {printable(path)}: {info.st_size} bytes, more than {limit}")
        parts, total = [], 0
        while piece := stream.read(1 << 20):
            parts.append(piece)
            total += len(piece)
            if total > limit:
                raise passed("file-bytes", f"{what}: {printable(path)}: more than {limit} bytes")
        return b"".join(parts), info.st_mtime
