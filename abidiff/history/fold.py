"""Lifetimes: which item is there in which state, kept as the releases at which that changes.

An item that a release does not show while its unit could not be read is taken to be as in the release before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

from abidiff.history.items.item import Item
from abidiff.history.record import Record, Trouble

State = int
States = dict[int, State]
"""Item → state, of the items that are there."""
Seen = Callable[[int], Mapping[str, Iterable[Item]]]
"""Release → surface → items that its models hold; empty where the history does not keep them."""


class Fold:
    """The lifetimes of a history, to which one release is added at a time.  ``order``: its releases by version."""

    def __init__(self, connection: sqlite3.Connection, order: Sequence[int]) -> None:
        self.connection, self.order = connection, list(order)
        families = connection.execute("SELECT id, surface, kind, unit FROM family").fetchall()
        self.families = {(surface, kind, unit): number for number, surface, kind, unit in families}
        self.places = {number: (surface, unit) for number, surface, _, unit in families}
        rows = connection.execute("SELECT id, family, name FROM item").fetchall()
        self.items = {(family, name): number for number, family, name in rows}
        self.owner = {number: family for number, family, _ in rows}
        states = connection.execute("SELECT id, shape, since, deprecated FROM state").fetchall()
        self.states = {(shape, since, bool(flag)): number for number, shape, since, flag in states}
        self.rows: dict[int, dict[int, State | None]] = {number: {} for number in order}
        for item, release, state in connection.execute("SELECT item, release, state FROM change"):
            if release not in self.rows:
                raise sqlite3.DataError("a change in a release that is not there")
            self.rows[release][item] = state
        self.last = self.until(len(self.order))

    def until(self, position: int) -> States:
        """Return what is there before the release at a position of the order."""
        found: dict[int, State | None] = {}
        for number in self.order[:position]:
            found.update(self.rows[number])
        return {item: state for item, state in found.items() if state is not None}

    def add(self, number: int, position: int, record: Record, unread: Mapping[int, list[Trouble]], seen: Seen) -> None:
        """Add a release at a position of the order.  ``unread``: what could not be read of each release."""
        newest = position == len(self.order)
        before = dict(self.last) if newest else self.until(position)
        after = self._after(before, {name: model.items for name, model in record.models.items()}, record.troubles)
        self._write(number, before, after)
        if not newest:
            self._go_on(position, before, after, unread, seen)
        self.order.insert(position, number)
        self.last = after if newest else self.until(len(self.order))

    def _go_on(self, position: int, old: States, new: States, unread: Mapping[int, list[Trouble]], seen: Seen) -> None:
        """Write the releases after an added one anew, until they are as they were."""
        for number in self.order[position:]:
            if new == old:
                return
            rows = self.rows[number]
            old = {item: state for item, state in {**old, **rows}.items() if state is not None}
            after = dict(old)
            if unread.get(number):
                shown = self._numbers(seen(number))
                hidden = _hidden(unread[number])
                for item in {*old, *new} - shown.keys():
                    if hidden(*self.places[self.owner[item]]):
                        _set(after, item, new.get(item))
            self._write(number, new, after)
            new = after

    def _after(self, before: States, items: Mapping[str, Iterable[Item]], troubles: Sequence[Trouble]) -> States:
        after: States = self._numbers(items)
        if troubles:
            hidden = _hidden(troubles)
            for item, state in before.items():
                if item not in after and hidden(*self.places[self.owner[item]]):
                    after[item] = state
        return after

    def _numbers(self, items: Mapping[str, Iterable[Item]]) -> States:
        """Return items and their states as numbers; what is named twice counts once."""
        found: States = {}
        shapes: dict[int, str] = {}
        for surface, several in items.items():
            for item in several:
                number = self._item(self._family(surface, item.kind, item.unit), item.name)
                if number not in found or item.shape < shapes[number]:
                    found[number] = self._state(item.shape, item.since, item.deprecated)
                    shapes[number] = item.shape
        return found

    def _write(self, release: int, before: States, after: States) -> None:
        rows: dict[int, State | None] = {i: s for i, s in after.items() if before.get(i) != s}
        rows.update((item, None) for item in before.keys() - after.keys())
        self.connection.execute("DELETE FROM change WHERE release = ?", (release,))
        self.connection.executemany(
            "INSERT INTO change (item, release, state) VALUES (?, ?, ?)", ((i, release, s) for i, s in rows.items())
        )
        self.rows[release] = rows

    def _family(self, surface: str, kind: str, unit: str) -> int:
        number = self.families.get((surface, kind, unit))
        if number is None:
            row = (surface, kind, unit)
            made = self.connection.execute("INSERT INTO family (surface, kind, unit) VALUES (?, ?, ?)", row)
            number = self.families[row] = int(made.lastrowid or 0)
            self.places[number] = surface, unit
        return number

    def _item(self, family: int, name: str) -> int:
        number = self.items.get((family, name))
        if number is None:
            made = self.connection.execute("INSERT INTO item (family, name) VALUES (?, ?)", (family, name))
            number = self.items[family, name] = int(made.lastrowid or 0)
            self.owner[number] = family
        return number

    def _state(self, shape: str, since: str, deprecated: bool) -> int:
        row = (shape, since, deprecated)
        number = self.states.get(row)
        if number is None:
            made = self.connection.execute("INSERT INTO state (shape, since, deprecated) VALUES (?, ?, ?)", row)
            number = self.states[row] = int(made.lastrowid or 0)
        return number


def _hidden(troubles: Sequence[Trouble]) -> Callable[[str, str], bool]:
    """Return whether what is of a surface and a unit may be there without being seen."""
    surfaces = {found.surface for found in troubles if not found.unit}
    units = {(found.surface, found.unit) for found in troubles}
    return lambda surface, unit: "" in surfaces or surface in surfaces or (surface, unit) in units


def _set(states: States, item: int, state: State | None) -> None:
    if state is None:
        states.pop(item, None)
    else:
        states[item] = state
