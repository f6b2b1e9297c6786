"""The restrictions of section 7, checked on the finished node table in one pass.

Parts stand before what they are parts of, so one loop over the nodes computes, for
each, what occurs in it and its content type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from abidiff.errors import LimitError
from abidiff.limits import now, passed
from abidiff.surfaces.rng.model import (
    Attribute,
    Choice,
    Element,
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
    children,
)
from abidiff.surfaces.rng.names import Name, NameClass, is_finite, overlap

ATTRIBUTE = 1
ATTRIBUTE_IN_GROUP = 2
OPEN_ATTRIBUTE = 4
ELEMENT = 8
TEXT = 16
LIST = 32
INTERLEAVE = 64
GROUP = 128
ONE_OR_MORE = 256
DATA = 512
VALUE = 1024
EMPTY = 2048

_NAMES = {
    ATTRIBUTE: "attribute",
    ELEMENT: "element",
    TEXT: "text",
    LIST: "list",
    INTERLEAVE: "interleave",
    GROUP: "group",
    ONE_OR_MORE: "oneOrMore",
    DATA: "data",
    VALUE: "value",
    EMPTY: "empty",
}

_IN_LIST = LIST | ELEMENT | ATTRIBUTE | TEXT | INTERLEAVE
_IN_EXCEPT = ATTRIBUTE | ELEMENT | LIST | TEXT | GROUP | INTERLEAVE | ONE_OR_MORE | EMPTY
_IN_START = ATTRIBUTE | DATA | VALUE | TEXT | LIST | GROUP | INTERLEAVE | ONE_OR_MORE | EMPTY

# Content types (7.2).
EMPTY_CONTENT, COMPLEX, SIMPLE, NONE = 0, 1, 2, 3

# What has no parts: what occurs in it, and its content type.
_LEAVES: Mapping[type, tuple[int, int]] = {
    Value: (VALUE, SIMPLE),
    Ref: (ELEMENT, COMPLEX),
    Text: (TEXT, COMPLEX),
    Empty: (EMPTY, EMPTY_CONTENT),
    NotAllowed: (0, EMPTY_CONTENT),
}

# The name classes of the attributes, or of the elements, that occur in a pattern.
Names = tuple[frozenset[Name], tuple[NameClass, ...]]
_NO_NAMES: Names = (frozenset(), ())


class Restrictions:
    """What is wrong with the nodes and elements of a table."""

    def __init__(self, nodes: Sequence[Node], elements: Sequence[Element | None]) -> None:
        self.nodes = nodes
        self.elements = elements
        self.flags: list[int] = []
        self.content: list[int] = []
        self.wrong: dict[int, str] = {}
        self._attributes: dict[int, Names] = {}
        self._elements: dict[int, Names] = {}
        self._singles: dict[NameClass, Names] = {}
        for index, node in enumerate(nodes):
            self._look_at(index, node)

    def of_element(self, element: Element) -> str | None:
        """Return what is wrong in an element's content, if anything."""
        index = element.content
        if index in self.wrong:
            return self.wrong[index]
        if self.content[index] == NONE:
            return "text of a type stands beside other content; only attributes may stand beside it (7.2)"
        if self.flags[index] & OPEN_ATTRIBUTE:
            return "an attribute with anyName or nsName has to be in a oneOrMore or zeroOrMore (7.3)"
        return None

    def of_start(self, index: int) -> str | None:
        """Return what is wrong with a start pattern (7.1.5), if anything."""
        if index in self.wrong:
            return self.wrong[index]
        bad = self.flags[index] & _IN_START
        return f"the start can be elements only, not {_name(bad)} (7.1.5)" if bad else None

    # -- one node

    def _look_at(self, index: int, node: Node) -> None:
        known = _LEAVES.get(type(node))
        if known is not None:
            self.flags.append(known[0])
            self.content.append(known[1])
            return
        parts = children(node)
        if self.wrong:
            for part in parts:
                if part in self.wrong:
                    self.wrong[index] = self.wrong[part]
        try:
            flags, content, wrong = self._summary(node, parts)
        except LimitError as error:
            flags, content, wrong = 0, EMPTY_CONTENT, f"{error.message}; {error.hint}"
        self.flags.append(flags)
        self.content.append(content)
        if wrong and index not in self.wrong:
            self.wrong[index] = wrong

    def _summary(self, node: Node, parts: tuple[int, ...]) -> tuple[int, int, str | None]:
        """Return what occurs in a node, its content type, and what is wrong with it."""
        flags = 0
        for part in parts:
            flags |= self.flags[part]
        if isinstance(node, Choice):
            return flags, max([self.content[part] for part in parts]), None
        if isinstance(node, Attribute):
            return self._attribute(node, flags)
        if isinstance(node, (Group, Interleave)):
            return self._sequence(node, flags)
        if isinstance(node, OneOrMore):
            content = self.content[node.body]
            repeated = SIMPLE if content == SIMPLE else content
            wrong = None
            if flags & ATTRIBUTE_IN_GROUP:
                wrong = "attributes can't be repeated: attribute below group or interleave below oneOrMore (7.1.2)"
            return (
                (flags & ~OPEN_ATTRIBUTE) | ONE_OR_MORE,
                NONE if repeated == SIMPLE else repeated,
                wrong,
            )
        if isinstance(node, List):
            bad = flags & _IN_LIST
            return LIST, SIMPLE, f"{_name(bad)} is not allowed in a list (7.1.3)" if bad else None
        bad = flags & _IN_EXCEPT
        return DATA, SIMPLE, f"{_name(bad)} is not allowed in the except of data (7.1.4)" if bad else None

    def _attribute(self, node: Attribute, flags: int) -> tuple[int, int, str | None]:
        wrong = None
        if flags & (ATTRIBUTE | ELEMENT):
            wrong = f"{_name(flags & (ATTRIBUTE | ELEMENT))} is not allowed in an attribute (7.1.1)"
        content = EMPTY_CONTENT if self.content[node.content] != NONE else NONE
        return ATTRIBUTE | (0 if is_finite(node.name) else OPEN_ATTRIBUTE), content, wrong

    def _sequence(self, node: Group | Interleave, flags: int) -> tuple[int, int, str | None]:
        contents = [self.content[part] for part in node.parts]
        content = max(contents)
        if content == SIMPLE and sum(one != EMPTY_CONTENT for one in contents) > 1:
            content = NONE
        wrong = None
        if flags & ATTRIBUTE:
            flags |= ATTRIBUTE_IN_GROUP
            wrong = self._clash([self.attributes(part) for part in node.parts if self.flags[part] & ATTRIBUTE])
            if wrong:
                wrong = f"attribute {wrong} can occur twice (7.3)"
        if isinstance(node, Interleave):
            wrong = wrong or self._interleave(node)
            return flags | INTERLEAVE, content, wrong
        return flags | GROUP, content, wrong

    def _interleave(self, node: Interleave) -> str | None:
        if sum(bool(self.flags[part] & TEXT) for part in node.parts) > 1:
            return "text stands in two branches of an interleave (7.4)"
        clash = self._clash([self.element_names(part) for part in node.parts if self.flags[part] & ELEMENT])
        return f"element {clash} stands in two branches of an interleave (7.4)" if clash else None

    # -- names

    def _clash(self, branches: list[Names]) -> str | None:
        """Return a name that stands in two of the branches."""
        seen: set[Name] = set()
        for names, _ in branches:
            twice = seen & names
            if twice:
                return f"'{min(map(str, twice))}'"
            seen |= names
        return self._wild_clash(branches)

    def _wild_clash(self, branches: list[Names]) -> str | None:
        """Compare every wildcard with what stands in the other branches."""
        wild = [(number, one) for number, (_, wilds) in enumerate(branches) for one in wilds]
        if not wild:
            return None
        if len(wild) * sum(len(names) + len(wilds) for names, wilds in branches) > now().schema_wildcards:
            raise passed("schema-wildcards", "too many wildcards stand beside each other")
        for number, one in wild:
            for other_number, (names, wilds) in enumerate(branches):
                if other_number != number:
                    for other in (*names, *wilds):
                        if overlap(one, other):
                            return f"'{other}'"
        return None

    def attributes(self, index: int) -> Names:
        """Return the names of the attributes that occur in a node."""
        return self._occurring(index, self._attributes, ATTRIBUTE)

    def element_names(self, index: int) -> Names:
        """Return the names of the elements that occur in a node."""
        return self._occurring(index, self._elements, ELEMENT)

    def _occurring(self, index: int, memo: dict[int, Names], flag: int) -> Names:
        if not self.flags[index] & flag:
            return _NO_NAMES
        found = memo.get(index)
        if found is None:
            node = self.nodes[index]
            if isinstance(node, Attribute):
                found = self._single(node.name)
            elif isinstance(node, Ref):
                element = self.elements[node.element]
                found = self._single(element.name) if element else _NO_NAMES
            else:
                below = [self._occurring(part, memo, flag) for part in children(node) if self.flags[part] & flag]
                found = (
                    below[0]
                    if len(below) == 1
                    else (
                        frozenset().union(*[names for names, _ in below]),
                        tuple(dict.fromkeys(one for _, wild in below for one in wild)),
                    )
                )
            memo[index] = found
        return found

    def _single(self, names: NameClass) -> Names:
        found = self._singles.get(names)
        if found is None:
            parts = (names,) if isinstance(names, Name) else getattr(names, "parts", (names,))
            found = self._singles[names] = (
                frozenset(part for part in parts if isinstance(part, Name)),
                tuple(part for part in parts if not isinstance(part, Name)),
            )
        return found


def _name(flags: int) -> str:
    return next(name for flag, name in _NAMES.items() if flags & flag)
