"""Snapshots: the models of one release as one portable file, usable wherever a release is.

Reading happens where any release is opened (:mod:`abidiff.sources.snapshot`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from abidiff.about import __version__
from abidiff.errors import SourceError
from abidiff.project import Project
from abidiff.release import Release
from abidiff.sources.request import printable
from abidiff.sources.snapshot import FORMAT_VERSION, encode

__all__ = ["FORMAT_VERSION", "render", "write"]


def render(release: Release, project: Project, models: Mapping[str, Any]) -> bytes:
    """Return a snapshot as bytes; problems of the models go along, and keep every comparison from success.

    A release of which a wanted file could not be read has none.
    """
    if release.unread:
        path, why = release.unread[0]
        raise SourceError(f"{release.label or release.origin}: not read completely: {printable(path)}: {why}")
    return encode(release, project, dict(models), __version__)


def write(path: Path, data: bytes) -> None:
    """Write a file aside and rename it: no partial file is left behind."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise SourceError(f"{path}: can't be written: {error.strerror}") from None
