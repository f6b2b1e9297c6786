"""The histories that come with the package: facts of releases (names, lifetimes, findings), without their models.

Each is a database of SQLite, compressed; beside it stands what it was made of, and by which command.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import zstandard

from abidiff.errors import SourceError
from abidiff.resources import resource
from abidiff.sources.history.tables import check, refusing

FOLDER = "histories"
ENDING = ".db.zst"
MAX_BYTES = 64 << 20
LEVEL = 19


def known() -> tuple[str, ...]:
    """Return the names of the histories that are shipped."""
    return tuple(sorted(path.name.removesuffix(ENDING) for path in resource(FOLDER).glob(f"*{ENDING}")))


def origin(name: str) -> Mapping[str, Any]:
    """Return what is said of a shipped history: its SHA-256, its releases, and how it was made."""
    found: Mapping[str, Any] = json.loads(resource(f"{FOLDER}/{name}.json").read_text(encoding="utf-8"))
    return found


@contextmanager
def reading(name: str) -> Iterator[sqlite3.Connection]:
    """Open a shipped history in memory."""
    what = f"the history of {name}"
    with refusing(what):
        connection = sqlite3.connect(":memory:")
        try:
            connection.deserialize(unpacked(resource(f"{FOLDER}/{name}{ENDING}").read_bytes(), what))
            check(connection, what)
            yield connection
        finally:
            connection.close()


def unpacked(data: bytes, what: str) -> bytes:
    """Return the database out of a shipped file."""
    try:
        if not 0 < zstandard.get_frame_parameters(data).content_size <= MAX_BYTES:
            raise SourceError(f"{what} is not installed completely")
        return zstandard.ZstdDecompressor().decompress(data)
    except zstandard.ZstdError as error:
        raise SourceError(f"{what} is damaged: {error}") from None


def pack(path: Path) -> bytes:
    """Return a history as it is shipped: without its models, compressed."""
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    target = sqlite3.connect(":memory:")
    try:
        source.backup(target)
        target.execute("DELETE FROM part")
        target.execute("UPDATE model SET part = NULL")
        target.execute("UPDATE releases SET head = NULL, source = ''")
        target.commit()
        target.execute("VACUUM")
        data = target.serialize()
    finally:
        source.close()
        target.close()
    return zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(data)


def digest(data: bytes) -> str:
    """Return the SHA-256 that stands beside a shipped file."""
    return hashlib.sha256(data).hexdigest()
