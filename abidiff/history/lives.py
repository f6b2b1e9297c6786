"""A history as it is asked: its releases in order, its items, and their lifetimes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from abidiff.errors import MissingError
from abidiff.history.order import key
from abidiff.sources.history.tables import reading
from abidiff.sources.request import printable
from abidiff.surface_names import DRIVERS

BATCH = 500
ITEMS = "SELECT item.id, surface, kind, unit, name FROM item JOIN family ON family.id = item.family"
PHASES = (
    "SELECT item, release, state.id, shape, since, deprecated FROM change LEFT JOIN state ON state.id = change.state"
)


class ReleaseRow(msgspec.Struct, frozen=True):
    """A release: its number in the file, and what the report says of it."""

    number: int
    version: str
    date: str


class Named(msgspec.Struct, frozen=True):
    """An item: its number in the file, and what it is."""

    number: int
    surface: str
    kind: str
    unit: str
    name: str


class Phase(msgspec.Struct, frozen=True):
    """An item in one state, from the release at one position of the order on; ``there`` is false where it is gone."""

    start: int
    there: bool
    shape: str = ""
    since: str = ""
    deprecated: bool = False


class History:
    """A history that is open for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        rows = connection.execute("SELECT id, version, date FROM releases").fetchall()
        self.releases = [ReleaseRow(*row) for row in sorted(rows, key=lambda row: key(row[1]))]
        self.position = {found.number: n for n, found in enumerate(self.releases)}
        self._unread: dict[int, set[tuple[str, str]]] | None = None
        self._families: dict[tuple[str, str], list[list[Phase]]] = {}

    def items(self, where: str = "", values: Sequence[object] = ()) -> list[Named]:
        """Return the items that a condition of SQL chooses, by name."""
        query = f"{ITEMS} {where} ORDER BY name, surface, kind, unit"
        return [Named(*row) for row in self.connection.execute(query, tuple(values))]

    def lives(self, items: Sequence[Named]) -> list[list[Phase]]:
        """Return the phases of each item in the order of releases; an item that never was has none."""
        found: dict[int, list[Phase]] = {item.number: [] for item in items}
        numbers = list(found)
        for start in range(0, len(numbers), BATCH):
            some = numbers[start : start + BATCH]
            marks = ",".join("?" * len(some))
            query = f"{PHASES} WHERE item IN ({marks})"
            for item, release, state, shape, since, deprecated in self.connection.execute(query, some):
                place = self.position[release]
                found[item].append(
                    Phase(place, False) if state is None else Phase(place, True, shape, since, bool(deprecated))
                )
        return [sorted(found[item.number], key=lambda phase: phase.start) for item in items]

    def every(self) -> Iterator[tuple[Named, list[Phase]]]:
        """Yield all items with their phases."""
        states = {
            number: (shape, since, bool(flag))
            for number, shape, since, flag in self.connection.execute("SELECT id, shape, since, deprecated FROM state")
        }
        phases: dict[int, list[Phase]] = {}
        for item, release, state in self.connection.execute("SELECT item, release, state FROM change"):
            place = self.position[release]
            phases.setdefault(item, []).append(
                Phase(place, False) if state is None else Phase(place, True, *states[state])
            )
        for item in self.items():
            if item.number in phases:
                yield item, sorted(phases[item.number], key=lambda phase: phase.start)

    def without(self, position: int, item: Named) -> bool:
        """Tell whether the release at a position is known not to have an item, though nothing of it could be seen.

        A name may have been there as another kind of thing.  What drivers implement is told by tables whose callbacks
        older trees call otherwise, so a driver lacks a function only where it and another driver with it are seen.
        """
        if self.hidden(position, item.surface, item.unit):
            return False
        if item.surface != DRIVERS:
            bare = item.name.rpartition(" ")[2]
            names = (item.name, bare, f"struct {bare}", f"union {bare}", f"enum {bare}")
            others = self.items(
                "WHERE surface = ? AND unit = ? AND name IN (?, ?, ?, ?, ?)", (item.surface, item.unit, *names)
            )
            return not any(is_there(phases, position) for phases in self.lives(others))
        key = (item.kind, item.unit)
        if key not in self._families:
            some = self.items("WHERE kind = ? AND unit = ?", key)
            self._families[key] = [phases for phases in self.lives(some) if phases]
        others = self.items("WHERE surface = ? AND name = ?", (DRIVERS, item.name))
        seen = any(is_there(phases, position) for phases in self._families[key])
        return seen and any(is_there(phases, position) for phases in self.lives(others))

    def hidden(self, position: int, surface: str, unit: str) -> bool:
        """Tell whether the release at a position may have had more of a unit than could be read."""
        if self._unread is None:
            self._unread = {}
            for release, *place in self.connection.execute("SELECT release, surface, unit FROM problem"):
                self._unread.setdefault(self.position[release], set()).add((place[0], place[1]))
        troubles = self._unread.get(position)
        return troubles is not None and not troubles.isdisjoint({("", ""), (surface, ""), (surface, unit)})


@contextmanager
def opened(name: str | Path) -> Iterator[History]:
    """Open a history to ask it: a file, or the name of one that is shipped."""
    with connected(name) as connection:
        yield History(connection)


@contextmanager
def connected(name: str | Path) -> Iterator[sqlite3.Connection]:
    """Open the database of a history to read it: a file, or the name of one that is shipped."""
    path = Path(name)
    if path.exists():
        with reading(path, str(path)) as connection:
            yield connection
        return
    from abidiff.history import shipped

    if str(name) not in shipped.known():
        told = " or ".join(shipped.known())
        hint = f"give a file, or {told}; make one with: abi-diff history build -o FILE RELEASE..."
        raise MissingError(f"{printable(str(name))}: no such history", hint=hint)
    with shipped.reading(str(name)) as connection:
        yield connection


def span(phases: Sequence[Phase]) -> tuple[int, int | None]:
    """Return the position of the first release that has an item, and of the first without it after its last."""
    first = next(phase.start for phase in phases if phase.there)
    return first, (None if phases[-1].there else phases[-1].start)


def is_there(phases: Sequence[Phase], position: int) -> bool:
    """Tell whether an item is there in the release at a position."""
    last = next((phase for phase in reversed(phases) if phase.start <= position), None)
    return last is not None and last.there
