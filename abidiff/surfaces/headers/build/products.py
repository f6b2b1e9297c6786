"""What a declaration entered into the tables, to be entered again, at other lines too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from abidiff.location import Location
from abidiff.surfaces.headers.build.tables import Entry
from abidiff.surfaces.headers.model import Enum, FunctionDecl, Mark, Record, Typedef, Variable

_NAME = re.compile(r"[\w$]+")


class Product(msgspec.Struct, frozen=True, array_like=True):
    """What a declaration entered, table by table, when its first token stood on ``line``.

    ``names``: those that it gave a meaning.
    """

    line: int
    names: tuple[str, ...]
    functions: tuple[FunctionDecl, ...] = ()
    enums: tuple[Enum, ...] = ()
    typedefs: tuple[Typedef, ...] = ()
    records: tuple[Record, ...] = ()
    variables: tuple[Variable, ...] = ()

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries, each table's in order."""
        return (*self.functions, *self.enums, *self.typedefs, *self.records, *self.variables)


def moved(entry: Any, down: int) -> Any:
    """Return an entry with all its places so many lines further down."""
    mark = _moved_mark(entry.mark, down)
    replace = msgspec.structs.replace
    if isinstance(entry, Record) and entry.members is not None:
        members = tuple(replace(m, location=_moved(m.location, down)) for m in entry.members)
        return replace(entry, mark=mark, members=members)
    if isinstance(entry, Enum) and entry.enumerators is not None:
        enumerators = tuple(replace(e, mark=_moved_mark(e.mark, down)) for e in entry.enumerators)
        return replace(entry, mark=mark, enumerators=enumerators)
    return replace(entry, mark=mark)


def _moved_mark(mark: Mark, down: int) -> Mark:
    return msgspec.structs.replace(mark, location=_moved(mark.location, down))


def _moved(place: Location, down: int) -> Location:
    return Location(place.path, place.line + down, place.column)


def places(entry: Entry) -> Iterator[Location]:
    """Yield all places in an entry."""
    yield entry.mark.location
    if isinstance(entry, Record):
        yield from (member.location for member in entry.members or ())
    elif isinstance(entry, Enum):
        yield from (enumerator.mark.location for enumerator in entry.enumerators or ())


def name_of(entry: Entry | tuple[str, int]) -> str:
    """Return the name that must stand in a declaration for it to look up an entry.

    Ids are made of a keyword and of names: ``struct foo``, ``struct (Foo).bar``, ``enum {FIRST}``.
    """
    if isinstance(entry, tuple):
        return entry[0]
    if isinstance(entry, Record | Enum):
        found = _NAME.search(entry.id, len(entry.id.partition(" ")[0]))
        return found.group() if found else entry.id
    return entry.name
