"""Names that ``#pragma GCC poison`` makes unusable: every use behind it is an error (GCC, "Pragmas")."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TypeVar

from msgspec.structs import replace

from abidiff.location import Location
from abidiff.surfaces.headers.model import (
    Enum,
    Enumerator,
    FunctionDecl,
    Mark,
    Member,
    Record,
    Typedef,
    Variable,
)
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import OFFSET_MASK

MESSAGE = "poisoned"
_Named = TypeVar("_Named", FunctionDecl, Variable, Typedef, Enumerator)


def places(names: Mapping[str, int], files: Files) -> dict[str, Location]:
    """Return the names that are taken away, and where that is done."""
    found: dict[str, Location] = {}
    for name, place in names.items():
        file = files.file_of(place)
        if file is not None:
            found[name] = file.location(place & OFFSET_MASK)
    return found


def poison(
    names: Set[str],
    functions: dict[str, FunctionDecl],
    variables: dict[str, Variable],
    typedefs: dict[str, Typedef],
    records: dict[str, Record],
    enums: dict[str, Enum],
) -> None:
    """Mark each declaration of these names, members, enumerators and tags among them, as refused."""
    if not names:
        return
    for name in names:
        if name in functions:
            functions[name] = _named(functions[name])
        if name in variables:
            variables[name] = _named(variables[name])
        if name in typedefs:
            typedefs[name] = _named(typedefs[name])
    for key, record in records.items():
        members = record.members
        if members is not None and any(member.name in names for member in members):
            members = tuple(_member(member) if member.name in names else member for member in members)
        if members is not record.members or record.tag in names:
            mark = _refused(record.mark) if record.tag in names else record.mark
            records[key] = replace(record, members=members, mark=mark)
    for key, enum in enums.items():
        if any(found.name in names for found in enum.enumerators or ()):
            found = tuple(_named(each) if each.name in names else each for each in enum.enumerators or ())
            enums[key] = replace(enum, enumerators=found)
        if enum.tag in names:
            enums[key] = replace(enums[key], mark=_refused(enum.mark))


def _named(found: _Named) -> _Named:
    return replace(found, mark=_refused(found.mark))


def _refused(mark: Mark) -> Mark:
    return mark if mark.refused is not None else replace(mark, refused=MESSAGE)


def _member(member: Member) -> Member:
    return member if member.refused is not None else replace(member, refused=MESSAGE)
