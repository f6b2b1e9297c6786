"""Models written so that neighbouring releases share bytes: numbers as distances.

An edit shifts every line below it and, in a table of patterns, every index behind it.  Distances stay what they are.
What is written is undone exactly; bytes that would not come back the same are kept as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from abidiff.surface_names import DRIVERS, RNG, SYMBOLS

AS_IS = b"\x00"
DISTANCES = b"\x01"
FIXED = 3
"""The first nodes of every table of patterns stand for themselves (notAllowed, empty, text)."""


def write(surface: str, data: bytes) -> bytes:
    """Return the bytes of a model as they are kept."""
    change = CHANGES.get(surface)
    if change is None:
        return AS_IS + data
    model = msgspec.msgpack.decode(data)
    change(model, _Distances(-1))
    kept = msgspec.msgpack.encode(model)
    change(model, _Distances(1))
    return DISTANCES + kept if msgspec.msgpack.encode(model) == data else AS_IS + data


def read(surface: str, kept: bytes) -> bytes:
    """Undo :func:`write`; raises ValueError for bytes that it never made."""
    if kept[:1] == AS_IS:
        return kept[1:]
    change = CHANGES.get(surface)
    if kept[:1] != DISTANCES or change is None:
        raise ValueError(f"a model of {surface} that is kept in an unknown way")
    try:
        model = msgspec.msgpack.decode(kept[1:])
        change(model, _Distances(1))
        return msgspec.msgpack.encode(model)
    except (TypeError, IndexError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(f"a model of {surface} that is not one: {error}") from None


class _Distances:
    """Turns numbers into distances (``way`` -1) and back (1); each row of numbers has its own last one."""

    __slots__ = ("last", "way")

    def __init__(self, way: int) -> None:
        self.way = way
        self.last: dict[str, int] = {}

    def next(self, row: str, number: int) -> int:
        """Return a number as its distance from the one before in its row, or the other way round."""
        before = self.last.get(row, 0)
        if self.way < 0:
            self.last[row] = number
            return number - before
        self.last[row] = number + before
        return number + before

    def place(self, location: list[Any]) -> None:
        """Change the line of a location."""
        location[1] = self.next("line", location[1])

    def list(self, numbers: list[int], start: int) -> None:
        """Change ascending numbers, the first as its distance from ``start``."""
        before = start
        for n, number in enumerate(numbers):
            numbers[n] = number + self.way * before
            before = number if self.way < 0 else numbers[n]


def _schemas(model: Any, distances: _Distances) -> None:
    for index, node in enumerate(model["nodes"]):
        _node(index, node, distances)
    for index, element in enumerate(model["elements"]):
        element[0] += distances.way * index
        element[2] = distances.next("content", element[2])
        distances.place(element[3])
    for schema in model["schemas"]:
        distances.list(schema["elements"], 0)


def _node(index: int, node: Any, distances: _Distances) -> None:
    match node[0]:
        case "choice" | "group" | "interleave":
            fixed = next((n for n, part in enumerate(node[1]) if not 0 <= part < FIXED), len(node[1]))
            parts = node[1][fixed:]
            distances.list(parts, index)
            node[1][fixed:] = parts
        case "oneOrMore" | "list":
            node[1] += distances.way * index
        case "attribute":
            node[2] = distances.next("attribute", node[2])
            distances.place(node[3])
        case "data" | "value":
            distances.place(node[5])
        case "ref":
            node[1] = distances.next("ref", node[1])


def _symbols(model: Any, distances: _Distances) -> None:
    for found in model["maps"]:
        for node in found["nodes"]:
            distances.place(node[1])
            for entry in (*(node[3] if len(node) > 3 else ()), *(node[4] if len(node) > 4 else ())):
                distances.place(entry[1])


def _drivers(model: Any, distances: _Distances) -> None:
    for callback in model.get("callbacks", ()):
        distances.place(callback[3])
    for support in model.get("supports", ()):
        distances.place(support[5])


CHANGES: dict[str, Callable[[Any, _Distances], None]] = {
    RNG: _schemas,
    SYMBOLS: _symbols,
    DRIVERS: _drivers,
}
