"""Where in a schema something is allowed: from a letter of the algebra back to lines of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from abidiff.location import Location
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.model import Attribute, Data, List, Node, Ref, Schema, Value, children
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, common, name_set


class Places:
    """Looks up places for one universe."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe

    def members(self, side: int, letter: int, schema: Schema) -> list[int]:
        """Return the elements of a side that are of a letter, those of the schema first."""
        found = self.universe.letters[letter].members[side]
        mine = set(schema.elements)
        return sorted(found, key=lambda number: (number not in mine, number))

    def element(self, side: int, letters: Iterable[int], schema: Schema) -> Location | None:
        """Return the place of an element."""
        for letter in sorted(letters):
            for number in self.members(side, letter, schema):
                return self.universe.models[side].elements[number].location
        return None

    def nodes(self, side: int, letters: Iterable[int], schema: Schema) -> Iterator[Node]:
        """Return the patterns in the content of some letters, through values but not through elements."""
        model = self.universe.models[side]
        for letter in sorted(letters):
            for number in self.members(side, letter, schema)[:1]:
                yield from below(model.nodes, model.elements[number].content)

    def attribute(
        self, side: int, letters: Iterable[int], names: NameSet, schema: Schema, value: str | None = None
    ) -> Location | None:
        """Return the place of an attribute, of the one that takes the value where there are several."""
        from abidiff.surfaces.rng.values.languages import holds

        found: Location | None = None
        for node in self.nodes(side, letters, schema):
            if isinstance(node, Attribute) and common(name_set(node.name), names) is not NO_NAME:
                if value is None or holds(self.universe.lang(side, node.content), value):
                    return node.location
                found = found or node.location
        return found

    def value(self, side: int, root: int, value: str | None) -> Location | None:
        """Return the place of the part of a value pattern that takes a text."""
        from abidiff.surfaces.rng.values.languages import holds

        if value is None:
            return None
        nodes = self.universe.models[side].nodes
        for index in sorted(indexes(nodes, root)):
            node = nodes[index]
            if isinstance(node, Value | Data) and holds(self.universe.lang(side, index), value):
                return node.location
        return None

    def value_of(
        self, side: int, letters: Iterable[int], names: NameSet, schema: Schema, value: str
    ) -> Location | None:
        """Return the place of the data or value that takes a text, in an attribute or in the content itself."""
        if names is NO_NAME:
            model = self.universe.models[side]
            roots = [
                model.elements[n].content for letter in sorted(letters) for n in self.members(side, letter, schema)[:1]
            ]
        else:
            roots = [
                node.content
                for node in self.nodes(side, letters, schema)
                if isinstance(node, Attribute) and common(name_set(node.name), names) is not NO_NAME
            ]
        return next((found for root in roots if (found := self.value(side, root, value))), None)

    def child(self, side: int, letters: Iterable[int], names: NameSet, schema: Schema) -> Location | None:
        """Return the place of a child element in the content of some letters."""
        model = self.universe.models[side]
        for node in self.nodes(side, letters, schema):
            if isinstance(node, Ref):
                element = model.elements[node.element]
                if common(name_set(element.name), names) is not NO_NAME:
                    return element.location
        return None


def indexes(nodes: tuple[Node, ...], root: int) -> set[int]:
    """Return the nodes below a node, not inside attributes."""
    seen = {root}
    stack = [root]
    while stack:
        node = nodes[stack.pop()]
        if isinstance(node, Attribute):
            continue
        for part in children(node):
            if part not in seen:
                seen.add(part)
                stack.append(part)
    return seen


def below(nodes: tuple[Node, ...], root: int) -> Iterator[Node]:
    """Return the patterns below a node, not inside attributes and values, in the order of the file."""
    seen = {root}
    stack = [root]
    while stack:
        node = nodes[stack.pop()]
        yield node
        if isinstance(node, Attribute | List | Data):
            continue
        for part in reversed(children(node)):
            if part not in seen:
                seen.add(part)
                stack.append(part)
