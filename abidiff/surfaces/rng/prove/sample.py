"""Random members of a schema's language: the measure of every claim that one schema includes another."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from abidiff.markup import escape
from abidiff.surfaces.rng.decide.algebra import NONE
from abidiff.surfaces.rng.model import (
    EMPTY,
    Attribute,
    Choice,
    Data,
    Element,
    Group,
    Interleave,
    List,
    NotAllowed,
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
from abidiff.surfaces.rng.values.interning import interning

MAX_ELEMENTS = 400
"""From so many elements on a document is brought to its end as shortly as possible."""
MAX_DEPTH = 60
MAX_NESTED = 180
"""So deep patterns may stand in each other, elements among them; from a third of it on the shortest way is taken."""
MAX_RETRIES = 60
"""So often elements of one document are drawn anew because they did not come to an end."""
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


def to_xml(root: Made, bound: Mapping[str, str] | None = None) -> bytes:
    """Write a document; all prefixes are declared on the root element, those of values (``bound``) too."""
    prefixes: dict[str, str] = {"": "", XML: "xml:"}
    declared = [f" xmlns:{prefix}={_quoted(ns)}" for ns, prefix in (bound or {}).items()]

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
        self.schemas = schemas
        self.nodes = schemas.nodes
        self.elements = schemas.elements
        self.words = Words()
        self.costs = costs(schemas.nodes, schemas.elements)
        self.ways = Ways(schemas.nodes, schemas.elements, self.costs)
        self._patterns = Patterns(schemas.nodes, schemas.elements)
        self._left = 0
        self._dense = 0.5
        self._deep = 0
        self._nested = 0
        self._retries = 0
        self._ids = 0
        self._short = False
        self._target = -1
        self._way: array[int] | None = None
        self._bound: dict[str, str] = {}

    # -- documents

    def document(self, start: int, random: Random, target: int = -1) -> bytes | None:
        """Return a random document that matches a start node, or None when none was found.

        ``target`` is an element that it should hold: the way there is taken, the rest left small.
        """
        if self.costs[start] >= FOREVER:
            return None
        for attempt in range(20):
            self._left = MAX_ELEMENTS
            self._deep = self._nested = self._retries = self._ids = 0
            self._target = target
            self._way = self.ways.to(target) if target >= 0 else None
            self._dense = random.choice(_DENSITIES)
            self._short = attempt >= 10
            self._bound = {}
            try:
                items = self.content(start, random).items
            except NoMember:
                continue
            root = next(item for item in items if not isinstance(item, str))
            return to_xml(root, self._bound)
        return self._least(start)

    def _least(self, start: int) -> bytes | None:
        """Return the smallest document, which is found whenever there is one."""
        with interning():
            return self._smallest(start)

    def _smallest(self, start: int) -> bytes | None:
        from abidiff.surfaces.rng.decide.bisimulation import Universe
        from abidiff.surfaces.rng.decide.members import DocumentElement, Members
        from abidiff.surfaces.rng.prove.witness import NoWitnessError
        from abidiff.surfaces.rng.prove.witness import to_xml as written

        universe = Universe(self.schemas, Schemas((NotAllowed(),), (), ()))
        pattern = universe.start(0, start)
        found = Members(universe).least(pattern).children if pattern is not NONE else []
        try:
            return next((written(one).rstrip(b"\n") for one in found if isinstance(one, DocumentElement)), None)
        except NoWitnessError:
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
        content = self._filled(element, random)
        self._dense = dense
        self._deep -= 1
        return Made(name, content)

    def _filled(self, element: Element, random: Random) -> Content:
        """Return an element's content: where one does not come to an end, another one, the last as short as can be."""
        before, short = (self._way, self._target, self._deep), self._short
        for tried in range(3):
            try:
                found = self.content(element.content, random)
            except NoMember:
                self._retries += 1
                if tried == 2 or self._retries > MAX_RETRIES:
                    self._short = short
                    raise
                self._way, self._target, self._deep = before
                self._dense, self._short = 0.0, short or tried == 1
            else:
                self._short = short
                return found
        raise NoMember

    def _hurry(self) -> bool:
        return self._short or self._left <= 0 or self._deep >= MAX_DEPTH // 2 or self._nested > MAX_NESTED // 3

    # -- patterns

    def content(self, index: int, random: Random) -> Content:
        """Return a random member of a node's language; raises NoMember."""
        if self._nested >= MAX_NESTED:
            raise NoMember
        self._nested += 1
        try:
            return self._member(index, random)
        finally:
            self._nested -= 1

    def _member(self, index: int, random: Random) -> Content:
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
        found: list[Content] = []
        if way is None:
            for part in parts:
                found.append(self.content(part, random))
            return found
        able = [place for place, part in enumerate(parts) if way[part] != FAR]
        chosen = random.choice(able) if able else -1
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
        if node.datatype == "NOTATION":
            raise NoMember
        if node.datatype == "QName":
            prefix, colon, local = node.text.strip().partition(":")
            ns = dict(node.context).get(prefix if colon else "", "")
            local = local if colon else prefix
            return f"{self._bound.setdefault(ns, f'q{len(self._bound)}')}:{local}" if ns else local
        if node.datatype == "token" and not node.library and random.random() < 0.02:
            return f" {node.text} "
        return node.text

    def _data(self, node: Data, random: Random) -> str:
        if node.datatype in ("NOTATION", "ENTITY", "ENTITIES"):
            raise NoMember
        if node.datatype == "ID" and not node.params and node.except_ < 0:
            self._ids += 1
            return f"id{self._ids}"
        if node.datatype in ("IDREF", "IDREFS") and not node.params and node.except_ < 0:
            return f"id{random.randint(1, max(1, self._ids))}"
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
