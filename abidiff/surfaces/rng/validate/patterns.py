"""Derivatives of patterns (James Clark, *An algorithm for RELAX NG validation*), each computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from abidiff.surfaces.rng.model import EMPTY, NOT_ALLOWED, TEXT, Attribute, Data, Element, Node, Value
from abidiff.surfaces.rng.names import contains
from abidiff.surfaces.rng.validate.hashcons import (
    K_AFTER,
    K_ATTRIBUTE,
    K_CHOICE,
    K_DATA,
    K_GROUP,
    K_INTERLEAVE,
    K_LIST,
    K_MORE,
    K_REF,
    K_TEXT,
    K_VALUE,
    Parts,
    Store,
)
from abidiff.surfaces.rng.values.datatypes import allows, equal
from abidiff.surfaces.rng.values.effort import spend

WS = " \t\r\n"
Context = Mapping[str, str]
_SPACES = str.maketrans("\t\r\n", "   ")


class Patterns(Store):
    """Patterns over the tables of one release, and what follows them."""

    def __init__(self, nodes: Sequence[Node], elements: Sequence[Element]) -> None:
        super().__init__(nodes, elements)
        self._open: dict[tuple[int, str], int] = {}
        self._attribute: dict[tuple[int, str], int] = {}
        self._close: dict[int, int] = {}
        self._text: dict[tuple[int, str], int] = {}

    def open_tag(self, pattern: int, tag: str) -> int:
        """Derivative with respect to a start tag, before its attributes (startTagOpenDeriv)."""
        key = (pattern, tag)
        found = self._open.get(key)
        if found is None:
            found = self._open[key] = self._open_tag(pattern, tag)
        return found

    def _open_tag(self, pattern: int, tag: str) -> int:
        kind = self.kinds[pattern]
        parts = self.parts[pattern]
        if kind == K_REF:
            element = self.elements[parts[0]]
            return self.after(element.content, EMPTY) if contains(element.name, *split(tag)) else NOT_ALLOWED
        if kind == K_CHOICE:
            return self.choice([self.open_tag(part, tag) for part in parts])
        if kind == K_INTERLEAVE:
            return self._in_any(parts, tag, self.open_tag, self.interleave)
        if kind == K_GROUP:
            found = []
            for index, part in enumerate(parts):
                derived = self.open_tag(part, tag)
                if derived:
                    tail = parts[index + 1 :]
                    found.append(self._then(derived, lambda x, tail=tail: self.group((x, *tail))))  # type: ignore[misc]
                if not self.nullable[part]:
                    break
            return self.choice(found)
        if kind == K_MORE:
            derived = self.open_tag(parts[0], tag)
            if derived == NOT_ALLOWED:
                return NOT_ALLOWED
            again = self.choice((EMPTY, pattern))
            return self._then(derived, lambda x: self.group((x, again)))
        if kind == K_AFTER:
            derived = self.open_tag(parts[0], tag)
            rest = parts[1]
            return self._then(derived, lambda x: self.after(x, rest)) if derived else NOT_ALLOWED
        return NOT_ALLOWED

    def _in_any(self, parts: Parts, name: str, derive: Callable[[int, str], int], join: Callable[[Parts], int]) -> int:
        """Derive one of the parts, the others staying as they are."""
        spend(8 * len(parts))
        found = []
        for index, part in enumerate(parts):
            derived = derive(part, name)
            if derived:
                head, tail = parts[:index], parts[index + 1 :]
                found.append(self._then(derived, lambda x, h=head, t=tail: join((*h, x, *t))))  # type: ignore[misc]
        return self.choice(found)

    def attribute(self, pattern: int, name: str) -> int:
        """Derivative with respect to an attribute's name: after(its value, what remains)."""
        key = (pattern, name)
        found = self._attribute.get(key)
        if found is None:
            found = self._attribute[key] = self._attribute_of(pattern, name)
        return found

    def _attribute_of(self, pattern: int, name: str) -> int:
        kind = self.kinds[pattern]
        parts = self.parts[pattern]
        if kind == K_ATTRIBUTE:
            node = self.nodes[pattern]
            assert isinstance(node, Attribute)
            return self.after(parts[0], EMPTY) if contains(node.name, *split(name)) else NOT_ALLOWED
        if kind == K_CHOICE:
            return self.choice([self.attribute(part, name) for part in parts])
        if kind == K_INTERLEAVE:
            return self._in_any(parts, name, self.attribute, self.interleave)
        if kind == K_GROUP:
            return self._in_any(parts, name, self.attribute, self.group)
        if kind == K_MORE:
            derived = self.attribute(parts[0], name)
            if derived == NOT_ALLOWED:
                return NOT_ALLOWED
            again = self.choice((EMPTY, pattern))
            return self._then(derived, lambda x: self.group((x, again)))
        if kind == K_AFTER:
            derived = self.attribute(parts[0], name)
            rest = parts[1]
            return self._then(derived, lambda x: self.after(x, rest)) if derived else NOT_ALLOWED
        return NOT_ALLOWED

    def attribute_value(self, pattern: int, text: str, context: Context) -> int:
        """What remains of a choice of after(value, rest) once the value is known."""
        kind = self.kinds[pattern]
        if kind == K_AFTER:
            content, rest = self.parts[pattern]
            return rest if self.matches(content, text, context) else NOT_ALLOWED
        return self.choice([self.attribute_value(part, text, context) for part in self.parts[pattern]])

    def close_tag(self, pattern: int) -> int:
        """Derivative with respect to the end of a start tag: no attributes any more."""
        found = self._close.get(pattern)
        if found is None:
            found = self._close[pattern] = self._close_tag(pattern)
        return found

    def _close_tag(self, pattern: int) -> int:
        kind = self.kinds[pattern]
        parts = self.parts[pattern]
        if kind == K_ATTRIBUTE:
            return NOT_ALLOWED
        if kind == K_CHOICE:
            return self.choice([self.close_tag(part) for part in parts])
        if kind == K_GROUP:
            return self.group([self.close_tag(part) for part in parts])
        if kind == K_INTERLEAVE:
            return self.interleave([self.close_tag(part) for part in parts])
        if kind == K_MORE:
            return self.more(self.close_tag(parts[0]))
        if kind == K_AFTER:
            return self.after(self.close_tag(parts[0]), parts[1])
        return pattern

    def end_tag(self, pattern: int) -> int:
        """Derivative with respect to an end tag."""
        if self.kinds[pattern] == K_AFTER:
            content, rest = self.parts[pattern]
            return rest if self.nullable[content] else NOT_ALLOWED
        return self.choice([self.end_tag(part) for part in self.parts[pattern]])

    # -- text

    def matches(self, pattern: int, text: str, context: Context) -> bool:
        """Whether a whole text (an attribute's value) is in a pattern (section 6.2.8 and 7)."""
        if self.nullable[pattern] and not text.strip(WS):
            return True
        return self.nullable[self.text(pattern, text, context)]

    def text(self, pattern: int, text: str, context: Context) -> int:
        """Derivative with respect to a text (textDeriv)."""
        if not self.has_data[pattern]:
            text = ""
        key = (pattern, text)
        found = self._text.get(key)
        if found is None:
            found = self._text_of(pattern, text, context)
            if len(text) <= 80 and not (context and self.has_data[pattern]):
                self._text[key] = found
        return found

    def _text_of(self, pattern: int, text: str, context: Context) -> int:
        kind = self.kinds[pattern]
        parts = self.parts[pattern]
        if kind == K_TEXT:
            return TEXT
        if kind == K_CHOICE:
            return self.choice([self.text(part, text, context) for part in parts])
        if kind in (K_DATA, K_VALUE):
            return EMPTY if self._single(pattern, text, context) else NOT_ALLOWED
        if kind == K_INTERLEAVE:
            found = []
            for index, part in enumerate(parts):
                derived = self.text(part, text, context)
                found.append(self.interleave((*parts[:index], derived, *parts[index + 1 :])))
            return self.choice(found)
        if kind == K_GROUP:
            found = []
            for index, part in enumerate(parts):
                found.append(self.group((self.text(part, text, context), *parts[index + 1 :])))
                if not self.nullable[part]:
                    break
            return self.choice(found)
        if kind == K_MORE:
            return self.group((self.text(parts[0], text, context), self.choice((EMPTY, pattern))))
        if kind == K_AFTER:
            return self.after(self.text(parts[0], text, context), parts[1])
        if kind == K_LIST:
            return self._tokens(parts[0], text, context)
        return NOT_ALLOWED

    def _tokens(self, body: int, text: str, context: Context) -> int:
        for token in text.translate(_SPACES).split(" "):
            if token:
                body = self.text(body, token, context)
        return EMPTY if self.nullable[body] else NOT_ALLOWED

    def _single(self, pattern: int, text: str, context: Context) -> bool:
        """Whether a text is of the datatype, or equal to the value."""
        node = self.nodes[pattern]
        if isinstance(node, Value):
            return equal(node.library, node.datatype, node.text, dict(node.context), text, context)
        assert isinstance(node, Data)
        if not allows(node.library, node.datatype, node.params, text, context):
            return False
        return node.except_ < 0 or not self.nullable[self.text(node.except_, text, context)]


def split(tag: str) -> tuple[str, str]:
    """Return namespace and local name of ``{ns}local``."""
    if tag[0] == "{":
        ns, _, local = tag[1:].partition("}")
        return ns, local
    return "", tag
