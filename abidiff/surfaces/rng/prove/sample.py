"""Random members of a schema's language: the measure of every claim that one schema includes another."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from random import Random

from abidiff.markup import escape
from abidiff.surfaces.rng.model import (
    EMPTY,
    Attribute,
    Choice,
    Data,
    Element,
    Group,
    Interleave,
    List,
    OneOrMore,
    Ref,
    Schema,
    Schemas,
    Text,
    Value,
)
from abidiff.surfaces.rng.names import AnyName, Name, NameChoice, NameClass, contains
from abidiff.surfaces.rng.prove.steering import FAR, FOREVER, Ways, costs
from abidiff.surfaces.rng.prove.words import Words
from abidiff.surfaces.rng.validate.patterns import Patterns

MAX_ELEMENTS = 400
"""From so many elements on a document is brought to its end as shortly as possible."""
MAX_DEPTH = 60
_DENSITIES = (0.02, 0.05, 0.2, 0.5, 0.8)
"""How likely something optional is there; drawn anew for each element."""
_WORDS = ("", "x", "some text", "a b", "42", "true", "/dev/null", "é")
_LOCALS = ("a", "b", "any", "other", "foo", "bar", "x1", "y-2")
_NAMESPACES = ("", "urn:any", "urn:other", "http://example.org/ns")

XML = "http://www.w3.org/XML/1998/namespace"


class NoMember(Exception):  # noqa: N818
    """This pattern has no member that could be found."""


Named = tuple[str, str]


@dataclass(slots=True)
class Content:
    """What an element is filled with; attributes by (namespace, local name)."""

    attributes: dict[Named, str] = field(default_factory=dict)
    items: list[Made | str] = field(default_factory=list)


@dataclass(slots=True)
class Made:
    """An element."""

    name: Named
    content: Content


def _quoted(text: str) -> str:
    text = escape(text).replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")
    return '"' + text.replace('"', "&quot;") + '"'


def to_xml(root: Made) -> bytes:
    """Write a document; all prefixes are declared on the root element."""
    prefixes: dict[str, str] = {"": "", XML: "xml:"}
    declared: list[str] = []

    def named(name: Named) -> str:
        ns, local = name
        if ns not in prefixes:
            prefixes[ns] = f"n{len(declared)}:"
            declared.append(f" xmlns:n{len(declared)}={_quoted(ns)}")
        return prefixes[ns] + local

    def written(made: Made, top: bool) -> str:
        name = named(made.name)
        attributes = "".join(f" {named(key)}={_quoted(value)}" for key, value in made.content.attributes.items())
        inside = "".join(
            escape(item).replace("\r", "&#13;") if isinstance(item, str) else written(item, False)
            for item in made.content.items
        )
        head = "".join(declared) if top else ""
        return f"<{name}{head}{attributes}>{inside}</{name}>" if inside else f"<{name}{head}{attributes}/>"

    return written(root, True).encode("utf-8", "replace")


class Sampler:
    """Draws documents at random."""

    def __init__(self, schemas: Schemas) -> None:
        self.nodes = schemas.nodes
        self.elements = schemas.elements
        self.words = Words()
        self.costs = costs(schemas.nodes, schemas.elements)
        self.ways = Ways(schemas.nodes, schemas.elements, self.costs)
        self._patterns = Patterns(schemas.nodes, schemas.elements)
        self._left = 0
        self._dense = 0.5
        self._deep = 0
        self._target = -1
        self._way: array[int] | None = None

    # -- documents

    def document(self, start: int, random: Random, target: int = -1) -> bytes | None:
        """Return a random document that matches a start node, or None when none was found.

        ``target`` is an element that it should hold: the way there is taken, the rest left small.
        """
        if self.costs[start] >= FOREVER:
            return None
        for _ in range(20):
            self._left = MAX_ELEMENTS
            self._deep = 0
            self._target = target
            self._way = self.ways.to(target) if target >= 0 else None
            self._dense = random.choice(_DENSITIES)
            try:
                items = self.content(start, random).items
            except NoMember:
                continue
            root = next(item for item in items if not isinstance(item, str))
            return to_xml(root)
        return None

    def anywhere(self, schema: Schema, random: Random) -> bytes | None:
        """Return a random document; every other one is steered to an element drawn evenly from all."""
        target = random.choice(schema.elements) if schema.elements and random.random() < 0.5 else -1
        return self.document(schema.start, random, target)

    def element(self, element: Element, random: Random) -> Made:
        """Return a random element; raises NoMember."""
        self._left -= 1
        self._deep += 1
        name = self._name(element.name, random)
        dense, self._dense = self._dense, random.choice(_DENSITIES)
        if self._way is not None and element.id == self._target:
            self._way, self._target, self._dense = None, -1, random.choice(_DENSITIES[2:])
        content = self.content(element.content, random)
        self._dense = dense
        self._deep -= 1
        return Made(name, content)

    def _hurry(self) -> bool:
        return self._left <= 0 or self._deep >= MAX_DEPTH // 2

    # -- patterns

    def content(self, index: int, random: Random) -> Content:
        """Return a random member of a node's language; raises NoMember."""
        node = self.nodes[index]
        match node:
            case Choice(parts):
                return self.content(self._pick(parts, random), random)
            case Group(parts):
                return self._join(self._each(parts, random))
            case Interleave(parts):
                return self._mix(self._each(parts, random), random)
            case OneOrMore(body):
                return self._repeat(body, random)
            case Ref(element):
                return Content(items=[self.element(self.elements[element], random)])
            case Attribute():
                return self._attribute(node, random)
            case Text():
                return Content(items=[random.choice(_WORDS)])
            case Value():
                return Content(items=[self._value(node, random)])
            case Data():
                return Content(items=[self._data(node, random)])
            case List(body):
                text = " ".join(str(item) for item in self.content(body, random).items)
                if not self._patterns.matches(index, text, {}):
                    raise NoMember  # a value with white space in it is no token
                return Content(items=[text])
        if index == EMPTY:
            return Content()
        raise NoMember

    def _each(self, parts: tuple[int, ...], random: Random) -> list[Content]:
        """Return members of all parts; one of them, if any can, goes on towards the target."""
        way = self._way
        if way is None:
            return [self.content(part, random) for part in parts]
        able = [place for place, part in enumerate(parts) if way[part] != FAR]
        chosen = random.choice(able) if able else -1
        found = []
        for place, part in enumerate(parts):
            self._way = way if place == chosen else None
            found.append(self.content(part, random))
        self._way = None
        return found

    def _pick(self, parts: tuple[int, ...], random: Random) -> int:
        if self._way is not None:
            way = self._way
            able = [part for part in parts if way[part] != FAR]
            if able:
                return min(able, key=lambda part: way[part]) if self._hurry() else random.choice(able)
            self._way = None
        best = min(self.costs[part] for part in parts)
        if best >= FOREVER:
            raise NoMember
        if self._hurry():
            return EMPTY if EMPTY in parts else random.choice([one for one in parts if self.costs[one] == best])
        if parts[0] == EMPTY and random.random() > self._dense:
            return EMPTY
        return random.choice([one for one in parts if self.costs[one] < FOREVER])

    def _repeat(self, body: int, random: Random) -> Content:
        found = [self.content(body, random)]
        self._way = None
        while not self._hurry() and random.random() < self._dense and len(found) < 5:
            more = self.content(body, random)
            if any(more.attributes.keys() & one.attributes.keys() for one in found):
                break
            found.append(more)
        return self._join(found)

    def _join(self, contents: list[Content]) -> Content:
        whole = Content()
        for content in contents:
            if whole.attributes.keys() & content.attributes.keys():
                raise NoMember
            whole.attributes.update(content.attributes)
            whole.items += content.items
        return whole

    def _mix(self, contents: list[Content], random: Random) -> Content:
        """Shuffle, each part keeping its own order."""
        whole = self._join(contents)
        order = [number for number, content in enumerate(contents) for _ in content.items]
        if random.random() < 0.5:
            random.shuffle(order)
        sources = [iter(content.items) for content in contents]
        whole.items = [next(sources[number]) for number in order]
        return whole

    def _attribute(self, node: Attribute, random: Random) -> Content:
        name = self._name(node.name, random)
        value = "".join(str(item) for item in self.content(node.content, random).items)
        return Content(attributes={name: value})

    def _value(self, node: Value, random: Random) -> str:
        if node.datatype in ("QName", "NOTATION"):
            raise NoMember
        if node.datatype == "token" and not node.library and random.random() < 0.02:
            return f" {node.text} "
        return node.text

    def _data(self, node: Data, random: Random) -> str:
        if node.datatype in ("QName", "NOTATION", "ENTITY", "ENTITIES"):
            raise NoMember
        for _ in range(5):
            text = self.words.word(node, random)
            if text is None:
                break
            if node.except_ < 0 or not self._patterns.matches(node.except_, text, {}):
                return text
        raise NoMember

    def _name(self, names: NameClass, random: Random) -> Named:
        """Return a random name of a name class."""
        if isinstance(names, Name):
            return names.ns, names.local
        if isinstance(names, NameChoice):
            return self._name(random.choice(names.parts), random)
        spaces = _NAMESPACES if isinstance(names, AnyName) else (names.ns,)
        for _ in range(20):
            name = (random.choice(spaces), random.choice(_LOCALS))
            if contains(names, *name):
                return name
        raise NoMember
