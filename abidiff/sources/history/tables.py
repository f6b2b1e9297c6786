"""The tables of a history, and how the file is opened: as its own, or as somebody else's, which may be hostile."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from abidiff import limits
from abidiff.errors import MissingError, SourceError
from abidiff.sources.request import printable

FORMAT_VERSION = 1
APPLICATION_ID = 0x61626869
BUSY_SECONDS = 120.0
STEPS = 200_000
"""Instructions of SQLite's machine between two looks at the clock."""

TABLES = {
    "meta": "key TEXT PRIMARY KEY, value TEXT NOT NULL",
    "part": "id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, base INTEGER, depth INTEGER NOT NULL,"
    " size INTEGER NOT NULL, data BLOB NOT NULL",
    "releases": "id INTEGER PRIMARY KEY, version TEXT NOT NULL UNIQUE, label TEXT NOT NULL, date TEXT NOT NULL,"
    " profile TEXT NOT NULL, digest TEXT NOT NULL, source TEXT NOT NULL, head INTEGER",
    "model": "release INTEGER NOT NULL, surface TEXT NOT NULL, digest BLOB NOT NULL, part INTEGER,"
    " census TEXT NOT NULL, PRIMARY KEY (release, surface)",
    "problem": "release INTEGER NOT NULL, number INTEGER NOT NULL, surface TEXT NOT NULL, unit TEXT NOT NULL,"
    " message TEXT NOT NULL, PRIMARY KEY (release, number)",
    "family": "id INTEGER PRIMARY KEY, surface TEXT NOT NULL, kind TEXT NOT NULL, unit TEXT NOT NULL,"
    " UNIQUE (surface, kind, unit)",
    "item": "id INTEGER PRIMARY KEY, family INTEGER NOT NULL, name TEXT NOT NULL",
    "state": "id INTEGER PRIMARY KEY, shape TEXT NOT NULL, since TEXT NOT NULL, deprecated INTEGER NOT NULL",
    "change": "item INTEGER NOT NULL, release INTEGER NOT NULL, state INTEGER, PRIMARY KEY (item, release)",
    "compared": "old INTEGER NOT NULL, new INTEGER NOT NULL, PRIMARY KEY (old, new)",
    "finding": "old INTEGER NOT NULL, new INTEGER NOT NULL, number INTEGER NOT NULL, rule TEXT NOT NULL,"
    " severity TEXT NOT NULL, surface TEXT NOT NULL, unit TEXT NOT NULL, subject TEXT NOT NULL,"
    " message TEXT NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY (old, new, number)",
}
"""Table → its columns.

``releases``  one row a release; ``digest`` is a hash over all that is kept of it, ``source`` what it was read from;
              ``head`` the part with its units and notes, NULL where the models are not kept.
``part``      content-addressed bytes (SHA-256), as a patch on ``base`` where that is smaller; ``depth`` patches deep.
``change``    the item's state from this release on, until its next change; NULL: it is not there.
``finding``   what comparing two neighbours found; ``compared`` the pairs that were compared.
"""
WITHOUT_ROWID = frozenset({"meta", "model", "problem", "change", "compared", "finding"})
INDEXES = {
    "item_name": "CREATE INDEX item_name ON item (name)",
    "finding_subject": "CREATE INDEX finding_subject ON finding (subject)",
}
SCHEMA = {
    **{
        name: f"CREATE TABLE {name} ({columns}){' WITHOUT ROWID' if name in WITHOUT_ROWID else ''}"
        for name, columns in TABLES.items()
    },
    **INDEXES,
}


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty database."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    for statement in SCHEMA.values():
        connection.execute(statement)


@contextmanager
def reading(path: Path, what: str) -> Iterator[sqlite3.Connection]:
    """Open a history to read it; whatever is wrong with the file is a :class:`SourceError`."""
    if not path.is_file():  # a pipe would be waited for
        raise SourceError(f"{printable(what)}: no file, and so no history")
    if not os.access(path, os.R_OK):
        raise MissingError(f"{printable(what)}: {os.strerror(errno.EACCES)}")
    with refusing(what):
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        try:
            check(connection, what)
            yield connection
        finally:
            connection.close()


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Turn what SQLite says of a file into the error of a release that can't be read."""
    try:
        yield
    except sqlite3.OperationalError as error:
        hint = "another process writes it" if "locked" in str(error) else ""
        raise SourceError(f"{printable(what)}: a history that can't be read: {error}", hint=hint) from None
    except (sqlite3.Error, OverflowError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(what, str(error)) from None


def check(connection: sqlite3.Connection, what: str) -> None:
    """Refuse a database that is no history, of a newer format, or has anything beside its tables."""
    guard(connection, what)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise damaged(what, "it is a database of another kind")
    if version > FORMAT_VERSION:
        raise SourceError(
            f"{printable(what)}: a history of format {version}; this abidiff reads up to {FORMAT_VERSION}",
            hint="use the abidiff that wrote it, or a newer one",
        )
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL LIMIT 100").fetchall()
    if version < 1 or dict(rows) != SCHEMA:
        raise damaged(what, "its tables are not those of a history")


def guard(connection: sqlite3.Connection, what: str) -> None:
    """Bound what a statement may cost, and trust nothing that the file says of itself."""
    deadline = limits.Deadline(limits.now().seconds, printable(what))

    def over() -> int:
        deadline.check()
        return 0

    connection.set_progress_handler(over, STEPS)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.now().file_bytes * 4)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
        connection.execute(f"PRAGMA {pragma}")


def damaged(what: str, why: str) -> SourceError:
    """Return the error for a file that can't be used."""
    return SourceError(
        f"{printable(what)}: a history that can't be used: {printable(why)}",
        hint="make it again with: abi-diff history build -o FILE RELEASE...",
    )
