"""The elements, attributes and values that schemas know, by the path that leads to them.

``domain/devices/tpm/@model=tpm-crb`` is a value, ``domain/devices/tpm/@model`` an attribute, ``domain/devices/tpm`` an
element.  An element that is reached again inside of itself is not followed again.
"""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.history.items.item import Item
from abidiff.surfaces.rng.model import Attribute, Data, List, Ref, Schema, Schemas, Text, Value, children
from abidiff.surfaces.rng.names import AnyName, Name, NameChoice, NameClass, NsName

MAX_PATHS = 60_000
"""Of one schema; what is beyond is not told."""
MAX_PARTS = 32
"""Elements on a path."""


def items(model: Schemas) -> Iterator[Item]:
    """Yield what every schema knows."""
    walker = _Walker(model)
    for schema in model.schemas:
        yield from walker.paths(schema)


class _Content:
    """What stands directly in some elements: by name, child elements, attributes' contents, and texts."""

    __slots__ = ("attributes", "elements", "kinds", "values")

    def __init__(self) -> None:
        self.elements: dict[str, set[int]] = {}
        self.attributes: dict[str, set[int]] = {}
        self.values: set[str] = set()
        self.kinds: set[str] = set()


class _Walker:
    def __init__(self, model: Schemas) -> None:
        self.model = model
        self.prefixes = {uri: prefix for prefix, uri in model.prefixes if prefix}
        self.known: dict[frozenset[int], _Content] = {}
        self.lower = 0

    def paths(self, schema: Schema) -> Iterator[Item]:
        """Yield the items of one schema, breadth first."""
        free = {uri for _, uri in schema.free_namespaces}
        top = self._content(frozenset((schema.start,)))
        pending = [(name, frozenset(ids), frozenset[frozenset[int]]()) for name, ids in sorted(top.elements.items())]
        count = 0
        for path, elements, above in pending:
            content = self._content(frozenset(self.model.elements[n].content for n in elements))
            yield Item("element", schema.name, path, " ".join(sorted(content.kinds)))
            yield from (Item("value", schema.name, f"{path}={value}") for value in content.values)
            for name, bodies in content.attributes.items():
                inner = self._content(frozenset(bodies))
                yield Item("attribute", schema.name, f"{path}/@{name}", " ".join(sorted(inner.kinds)))
                yield from (Item("value", schema.name, f"{path}/@{name}={value}") for value in inner.values)
                count += 1 + len(inner.values)
            count += 1 + len(content.values)
            if count > MAX_PATHS or len(above) >= MAX_PARTS or elements in above:
                continue
            seen = above | {elements}
            pending += [
                (f"{path}/{name}", frozenset(ids), seen)
                for name, ids in sorted(content.elements.items())
                if not (name.startswith("{") and name[1:].partition("}")[0] in free)
            ]

    def _content(self, nodes: frozenset[int]) -> _Content:
        found = self.known.get(nodes)
        if found is None:
            found = self.known[nodes] = _Content()
            self._collect(nodes, found)
        return found

    def _collect(self, nodes: frozenset[int], into: _Content) -> None:
        pending, seen = list(nodes), set(nodes)
        while pending:
            node = self.model.nodes[pending.pop()]
            match node:
                case Ref(element):
                    for name in self._names(self.model.elements[element].name):
                        into.elements.setdefault(name, set()).add(element)
                case Attribute():
                    for name in self._names(node.name):
                        into.attributes.setdefault(name, set()).add(node.content)
                case Value():
                    into.values.add(node.text[:200])
                case Data():
                    into.kinds.add(node.datatype)
                case Text():
                    into.kinds.add("text")
                case _:
                    if isinstance(node, List):
                        into.kinds.add("list")
                    new = [part for part in children(node) if part not in seen]
                    seen.update(new)
                    pending += new

    def _names(self, names: NameClass) -> list[str]:
        """Return how paths name what a name class holds; ``*`` for names without number."""
        match names:
            case Name(ns, local):
                prefix = self.prefixes.get(ns)
                return [local if not ns else f"{prefix}:{local}" if prefix else f"{{{ns}}}{local}"]
            case NameChoice(parts):
                return [name for part in parts for name in self._names(part)]
            case NsName() | AnyName():
                return ["*"]
