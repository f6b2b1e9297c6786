"""The node table while it grows: hash-consing constructors of the simplified form (4.12 to 4.21)."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.limits import now, passed
from abidiff.location import Location
from abidiff.surfaces.rng.model import (
    EMPTY,
    NOT_ALLOWED,
    Attribute,
    Choice,
    Data,
    Empty,
    Group,
    Interleave,
    List,
    Node,
    NotAllowed,
    OneOrMore,
    Ref,
    Text,
    Value,
)
from abidiff.surfaces.rng.names import NameClass


class Table:
    """Nodes by index, each once; locations count, so that equal attributes at two places are two."""

    def __init__(self) -> None:
        self.nodes: list[Node] = [NotAllowed(), Empty(), Text()]
        self._depth = [0, 0, 0]
        self._parts = 0
        self._index: dict[object, int] = {}
        self._bounds = now()

    def _node(self, key: object, node: Node, below: int) -> int:
        if below >= (bound := self._bounds.schema_nesting):
            raise passed("schema-nesting", f"patterns are nested more than {bound} deep between two elements")
        if len(self.nodes) + self._parts >= (bound := self._bounds.schema_patterns):
            raise passed("schema-patterns", f"the schemas have more than {bound} patterns and parts of them")
        self._index[key] = index = len(self.nodes)
        self.nodes.append(node)
        self._depth.append(below + 1)
        return index

    def _many(self, kind: type[Choice | Interleave | Group], parts: tuple[int, ...]) -> int:
        if len(parts) > self._bounds.schema_parts:
            raise passed("schema-parts", f"a {kind.__name__.lower()} has more than {self._bounds.schema_parts} parts")
        key = (kind, parts)
        found = self._index.get(key)
        if found is None:
            self._parts += len(parts)
            found = self._node(key, kind(parts), max([self._depth[part] for part in parts]))
        return found

    def choice(self, parts: Iterable[int]) -> int:
        """4.20: notAllowed is dropped; 4.21: empty stands first."""
        flat: dict[int, None] = {}
        for part in parts:
            node = self.nodes[part]
            if type(node) is Choice:
                flat.update(dict.fromkeys(node.parts))
            elif part != NOT_ALLOWED:
                flat[part] = None
        if len(flat) < 2:
            return next(iter(flat), NOT_ALLOWED)
        if EMPTY in flat:
            del flat[EMPTY]
            return self._many(Choice, (EMPTY, *flat))
        return self._many(Choice, tuple(flat))

    def sequence(self, kind: type[Group | Interleave], parts: Iterable[int]) -> int:
        """4.20: notAllowed wins; 4.21: empty is dropped."""
        flat: list[int] = []
        for part in parts:
            if part == NOT_ALLOWED:
                return NOT_ALLOWED
            node = self.nodes[part]
            if isinstance(node, kind):
                flat += node.parts
            elif part != EMPTY:
                flat.append(part)
        if len(flat) < 2:
            return flat[0] if flat else EMPTY
        return self._many(kind, tuple(flat))

    def group(self, parts: Iterable[int]) -> int:
        """Patterns one after the other."""
        return self.sequence(Group, parts)

    def interleave(self, parts: Iterable[int]) -> int:
        """Patterns mixed."""
        return self.sequence(Interleave, parts)

    def one_or_more(self, body: int) -> int:
        """One or more."""
        if body in (NOT_ALLOWED, EMPTY) or type(self.nodes[body]) is OneOrMore:
            return body
        return self._index.get((OneOrMore, body)) or self._node((OneOrMore, body), OneOrMore(body), self._depth[body])

    def list_(self, body: int) -> int:
        """Tokens."""
        if body == NOT_ALLOWED:
            return body
        return self._index.get((List, body)) or self._node((List, body), List(body), self._depth[body])

    def data(
        self,
        datatype: tuple[str, str],
        params: tuple[tuple[str, str], ...],
        except_: int,
        location: Location,
    ) -> int:
        """Text of a type; ``except_`` is NOT_ALLOWED when nothing is taken out."""
        taken = -1 if except_ == NOT_ALLOWED else except_
        key = (Data, datatype, params, taken, location)
        found = self._index.get(key)
        if found is None:
            node = Data(*datatype, params, taken, location)
            found = self._node(key, node, self._depth[taken] if taken >= 0 else 0)
        return found

    def value(
        self, datatype: tuple[str, str], text: str, context: tuple[tuple[str, str], ...], location: Location
    ) -> int:
        """One value."""
        key = (Value, datatype, text, context, location)
        return self._index.get(key) or self._node(key, Value(*datatype, text, context, location), 0)

    def attribute(self, names: NameClass, content: int, location: Location, default: str | None) -> int:
        """An attribute; one that can have no value is not allowed."""
        if content == NOT_ALLOWED:
            return NOT_ALLOWED
        key = (Attribute, names, content, location, default)
        return self._index.get(key) or self._node(
            key, Attribute(names, content, location, default), self._depth[content]
        )

    def ref(self, element: int) -> int:
        """An element."""
        return self._index.get((Ref, element)) or self._node((Ref, element), Ref(element), 0)
