"""What stands in a schema file, before grammars are resolved (between sections 3 and 4.16)."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from abidiff.location import Location
from abidiff.surfaces.rng.names import NameClass

Kind: TypeAlias = Literal[
    "notAllowed",
    "empty",
    "text",
    "choice",
    "interleave",
    "group",
    "oneOrMore",
    "list",
    "data",
    "value",
    "attribute",
    "element",
    "ref",
    "parentRef",
    "grammar",
]

START = ""
"""The name under which ``start`` stands among the defines."""


IMPLIED = "implied"
"""The text of a group that is not written, but what several patterns in one element or define are (4.12)."""


class Raw(msgspec.Struct, frozen=True, eq=False, array_like=True):
    """A pattern as read; ``text`` is a ref's name, an attribute's default value, IMPLIED of a group, or None."""

    kind: Kind
    location: Location
    parts: tuple[Raw, ...] = ()
    names: NameClass | None = None
    text: str | None = None
    datatype: tuple[str, str] = ("", "")
    params: tuple[tuple[str, str], ...] = ()
    grammar: Grammar | None = None


class Uses(msgspec.Struct, eq=False, array_like=True):
    """The names that a pattern refers to: name → (first place, whether outside of any element).

    ``grammars`` are the grammars nested in it, at the first level.
    """

    refs: dict[str, tuple[Location, bool]] = msgspec.field(default_factory=dict)
    parents: dict[str, tuple[Location, bool]] = msgspec.field(default_factory=dict)
    grammars: list[Grammar] = msgspec.field(default_factory=list)
    merged: set[tuple[Uses, bool]] = msgspec.field(default_factory=set)

    def add(self, name: str, location: Location, direct: bool, *, parent: bool = False) -> None:
        """Note a ref or a parentRef."""
        table = self.parents if parent else self.refs
        old = table.get(name)
        if old is None or (direct and not old[1]):
            table[name] = (location, direct)

    def merge(self, other: Uses, direct: bool) -> None:
        """Note all that another pattern uses, which stands in this one (perhaps often)."""
        if (other, direct) in self.merged:
            return
        self.merged.add((other, direct))
        for name, (location, was) in other.refs.items():
            self.add(name, location, direct and was)
        for name, (location, was) in other.parents.items():
            self.add(name, location, direct and was, parent=True)
        self.grammars += other.grammars


class Component(msgspec.Struct, frozen=True, eq=False, array_like=True, tag="component"):
    """A ``define`` or (by the name :data:`START`) a ``start`` of a grammar."""

    name: str
    combine: str
    body: Raw
    location: Location
    uses: Uses


class Include(msgspec.Struct, frozen=True, eq=False, array_like=True, tag="include"):
    """An ``include`` (4.7): the file, the ``ns`` that it inherits, and the components that override its own."""

    path: str
    ns: str
    overrides: tuple[Component, ...]


Content: TypeAlias = tuple[Component | Include, ...]


class GrammarFile(msgspec.Struct, frozen=True, eq=False, array_like=True):
    """A file that is one grammar and takes nothing from others but by ``include``: what can be remembered of it.

    ``prefixes`` are those that its root declares: (namespace, prefix).
    """

    location: Location
    content: Content
    prefixes: tuple[tuple[str, str], ...] = ()


class Grammar(msgspec.Struct, frozen=True, eq=False, array_like=True):
    """A grammar with its includes merged in (section 4.7), in document order."""

    components: tuple[Component, ...]
    location: Location

    @property
    def uses_parent(self) -> bool:
        """Whether some parentRef leads out of it."""
        return any(component.uses.parents for component in self.components)
