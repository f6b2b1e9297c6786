"""Small members of patterns: the least one, and one that two patterns have in common (or the proof of none).

Both are least fixpoints.  The least member of each letter is found by Knuth's generalisation of Dijkstra's
algorithm over all letters at once; common members in rounds, in which a pair that is still open counts as
empty, until a round finds nothing new.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from functools import cached_property

import msgspec

from abidiff.limits import now, passed
from abidiff.surfaces.rng.decide import algebra, derivatives, erasing
from abidiff.surfaces.rng.decide.algebra import (
    K_ATTR,
    K_CHOICE,
    K_DATA,
    K_ELEM,
    K_INTER,
    K_NONE,
    NONE,
    P,
)
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.dependence import Symbols
from abidiff.surfaces.rng.decide.inclusion import text_of
from abidiff.surfaces.rng.values import languages
from abidiff.surfaces.rng.values.bits import bits
from abidiff.surfaces.rng.values.languages import WHITE_ONLY, Lang
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, cells, common

_INFINITE = 1 << 40
_NAMING = 50
"""The size of what has to name something elsewhere in the document: validators ask whether it is there."""


class DocumentElement(msgspec.Struct, eq=False):
    """An element of a document under construction."""

    name: tuple[str, str]
    letter: int
    content: Piece


class Piece(msgspec.Struct, eq=False):
    """A part of an element's content: attributes with the languages of their values, and children."""

    attrs: list[tuple[NameSet, Lang]] = msgspec.field(default_factory=list)
    children: list[DocumentElement | Lang] = msgspec.field(default_factory=list)

    def add(self, other: Piece) -> None:
        """Append another part."""
        self.attrs.extend(other.attrs)
        self.children.extend(other.children)

    @property
    def size(self) -> int:
        """How much there is to read."""
        return len(self.attrs) + sum(1 + c.content.size if isinstance(c, DocumentElement) else 1 for c in self.children)


def text_piece(lang: Lang) -> Piece:
    """Return a part that is text of a language (nothing where the empty text will do)."""
    if lang.any or lang is WHITE_ONLY or languages.holds(lang, ""):
        return Piece()
    return Piece(children=[lang])


def _measure(p: P, known: dict[int, int], costs: dict[int, int]) -> int:
    """Return the least size of a pattern's members, the letters' being given."""
    if p.nullable:
        return 0
    found = known.get(p.id)
    if found is None:
        found = known[p.id] = min(_INFINITE, _measured(p, known, costs))
    return found


def _measured(p: P, known: dict[int, int], costs: dict[int, int]) -> int:
    kind = p.kind
    if kind == K_NONE:
        return _INFINITE
    if kind in (K_DATA, K_ATTR):
        # languages are inhabited (the algebra sees to that): simple values are preferred
        if p.lang.atoms and languages.by_document(p.lang):
            return _NAMING
        return 1 if p.lang.any or p.lang.tokens or p.lang.exact else 2
    if kind == K_ELEM:
        return costs.get(p.letter, _INFINITE)
    sizes = [_measure(part, known, costs) for part in p.parts]
    return min(sizes) if kind == K_CHOICE else sum(sizes)


