"""Is a document in the language of a schema?  (RELAX NG specification, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from lxml import etree

from abidiff.errors import LimitError, ParseError
from abidiff.limits import now, raising
from abidiff.location import Location
from abidiff.surfaces.rng.model import NOT_ALLOWED, Schemas
from abidiff.surfaces.rng.names import Space, braced
from abidiff.surfaces.rng.read.parser import OutsideError, outside, parser
from abidiff.surfaces.rng.validate.patterns import WS, Context, Patterns
from abidiff.wording import listed

SOFT_LIMIT = 150_000
"""The store of derivatives starts anew, between documents, when it has grown so much."""
_NO_CONTEXT: Mapping[str, str] = {}


class Invalid(msgspec.Struct, frozen=True):
    """Why a document is not valid: the first place where no continuation exists."""

    message: str
    location: Location
    path: str = ""
    expected: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = f"{self.location}: {self.message}"
        if self.expected:
            text += f"\n  expected: {listed(self.expected, 12)}"
        return text


def parse_document(data: bytes, name: str) -> Any:
    """Parse a document; raises ParseError."""
    for limit, count, most, unit in (
        ("instance-bytes", len(data), now().instance_bytes, "bytes"),
        ("instance-tags", data.count(b"<"), now().instance_tags, "tags"),
    ):
        if count > most:
            raise ParseError(f"more than {most} {unit} (limit {limit})", Location(name), hint=raising(limit))
    try:
        return etree.fromstring(data, parser(entities=True))
    except OutsideError as error:
        message, hint = outside(error)
        raise ParseError(message, Location(name), hint=hint) from None
    except etree.XMLSyntaxError as error:
        line, column = error.position
        lines = data.split(b"\n", line)
        text = lines[line - 1].decode("utf-8", "replace") if 0 < line <= len(lines) else ""
        raise ParseError(f"not well-formed XML: {error.msg}", Location(name, line, column), line_text=text) from None


class Validator:
    """Validates documents against the schemas of one release; derivatives are kept between documents.

    ``space``  how messages write the namespaces of names; without it, those of what a document has are left out.
    """

    def __init__(self, schemas: Schemas, space: Space | None = None) -> None:
        self.schemas = schemas
        self.space = space
        self.patterns = Patterns(schemas.nodes, schemas.elements)
        self.needs_context = any(
            getattr(node, "datatype", "") in ("QName", "NOTATION", "ENTITY", "ENTITIES") for node in schemas.nodes
        )

    def validate(self, start: int, root: Any, name: str = "") -> Invalid | None:
        """Return why a parsed document does not match a start node, or None; raises LimitError."""
        patterns = self.patterns
        if len(patterns.kinds) > len(patterns.nodes) + SOFT_LIMIT:
            patterns = self.patterns = Patterns(self.schemas.nodes, self.schemas.elements)
        try:
            return _Run(patterns, self.needs_context, name, self.space).document(start, root)
        except RecursionError:
            raise LimitError("patterns are nested too deep") from None

    def valid(self, start: int, root: Any) -> bool:
        """Whether a parsed document matches."""
        return self.validate(start, root) is None


class _Run:
    """One document."""

    def __init__(self, patterns: Patterns, needs_context: bool, name: str, space: Space | None) -> None:
        self.patterns = patterns
        self.needs_context = needs_context
        self.name = name
        self.space = space
        self.listed = space or braced

    def document(self, start: int, root: Any) -> Invalid | None:
        """Walk over the tree without recursion."""
        state = self.open(start, root)
        if isinstance(state, Invalid):
            return state
        stack = [(root, iter(root))] if len(root) else []
        if not stack:
            state = self.leaf(state, root)
            return state if isinstance(state, Invalid) else None
        state = self.mixed(state, root, root.text)
        while stack and not isinstance(state, Invalid):
            parent, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                state = self.end(state, parent)
                if stack and not isinstance(state, Invalid):
                    state = self.mixed(state, parent, parent.tail)
                continue
            if not isinstance(child.tag, str):
                return self.bad("an entity reference that can't be expanded", parent)
            state = self.open(state, child)
            if isinstance(state, Invalid):
                break
            if len(child):
                state = self.mixed(state, child, child.text)
                stack.append((child, iter(child)))
            else:
                state = self.leaf(state, child)
                if not isinstance(state, Invalid):
                    state = self.mixed(state, child, child.tail)
        return state if isinstance(state, Invalid) else None

    def open(self, state: int, element: Any) -> int | Invalid:
        """A start tag with its attributes."""
        patterns = self.patterns
        after = patterns.open_tag(state, element.tag)
        if after == NOT_ALLOWED:
            return self.unexpected(state, element)
        context = self.context(element)
        for name, value in element.attrib.items():
            named = patterns.attribute(after, name)
            if named == NOT_ALLOWED:
                return self.bad_attribute(after, element, name)
            after = patterns.attribute_value(named, value, context)
            if after == NOT_ALLOWED:
                from abidiff.surfaces.rng.validate.expected import values

                return self.bad(
                    f"attribute '{self.short(name)}' of <{self.short(element.tag)}> can't be {shown(value)}",
                    element,
                    values(patterns, named),
                )
        closed = patterns.close_tag(after)
        if closed == NOT_ALLOWED:
            from abidiff.surfaces.rng.validate.expected import missing_attributes

            return self.bad(
                f"<{self.short(element.tag)}> lacks an attribute",
                element,
                missing_attributes(patterns, after, self.listed),
            )
        return closed

    def leaf(self, state: int, element: Any) -> int | Invalid:
        """An element without child elements: its text, and its end."""
        patterns = self.patterns
        text = element.text or ""
        after = patterns.text(state, text, self.context(element) if text else _NO_CONTEXT)
        if not text.strip(WS):
            after = patterns.choice((state, after))
        elif after == NOT_ALLOWED:
            from abidiff.surfaces.rng.validate.expected import values

            return self.bad(
                f"<{self.short(element.tag)}> can't have the text {shown(text)}", element, values(patterns, state)
            )
        return self.end(after, element)

    def mixed(self, state: int, element: Any, text: str | None) -> int | Invalid:
        """Text beside elements; white space alone does not count."""
        if not text or not text.strip(WS):
            return state
        after = self.patterns.text(state, text, self.context(element))
        if after == NOT_ALLOWED:
            return self.bad(f"text {shown(text)} is not allowed beside elements", element)
        return after

    def end(self, state: int, element: Any) -> int | Invalid:
        """An end tag."""
        after = self.patterns.end_tag(state)
        if after == NOT_ALLOWED:
            from abidiff.surfaces.rng.validate.expected import elements, values

            wanted = elements(self.patterns, state, self.listed)
            if wanted:
                return self.bad(f"<{self.short(element.tag)}> is not complete", element, wanted)
            return self.bad(f"<{self.short(element.tag)}> can't be without text", element, values(self.patterns, state))
        return after

    # -- messages

    def context(self, element: Any) -> Context:
        """The namespaces in scope, for QName and the like; nothing when no datatype asks."""
        if not self.needs_context:
            return _NO_CONTEXT
        return {prefix or "": uri for prefix, uri in element.nsmap.items()}

    def bad(self, message: str, element: Any, expected: tuple[str, ...] = ()) -> Invalid:
        steps = [self.short(element.tag), *(self.short(one.tag) for one in element.iterancestors())]
        location = Location(self.name, element.sourceline or 0)
        return Invalid(message, location, "/".join(reversed(steps)), expected)

    def unexpected(self, state: int, element: Any) -> Invalid:
        from abidiff.surfaces.rng.validate.expected import elements

        parent = element.getparent()
        where = f"in <{self.short(parent.tag)}>" if parent is not None else "as the root"
        message = f"element <{self.short(element.tag)}> is not allowed here {where}"
        return self.bad(message, element, elements(self.patterns, state, self.listed))

    def bad_attribute(self, state: int, element: Any, name: str) -> Invalid:
        from abidiff.surfaces.rng.validate.expected import attributes

        message = f"attribute '{self.short(name)}' is not allowed on <{self.short(element.tag)}> here"
        return self.bad(message, element, attributes(self.patterns, state, self.listed))

    def short(self, tag: str) -> str:
        """Return a name of a document as a message writes it."""
        if self.space is None:
            return short(tag)
        ns, _, local = tag.removeprefix("{").rpartition("}")
        return self.space(ns) + local


def short(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]


def shown(text: str) -> str:
    """Return a text for a message, quoted and cut."""
    text = text if len(text) <= 60 else text[:57] + "..."
    return "'" + "".join(c if c.isprintable() else repr(c)[1:-1] for c in text) + "'"
