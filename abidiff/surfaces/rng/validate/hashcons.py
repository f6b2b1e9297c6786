"""Hash-consed patterns: a store that grows, and its normalising constructors.

A pattern is an index; equal patterns have equal indexes, so every derivative is computed
once.  The store begins with the nodes of a release, under the same indexes, and grows.
``after(x, y)`` matches x, then, once the element or attribute that x is the content of
has ended, y.

Constructors normalise: choices and interleaves are flat, sorted and without notAllowed;
a choice has no duplicates, no empty beside a nullable part, and one ``after`` for each
continuation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from abidiff.limits import now, passed
from abidiff.surfaces.rng.model import (
    EMPTY,
    NOT_ALLOWED,
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
from abidiff.surfaces.rng.names import NameClass

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
MAX_MERGED = 64
"""A choice of more interleaves than this is left as it is."""

Parts = tuple[int, ...]


class Store:
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
        for node in nodes:
            self._take(node)
        self.limit = len(nodes) + now().instance_patterns

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
            if len(self.kinds) >= self.limit or self._size > now().instance_parts:
                raise passed(
                    "instance-patterns" if len(self.kinds) >= self.limit else "instance-parts",
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


def _one_difference(one: Parts, other: Parts) -> tuple[int, int, Parts] | None:
    """Return the only part in which two sorted tuples differ, from each, and what they share."""
    if len(one) != len(other):
        return None
    mine, theirs = set(one) - set(other), set(other) - set(one)
    if len(mine) != 1 or len(theirs) != 1 or len(set(one)) != len(one) or len(set(other)) != len(other):
        return None
    (left,), (right,) = mine, theirs
    return left, right, tuple(part for part in one if part != left)
