"""Writing a history: one transaction a release, so that a stopped build goes on and two at once are safe."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from abidiff.about import __version__
from abidiff.errors import MissingError, UsageError
from abidiff.history.fold import Fold
from abidiff.history.items import functions_of, items_of
from abidiff.history.items.item import Item
from abidiff.history.order import key
from abidiff.history.record import Record, Trouble
from abidiff.sources.history import parts, relative
from abidiff.sources.history.named import is_history
from abidiff.sources.history.tables import BUSY_SECONDS, check, create, refusing
from abidiff.sources.request import printable
from abidiff.surface_names import HEADERS
from abidiff.surfaces import surface as surface_of


class Store:
    """A history that is open for writing."""

    def __init__(self, connection: sqlite3.Connection, what: str) -> None:
        self.connection, self.what = connection, what
        self._fold: Fold | None = None

    def sources(self) -> dict[str, str]:
        """Return what releases were read from → their version."""
        rows = self.connection.execute("SELECT source, version FROM releases WHERE source <> ''")
        return dict(rows.fetchall())

    def order(self) -> list[tuple[int, str]]:
        """Return (number, version) of the releases, by version."""
        rows = self.connection.execute("SELECT id, version FROM releases").fetchall()
        return sorted(rows, key=lambda row: key(row[1]))

    def add(self, record: Record) -> bool:
        """Add a release; tell whether it is new.  A second one of the same version has to be equal."""
        with refusing(self.what), self.transaction():
            row = self.connection.execute(
                "SELECT digest, label FROM releases WHERE version = ?", (record.version,)
            ).fetchone()
            if row is not None:
                if row[0] == record.digest:
                    return False
                raise UsageError(
                    f"{printable(self.what)}: it has another release {printable(record.version)} ({printable(row[1])})",
                    hint="one version is one release: give each only once",
                )
            order = self.order()
            position = sum(key(version) < key(record.version) for _, version in order)
            near = order[position - 1][0] if position else (order[0][0] if order else None)
            number = self._release(record, near)
            for surface, model in record.models.items():
                self._model(number, surface, model.digest, model.data, model.census, near)
            self._troubles(number, record)
            fold = self._lifetimes([found for found, _ in order])
            fold.add(number, position, record, self._unread(), self._seen)
            self._neighbours(order, position)
            return True

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do several things at once or not at all; nobody else writes meanwhile."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            self._fold = None
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")
            raise

    def _release(self, record: Record, near: int | None) -> int:
        base = None
        if near is not None:
            base = self.connection.execute("SELECT head FROM releases WHERE id = ?", (near,)).fetchone()[0]
        head = parts.put(self.connection, record.head, base)
        columns = "version, label, date, profile, digest, source, head"
        row = (record.version, record.label, record.date, record.profile, record.digest, record.source, head)
        made = self.connection.execute(f"INSERT INTO releases ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608
        return int(made.lastrowid or 0)

    def _model(
        self, release: int, surface: str, digest: bytes, data: bytes, census: Mapping[str, int], near: int | None
    ) -> None:
        row = self.connection.execute("SELECT part FROM model WHERE release = ? AND surface = ?", (near, surface))
        base = (row.fetchone() or (None,))[0]
        number = parts.put(self.connection, relative.write(surface, data), base)
        kept = (release, surface, digest, number, json.dumps(dict(census)))
        self.connection.execute(
            "INSERT INTO model (release, surface, digest, part, census) VALUES (?, ?, ?, ?, ?)", kept
        )

    def _troubles(self, release: int, record: Record) -> None:
        rows = ((release, n, t.surface, t.unit, printable(t.message)) for n, t in enumerate(record.troubles))
        self.connection.executemany(
            "INSERT INTO problem (release, number, surface, unit, message) VALUES (?, ?, ?, ?, ?)", rows
        )

    def _unread(self) -> dict[int, list[Trouble]]:
        found: dict[int, list[Trouble]] = {}
        query = "SELECT release, surface, unit, message FROM problem ORDER BY release, number"
        for release, surface, unit, message in self.connection.execute(query):
            found.setdefault(release, []).append(Trouble(surface, unit, message))
        return found

    def _seen(self, release: int) -> dict[str, list[Item]]:
        """Return the items of a release whose models are kept."""
        query = "SELECT surface, part FROM model WHERE release = ? AND part IS NOT NULL"
        models: dict[str, Any] = {}
        for surface, part in self.connection.execute(query, (release,)).fetchall():
            data = relative.read(surface, parts.get(self.connection, part))
            models[surface] = msgspec.msgpack.decode(data, type=surface_of(surface).model())
        functions = functions_of(models[HEADERS]) if HEADERS in models else frozenset()
        return {surface: list(items_of(surface, model, functions)) for surface, model in models.items()}

    def _lifetimes(self, order: list[int]) -> Fold:
        """Return the lifetimes as they are now; another process may have added releases since."""
        if self._fold is None or self._fold.order != order:
            self._fold = Fold(self.connection, order)
        return self._fold

    def _neighbours(self, order: list[tuple[int, str]], position: int) -> None:
        """Forget what was found between two releases that are neighbours no more."""
        if 0 < position < len(order):
            pair = (order[position - 1][0], order[position][0])
            for table in ("compared", "finding"):
                self.connection.execute(f"DELETE FROM {table} WHERE old = ? AND new = ?", pair)  # noqa: S608


@contextmanager
def writing(path: Path, *, new: bool = False) -> Iterator[Store]:
    """Open a history to add to it; with ``new`` it is made where there is none."""
    what = str(path)
    if path.exists() and (not path.is_file() or (path.stat().st_size and not is_history(path))):
        raise UsageError(f"{printable(what)}: this file is no history: not overwritten")
    if not path.exists() and not new:
        raise MissingError(f"{printable(what)}: no such file", hint="make it with: abi-diff history build")
    if not path.exists() and not path.absolute().parent.is_dir():
        raise MissingError(f"{printable(what)}: its folder is not there", hint="make the folder first")
    with refusing(what):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                create(connection)
                connection.execute("INSERT INTO meta VALUES ('written_by', ?)", (f"abidiff {__version__}",))
            connection.execute("COMMIT")
            check(connection, what)
            connection.set_progress_handler(None, 0)
            yield Store(connection, what)
        finally:
            connection.close()
