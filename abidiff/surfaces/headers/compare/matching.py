"""Two releases of one library, and what every comparison of them asks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from abidiff.location import Location
from abidiff.surfaces.headers.compare.marks import Items, marks, reserved
from abidiff.surfaces.headers.compare.same_type import TypeComparer
from abidiff.surfaces.headers.layout.fields import RecordLayouts
from abidiff.surfaces.headers.model import (
    Enum,
    Enumerator,
    FunctionDecl,
    Header,
    Library,
    Mark,
    Qualified,
    Record,
    Type,
    Typedef,
    TypedefRef,
    Variable,
)

__all__ = ["Pair", "reserved"]

_WHOLE = re.compile(r"-?[0-9]{1,20}")
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+)+[0-9A-Za-z.+~-]*")


class Pair:
    """A library in the old and in the new release; ``elsewhere``: the other new libraries.

    ``affected``: the types that may differ otherwise than they do by default, in a configuration; ``wanted``: the names
    of which something is asked.  None for all.
    """

    def __init__(self, old: Library, new: Library, elsewhere: Iterable[Library]) -> None:
        self.affected: frozenset[str] | None = None
        self.wanted: frozenset[str] | None = None
        self.old = old
        self.new = new
        self.unit = old.name
        self.elsewhere = tuple(library for library in elsewhere if library.name != new.name)
        self.types = TypeComparer(old, new)
        self.unread = frozenset(new.unread)
        self._unread_old = frozenset(old.unread)
        self._via = {**old.brought, **{h.path: h.via for h in old.headers}}
        self._via_new = {**new.brought, **{h.path: h.via for h in new.headers}}

    @cached_property
    def old_layouts(self) -> RecordLayouts:
        """The layouts of the old release's records."""
        return RecordLayouts(self.old)

    @cached_property
    def new_layouts(self) -> RecordLayouts:
        """The layouts of the new release's records."""
        return RecordLayouts(self.new)

    @staticmethod
    def gone(library: Library) -> Library:
        """Return the library without anything in it."""
        return Library(library.name, library.tier, ())

    def asked(self, *types: str) -> bool:
        """Tell whether types, by id or name, may differ otherwise than they were told to by default."""
        return self.affected is None or not self.affected.isdisjoint(types)

    def silent(self, name: str) -> bool:
        """Tell whether nobody asks what became of a name."""
        return self.wanted is not None and name not in self.wanted

    def open(self, name: str) -> bool:
        """Tell whether the new release may declare a name in what could not be read."""
        return name in self.unread or "*" in self.unread

    def open_before(self, name: str) -> bool:
        """Tell whether the old release may have declared a name in what could not be read."""
        return name in self._unread_old or "*" in self._unread_old

    @staticmethod
    def taken_over(old: Typedef | Record | Enum, new: Typedef | Record | Enum) -> bool:
        """Tell whether a library defines a type itself that it had from a header of others."""
        return new.own and not old.own

    def include(self, location: Location) -> str:
        """Return what a program includes to see a declaration of the old release."""
        return self._via.get(location.path, "") or self._via_new.get(location.path, "")

    @cached_property
    def old_marks(self) -> Items:
        """What is public in the old release."""
        return marks(self.old)

    @cached_property
    def new_marks(self) -> Items:
        """What is public in the new release."""
        return marks(self.new)

    @cached_property
    def new_constants(self) -> dict[str, Enumerator]:
        """The new release's enumeration constants, those of its other libraries included."""
        found: dict[str, Enumerator] = {}
        for library in reversed((self.new, *self.elsewhere)):
            found.update(library.constants())
        return found

    @cached_property
    def old_constants(self) -> dict[str, Enumerator]:
        """The old release's enumeration constants."""
        return self.old.constants()

    @cached_property
    def version_names(self) -> frozenset[str]:
        """The macros that carry the version in both releases."""
        return frozenset(
            name
            for name, macro in self.old.macros.items()
            if macro.value.kind == "version"
            and name in self.new.macros
            and self.new.macros[name].value.kind == "version"
        )

    @cached_property
    def old_version(self) -> str:
        """The old release's version, as its headers or its name say."""
        return _version(self.old, self.version_names)

    @cached_property
    def new_version(self) -> str:
        """The new release's version, as its headers or its name say."""
        return _version(self.new, self.version_names)

    def lent(self, name: str, kind: str, text: str, location: Location) -> bool:
        """Tell whether a program that includes the header of old gets the same from a header of others now."""
        found = self.new.lent.get(name)
        if found is None or found.kind != kind or found.text != text:
            return False
        include = next((header.include for header in self.old.headers if header.path == location.path), "")
        return any(found.path in header.sees for header in self.new.headers if header.include == include)

    def alias(self, name: str) -> str:
        """Return what ``#define NAME OTHER`` makes of a name in the new release, or an empty text."""
        macro = self.new.macros.get(name)
        if macro is None or macro.parameters is not None:
            return ""
        return macro.value.text if macro.value.kind in ("name", "type") else ""

    def declared(self, name: str) -> FunctionDecl | Variable | Typedef | Enumerator | None:
        """Find an ordinary identifier of the new release (§6.2.3)."""
        return (
            self.new.functions.get(name)
            or self.new.variables.get(name)
            or self.new.typedefs.get(name)
            or self.new_constants.get(name)
        )

    def in_sight(self, old: Mark, new: Mark) -> bool:
        """Tell whether who includes the header of an old declaration sees a new one, in that header or behind it."""
        include = self._names.get(old.location.path, "")
        header = self._by_name.get(include)
        place = self._new_headers.get(new.location.path)
        return header is None or place is None or not header.brings or place.include in header.brings

    @cached_property
    def _names(self) -> dict[str, str]:
        return {header.path: header.include for header in self.old.headers}

    @cached_property
    def _new_headers(self) -> dict[str, Header]:
        return {header.path: header for header in self.new.headers}

    @cached_property
    def _by_name(self) -> dict[str, Header]:
        return {header.include: header for header in self.new.headers}

    def object_number(self, name: str, *, old: bool = False) -> int | None:
        """Return the number of a constant object that one release's headers define: ``static const int N = 3``."""
        variable = (self.old if old else self.new).variables.get(name)
        if variable is None or variable.linkage == "extern" or not isinstance(variable.type, Qualified):
            return None
        return int(variable.value) if "const" in variable.type.qualifiers and _WHOLE.fullmatch(variable.value) else None

    def alias_type(self, name: str) -> Type | None:
        """Return the type that ``#define NAME type`` gives in the new release."""
        text = self.alias(name)
        return TypedefRef(text) if text in self.new.typedefs else None


def _version(library: Library, names: frozenset[str]) -> str:
    texts = [library.macros[name].value.text for name in sorted(names) if library.macros[name].value.number is None]
    dotted = [text for text in texts if _DOTTED.fullmatch(text)]
    return max(dotted, key=len, default=library.version)
