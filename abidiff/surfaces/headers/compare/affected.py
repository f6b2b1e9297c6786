"""Which structs and unions a configuration changes: all others differ there as they do by default, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from abidiff.surfaces.headers.build.foreign import references
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.same_type import TypeComparer
from abidiff.surfaces.headers.model import Library, Type, TypedefRef

_TABLES = ("records", "typedefs", "enums")


class Users:
    """For the types of a library, by id or name, the structs, unions and typedefs in whose declarations they stand."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._users: dict[str, list[str]] = {}
        for id_, record in library.records.items():
            for member in record.members or ():
                self._note(member.type, id_)
        for name, typedef in library.typedefs.items():
            self._note(typedef.type, name)

    def _note(self, type_: Type, user: str) -> None:
        for reference in references(type_):
            name = reference.name if isinstance(reference, TypedefRef) else reference.id
            self._users.setdefault(name, []).append(user)

    def affected(self, view: Library) -> set[str]:
        """Return the types that are others in a configuration, with all that they are a part of."""
        waiting = [name for table in _TABLES for name in _others(getattr(self.library, table), getattr(view, table))]
        found = set(waiting)
        while waiting:
            for user in self._users.get(waiting.pop(), ()):
                if user not in found:
                    found.add(user)
                    waiting.append(user)
        return found


def _others(base: Mapping[str, object], view: Mapping[str, object]) -> list[str]:
    """Return the names under which two tables do not hold the same object."""
    gone = [name for name in base if name not in view]
    return gone + [name for name, entry in view.items() if base.get(name) is not entry]


class Default:
    """Two libraries as they are by default, beside which they are compared in configurations."""

    def __init__(self, old: Library, new: Library, elsewhere: Iterable[Library]) -> None:
        self.sides = old, new
        self.elsewhere = tuple(elsewhere)

    @cached_property
    def _users(self) -> tuple[Users, Users]:
        old, new = self.sides
        return Users(old), Users(new)

    @cached_property
    def _records(self) -> dict[str, str]:
        return TypeComparer(*self.sides).records

    def pair(self, before: Library, after: Library, wanted: frozenset[str] | None = None) -> Pair:
        """Return the libraries in a configuration, with the types that may differ otherwise there than by default."""
        made = Pair(before, after, self.elsewhere)
        made.wanted = wanted
        sides = list(zip(self.sides, (before, after), strict=True))
        if any((base.unread, base.targets) != (view.unread, view.targets) for base, view in sides):
            return made
        found = {id_ for id_, _ in made.types.records.items() ^ self._records.items()}
        for users, view in zip(self._users, (before, after), strict=True):
            found |= users.affected(view)
        made.affected = frozenset(found)
        return made
