"""Where in a schema something is allowed: from a letter of the algebra back to lines of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from abidiff.location import Location
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.model import Attribute, Data, List, Node, Schema, Value, children
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, meets, name_set

_T = TypeVar("_T")


class _Named(Generic[_T]):
    """Things with names, in the order of the file."""

    def __init__(self) -> None:
        self._all: list[tuple[NameSet, _T]] = []
        self._single: dict[NameSet, list[_T]] = {}
        self._several = False

    def add(self, names: NameSet, one: _T) -> None:
        """Add one."""
        self._all.append((names, one))
        self._single.setdefault(names, []).append(one)
        self._several = self._several or names.single is None

    def of(self, names: NameSet) -> Iterable[_T]:
        """Return those that have a name in common with some."""
        if names.single is not None and not self._several:
            return self._single.get(names, ())
        return [one for known, one in self._all if meets(known, names)]


class Inside:
    """What an element's content names."""

    def __init__(self) -> None:
        self.attributes: _Named[Attribute] = _Named()
        self.children: _Named[int] = _Named()


class Places:
    """Looks up places for one universe."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self._members: dict[tuple[int, int, str], list[int]] = {}
        self._inside: dict[tuple[int, int], Inside] = {}

    def members(self, side: int, letter: int, schema: Schema) -> list[int]:
        """Return the elements of a side that are of a letter, those of the schema first."""
        found = self._members.get((side, letter, schema.name))
        if found is None:
            mine = set(schema.elements)
            members = self.universe.letters[letter].members[side]
            found = sorted(members, key=lambda number: (number not in mine, number))
            self._members[side, letter, schema.name] = found
        return found

    def element(self, side: int, letters: Iterable[int], schema: Schema) -> Location | None:
        """Return the place of an element."""
        for letter in sorted(letters):
            for number in self.members(side, letter, schema):
                return self.universe.models[side].elements[number].location
        return None

    def inside(self, side: int, element: int) -> Inside:
        """Return the attributes and the child elements that an element's content names."""
        found = self._inside.get((side, element))
        if found is None:
            model = self.universe.models[side]
            found = self._inside[side, element] = Inside()
            for node in self.universe.named(side, model.elements[element].content):
                if isinstance(node, Attribute):
                    found.attributes.add(name_set(node.name), node)
                else:
                    found.children.add(name_set(model.elements[node.element].name), node.element)
        return found

    def attributes(self, side: int, letters: Iterable[int], names: NameSet, schema: Schema) -> Iterator[Attribute]:
        """Return the attributes of some names in the content of some letters."""
        for letter in sorted(letters):
            for number in self.members(side, letter, schema)[:1]:
                yield from self.inside(side, number).attributes.of(names)

    def attribute(
        self, side: int, letters: Iterable[int], names: NameSet, schema: Schema, value: str | None = None
    ) -> Location | None:
        """Return the place of an attribute, of the one that takes the value where there are several."""
        from abidiff.surfaces.rng.values.languages import holds

        found: Location | None = None
        for node in self.attributes(side, letters, names, schema):
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
            roots = [node.content for node in self.attributes(side, letters, names, schema)]
        return next((found for root in roots if (found := self.value(side, root, value))), None)

    def child(self, side: int, letters: Iterable[int], names: NameSet, schema: Schema) -> Location | None:
        """Return the place of a child element in the content of some letters."""
        for letter in sorted(letters):
            for number in self.members(side, letter, schema)[:1]:
                for child in self.inside(side, number).children.of(names):
                    return self.universe.models[side].elements[child].location
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
