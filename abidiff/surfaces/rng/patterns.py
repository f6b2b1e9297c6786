"""Hash-consed patterns and their derivatives (James Clark, *An algorithm for RELAX NG validation*).

A pattern is an index; equal patterns have equal indexes, so every derivative is computed
once.  The store begins with the nodes of a release, under the same indexes, and grows.
``after(x, y)`` matches x, then, once the element or attribute that x is the content of
has ended, y.

Constructors normalise: choices and interleaves are flat, sorted and without notAllowed;
a choice has no duplicates, no empty beside a nullable part, and one ``after`` for each
continuation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from abidiff.errors import LimitError
from abidiff.surfaces.rng.datatypes import allows, equal
from abidiff.surfaces.rng.model import (
    EMPTY,
    NOT_ALLOWED,
    TEXT,
    Attribute,
    Choice,
    Data,
    Element,
    Group,
    Interleave,
    List,
    Node,
    OneOrMore,
    Ref,
    Value,
)
from abidiff.surfaces.rng.names import NameClass, contains

# Kinds of patterns.
K_NOT_ALLOWED, K_EMPTY, K_TEXT, K_CHOICE, K_INTERLEAVE, K_GROUP, K_MORE = range(7)
K_LIST, K_DATA, K_VALUE, K_ATTRIBUTE, K_REF, K_AFTER = range(7, 13)

_KINDS = {
    Choice: K_CHOICE,
    Interleave: K_INTERLEAVE,
    Group: K_GROUP,
    OneOrMore: K_MORE,
    List: K_LIST,
    Data: K_DATA,
    Value: K_VALUE,
    Attribute: K_ATTRIBUTE,
    Ref: K_REF,
}
WS = " \t\r\n"
MAX_PATTERNS = 400_000
"""Patterns that one document may need beyond those of the schema."""
MAX_PARTS = 20_000_000
"""Sum of the parts of all patterns."""

MAX_MERGED = 64
"""A choice of more interleaves than this is left as it is."""

Context = Mapping[str, str]
Parts = tuple[int, ...]


class Patterns:
    """A growing store of patterns over the tables of one release."""

    def __init__(self, nodes: Sequence[Node], elements: Sequence[Element]) -> None:
        self.nodes = nodes
        self.elements = elements
        self.kinds: list[int] = []
        self.parts: list[Parts] = []
        self.nullable: list[bool] = []
        self.has_data: list[bool] = []
        self._size = 0
        self._index: dict[tuple[int, Parts], int] = {}
        self._open: dict[tuple[int, str], int] = {}
        self._attribute: dict[tuple[int, str], int] = {}
        self._close: dict[int, int] = {}
        self._text: dict[tuple[int, str], int] = {}
        self._matches: dict[tuple[int, str], bool] = {}
        for node in nodes:
            self._take(node)
        self.limit = len(nodes) + MAX_PATTERNS

    # -- construction

    def _take(self, node: Node) -> None:
        """Add a node of the release's table under its own index."""
        index = len(self.kinds)
        kind = _KINDS.get(type(node), min(index, 2))
        parts: Parts = ()
        if isinstance(node, Choice | Interleave | Group):
            parts = node.parts
        elif isinstance(node, OneOrMore | List):
            parts = (node.body,)
        elif isinstance(node, Attribute):
            parts = (node.content,)
        elif isinstance(node, Ref):
            parts = (node.element,)
        self._push(kind, parts)
        if kind in (K_CHOICE, K_INTERLEAVE):
            parts = tuple(sorted(parts))
        if kind not in (K_DATA, K_VALUE, K_ATTRIBUTE):
            self._index.setdefault((kind, parts), index)

    def _push(self, kind: int, parts: Parts) -> int:
        index = len(self.kinds)
        self.kinds.append(kind)
        self.parts.append(parts)
        nullable = self.nullable
        if kind == K_CHOICE:
            is_nullable = any(nullable[part] for part in parts)
        elif kind in (K_GROUP, K_INTERLEAVE, K_MORE):
            is_nullable = all(nullable[part] for part in parts)
        else:
            is_nullable = kind in (K_EMPTY, K_TEXT)
        nullable.append(is_nullable)
        if kind in (K_DATA, K_VALUE, K_LIST):
            self.has_data.append(True)
        elif kind in (K_REF, K_ATTRIBUTE):
            self.has_data.append(False)
        elif kind == K_AFTER:
            self.has_data.append(self.has_data[parts[0]])
        else:
            self.has_data.append(any(self.has_data[part] for part in parts))
        return index

    def make(self, kind: int, parts: Parts) -> int:
        """Return the pattern of a kind with normalised parts."""
        key = (kind, parts)
        found = self._index.get(key)
        if found is None:
            self._size += len(parts)
            if len(self.kinds) >= self.limit or self._size > MAX_PARTS:
                raise LimitError(
                    "the patterns of this schema grow too fast on this document",
                    hint="interleave or attributes that can be matched in very many ways",
                )
            found = self._index[key] = self._push(kind, parts)
        return found

    def choice(self, parts: Iterable[int]) -> int:
        """Either of the parts."""
        flat: set[int] = set()
        for part in parts:
            if self.kinds[part] == K_CHOICE:
                flat.update(self.parts[part])
            elif part != NOT_ALLOWED:
                flat.add(part)
        if len(flat) > 1:
            self._merge_afters(flat)
            self._merge_interleaves(flat)
            if EMPTY in flat and any(self.nullable[part] for part in flat if part != EMPTY):
                flat.discard(EMPTY)
        if len(flat) < 2:
            return next(iter(flat), NOT_ALLOWED)
        return self.make(K_CHOICE, tuple(sorted(flat)))

    def _merge_afters(self, flat: set[int]) -> None:
        """after(a, r) | after(b, r) = after(a | b, r)."""
        by_rest: dict[int, list[int]] = {}
        for part in flat:
            if self.kinds[part] == K_AFTER:
                by_rest.setdefault(self.parts[part][1], []).append(part)
        for rest, afters in by_rest.items():
            if len(afters) > 1:
                flat.difference_update(afters)
                flat.add(self.after(self.choice([self.parts[one][0] for one in afters]), rest))

    def _merge_interleaves(self, flat: set[int]) -> None:
        """a & x | b & x = (a | b) & x: without this, n independent ambiguities would cost 2^n."""
        found = sorted(part for part in flat if self.kinds[part] == K_INTERLEAVE)
        while 1 < len(found) <= MAX_MERGED:
            last = found.pop()
            for other in found:
                differ = _one_difference(self.parts[last], self.parts[other])
                if differ:
                    one, two, same = differ
                    merged = self.interleave((self.choice((one, two)), *same))
                    flat -= {last, other}
                    flat.add(merged)
                    found.remove(other)
                    if self.kinds[merged] == K_INTERLEAVE and merged not in found:
                        found.append(merged)
                    break

    def group(self, parts: Iterable[int]) -> int:
        """The parts, one after the other."""
        flat: list[int] = []
        for part in parts:
            if part == NOT_ALLOWED:
                return NOT_ALLOWED
            if self.kinds[part] == K_GROUP:
                flat += self.parts[part]
            elif part != EMPTY:
                flat.append(part)
        if len(flat) < 2:
            return flat[0] if flat else EMPTY
        return self.make(K_GROUP, tuple(flat))

    def interleave(self, parts: Iterable[int]) -> int:
        """The parts, mixed."""
        flat: list[int] = []
        for part in parts:
            if part == NOT_ALLOWED:
                return NOT_ALLOWED
            if self.kinds[part] == K_INTERLEAVE:
                flat += self.parts[part]
            elif part != EMPTY:
                flat.append(part)
        if len(flat) < 2:
            return flat[0] if flat else EMPTY
        flat.sort()
        return self.make(K_INTERLEAVE, tuple(flat))

    def more(self, body: int) -> int:
        """One or more."""
        return body if body in (NOT_ALLOWED, EMPTY) else self.make(K_MORE, (body,))

    def after(self, content: int, rest: int) -> int:
        """The content, then (outside) the rest."""
        if content == NOT_ALLOWED or rest == NOT_ALLOWED:
            return NOT_ALLOWED
        return self.make(K_AFTER, (content, rest))

    def _then(self, pattern: int, wrap: Callable[[int], int]) -> int:
        """Apply a function to what comes after, in a choice of afters."""
        if self.kinds[pattern] == K_AFTER:
            content, rest = self.parts[pattern]
            return self.after(content, wrap(rest))
        return self.choice([self._then(part, wrap) for part in self.parts[pattern]])

    def element_names(self, ref: int) -> NameClass:
        """Return the name class of a ref's element."""
        return self.elements[self.parts[ref][0]].name

    # -- derivatives

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


_SPACES = str.maketrans("\t\r\n", "   ")


def _one_difference(one: Parts, other: Parts) -> tuple[int, int, Parts] | None:
    """Return the only part in which two sorted tuples differ, from each, and what they share."""
    if len(one) != len(other):
        return None
    mine, theirs = set(one) - set(other), set(other) - set(one)
    if len(mine) != 1 or len(theirs) != 1 or len(set(one)) != len(one) or len(set(other)) != len(other):
        return None
    (left,), (right,) = mine, theirs
    return left, right, tuple(part for part in one if part != left)


def split(tag: str) -> tuple[str, str]:
    """Return namespace and local name of ``{ns}local``."""
    if tag[0] == "{":
        ns, _, local = tag[1:].partition("}")
        return ns, local
    return "", tag
