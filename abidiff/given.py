"""Files that a user names beside releases: configurations, profiles, tables, documents, messages."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

MOST = 256 << 20
_OWN = re.compile(r"/dev/(?:stdin|fd/\d+)|/proc/self/fd/\d+")
"""Streams that the process was given: a shell's ``<(command)`` is one."""


def content(path: Path, most: int = MOST) -> bytes:
    """Return the bytes of a file that the user named, ``most`` of them; raises OSError.

    A pipe is refused, since nobody may ever write to it, unless it was handed over open.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(descriptor, "rb") as stream:  # noqa: PTH123
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            if stat.S_ISFIFO(mode) and not _OWN.fullmatch(str(path)):
                raise OSError(errno.EINVAL, "a pipe, and no file", str(path))
            os.set_blocking(descriptor, True)
        return stream.read(most)


def leads_out(path: Path, folder: Path) -> bool:
    """Tell whether a name in a folder that the user named is a link to something outside of that folder."""
    real, root = os.path.realpath(path), os.path.realpath(folder)
    return os.path.commonpath((real, root)) != root