class Members:
    """Members of the patterns of a universe."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self.symbols = Symbols(universe)
        self._sizes: dict[int, int] = {}
        self._both: dict[tuple[int, int], DocumentElement | None] = {}
        self._pieces: dict[tuple[int, int], Piece | None] = {}
        self._open: set[tuple[int, int]] = set()
        self._met: dict[tuple[int, int], Piece] = {}
        self._vain: set[tuple[int, int]] = set()
        self._round: dict[tuple[int, int], None] = {}

    # the least member

    @cached_property
    def _cost(self) -> dict[int, int]:
        """Least sizes of all letters: repeated until nothing gets smaller."""
        found: dict[int, int] = {}
        users: dict[int, list[int]] = {}
        for letter in self.universe.letters:
            for below in bits(letter.content.letters):
                users.setdefault(below, []).append(letter.number)
        queue = deque(letter.number for letter in self.universe.letters)
        waiting = set(queue)
        while queue:
            number = queue.popleft()
            waiting.discard(number)
            cost = _measure(self.universe.letters[number].content, {}, found) + 1
            if cost < found.get(number, _INFINITE):
                found[number] = cost
                for user in users.get(number, ()):
                    if user not in waiting:
                        waiting.add(user)
                        queue.append(user)
        return found

    def _size(self, p: P) -> int:
        return _measure(p, self._sizes, self._cost)

    def least(self, p: P) -> Piece:
        """Return the smallest member of a pattern that has any."""
        out = Piece()
        stack = [p]
        while stack:
            one = stack.pop()
            if one.kind == K_CHOICE:
                stack.append(min(one.parts, key=lambda part: (self._size(part), part.id)))
            elif one.kind == K_ATTR:
                out.attrs.append((one.names, one.lang))
            elif one.kind == K_DATA:
                out.add(text_piece(one.lang))
            elif one.kind == K_ELEM:
                out.children.append(self.tree(one.letter))
            elif one.parts:
                stack.extend(reversed(one.parts))
        return out

    def tree(self, letter: int, names: NameSet = NO_NAME) -> DocumentElement:
        """Return the smallest element of a letter."""
        one = self.universe.letters[letter]
        return DocumentElement((one.names if names is NO_NAME else names).sample(), letter, self.least(one.content))

    # a common member

    def child(self, letter: int, names: NameSet, against: Iterable[int]) -> DocumentElement | None:
        """Return an element of a letter that is also of one of the others."""
        found = [self._pair(letter, d) for d in sorted(against)]
        best = min((f for f in found if f is not None), key=lambda n: n.content.size, default=None)
        if best is None or best.name in names:
            return best
        return DocumentElement(names.sample(), letter, best.content)

    def meets(self, letter: int, against: Iterable[int]) -> bool:
        """Whether there is such an element."""
        return any(self._pair(letter, d) is not None for d in sorted(against))

    def _pair(self, one: int, other: int) -> DocumentElement | None:
        if one == other:
            return self.tree(one)
        key = (one, other)
        if key in self._both:
            return self._both[key]
        if self._open:
            return self._attempt(key)
        while True:
            self._round = {}
            self._vain = set()
            before = len(self._both)
            found = self._attempt(key)
            if found is not None or len(self._both) == before:
                break
        if found is None:
            for failed in self._round:
                self._both.setdefault(failed, None)
        return found

    def _attempt(self, key: tuple[int, int]) -> DocumentElement | None:
        if key in self._both:
            return self._both[key]
        if key in self._open or key in self._round:
            return None
        one, other = (self.universe.letters[number] for number in key)
        names = common(one.names, other.names)
        if names is NO_NAME:
            return None
        if len(self._open) >= (bound := now().document_nesting):
            raise passed("document-nesting", f"what two schemas have in common has elements more than {bound} deep")
        self._open.add(key)
        try:
            piece = self._meet(one.content, other.content)
        finally:
            self._open.discard(key)
        if piece is None:
            self._round[key] = None
            return None
        self._both[key] = DocumentElement(names.sample(), key[0], piece)
        return self._both[key]

    def both(self, p: P, q: P) -> Piece | None:
        """Return something small that both patterns match."""
        key = (p.id, q.id)
        while key not in self._pieces:
            self._round = {}
            self._vain = set()
            before = len(self._both)
            found = self._meet(p, q)
            if found is not None or len(self._both) == before:
                self._pieces[key] = found
        return self._pieces[key]

    def _meet(self, p: P, q: P) -> Piece | None:
        """Return a common member; what was found stays, what was not is looked for again in each round."""
        if p is NONE or q is NONE:
            return None
        if p is q:
            return self.least(p)
        key = (p.id, q.id)
        if key in self._met:
            return self._met[key]
        if key in self._vain:
            return None
        found = self._search(p, q)
        if found is not None:
            self._met[key] = found
        else:
            self._vain.add(key)
            if len(self._vain) > now().witness_steps:
                raise passed("witness-steps", "too many combinations to look for what two schemas have in common")
        return found

    def _search(self, p: P, q: P) -> Piece | None:
        p = algebra.kill(p, self.symbols.strangers(p, q), p.mask & ~q.mask, text=not q.text)
        q = algebra.kill(q, self.symbols.strangers(q, p), q.mask & ~p.mask, text=not p.text)
        if p is NONE or q is NONE:
            return None
        if p is q:
            return self.least(p)
        if p.kind == K_CHOICE or q.kind == K_CHOICE:
            return self._alternatives(p, q)
        if p.kind == K_INTER or q.kind == K_INTER:
            parts = self.symbols.components(p, q)
            if len(parts) > 1:
                return self._together([(algebra.inter(a), algebra.inter(b)) for a, b in parts])
        if p.attrs or q.attrs:
            return self._attribute(p, q)
        return self._sequence(p, q)

    def _alternatives(self, p: P, q: P) -> Piece | None:
        mine = p.parts if p.kind == K_CHOICE else (p,)
        theirs = q.parts if q.kind == K_CHOICE else (q,)
        shared = [part for part in mine if part in theirs]
        if shared and min(map(self._size, shared)) < _NAMING:
            return self.least(algebra.choice(shared))
        best: Piece | None = None
        for a in sorted(mine, key=self._size):
            for b in theirs:
                found = self._meet(a, b)
                if found is not None and (best is None or found.size < best.size):
                    best = found
            if best is not None and best.size <= 2:
                break
        return best

    def _together(self, pairs: Sequence[tuple[P, P]]) -> Piece | None:
        out = Piece()
        for a, b in pairs:
            found = self._meet(a, b)
            if found is None:
                return None
            out.add(found)
        return out

    def _attribute(self, p: P, q: P) -> Piece | None:
        sets = p.attrs | q.attrs
        parts = list(sets) if all(one.single for one in sets) else cells(sets)
        needed = [c for c in parts if erasing.vanishes(p, 0, c.mask)]
        needed = needed or [c for c in parts if erasing.vanishes(q, 0, c.mask)]
        cell = min(needed or parts, key=lambda c: c.number)
        found = self._meet(algebra.kill(p, 0, cell.mask), algebra.kill(q, 0, cell.mask))
        if found is not None:
            return found
        for values, after in algebra.derive_attribute(p, cell):
            for wanted, rest in algebra.derive_attribute(q, cell):
                shared = languages.meet(values, wanted)
                if after is p or not isinstance(languages.example(shared), str):
                    continue
                found = self._meet(after, rest)
                if found is not None:
                    out = Piece(attrs=[(cell, shared)])
                    out.add(found)
                    return out
        return None

    def _sequence(self, p: P, q: P) -> Piece | None:
        """Breadth first over what children both sides can read."""
        queue: deque[tuple[P, P, tuple[DocumentElement, ...]]] = deque([(p, q, ())])
        seen = {(p.id, q.id)}
        while queue:
            if len(seen) > now().common_steps:
                raise passed("common-steps", "too many rows of children that two schemas may have in common")
            one, other, read = queue.popleft()
            text = languages.meet(text_of(one), text_of(other))
            if isinstance(languages.example(text), str):
                out = Piece(children=list(read))
                out.add(text_piece(text))
                return out
            for letter in sorted(bits(one.letters), key=lambda e: (self._cost.get(e, _INFINITE), e)):
                after = derivatives.derive(one, letter)
                if after is NONE:
                    continue
                for d in bits(other.letters & self.universe.partners(letter)):
                    rest = derivatives.derive(other, d)
                    if rest is NONE or (after.id, rest.id) in seen:
                        continue
                    node = self._pair(letter, d)
                    if node is not None:
                        seen.add((after.id, rest.id))
                        queue.append((after, rest, (*read, node)))
        return None
