"""The output direction: from a document without what OLD does not know to one that NEW's libraries print.

The search ran over NEW's patterns with the unknown elements and attributes erased.  Here they are put
back where NEW requires them: the shortest word of the whole content whose erasure is the given one.
"""

from __future__ import annotations

from collections import deque

from abidiff.surfaces.rng.decide import algebra, derivatives
from abidiff.surfaces.rng.decide.algebra import NONE, P
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.derivatives import TEXT_LETTER
from abidiff.surfaces.rng.decide.inclusion import text_of
from abidiff.surfaces.rng.decide.members import DocumentElement, Members, Piece
from abidiff.surfaces.rng.prove.witness import NoWitnessError
from abidiff.surfaces.rng.values import languages
from abidiff.surfaces.rng.values.bits import bits
from abidiff.surfaces.rng.values.languages import Lang
from abidiff.surfaces.rng.values.namesets import NameSet, meets

MAX_STEPS = 5_000


def complete(node: DocumentElement, universe: Universe, members: Members) -> DocumentElement:
    """Return the element with what was erased from it and is required.  Raises NoWitnessError."""
    content = universe.letters[node.letter].content
    given = node.content
    rests = [content]
    for names, lang in given.attrs:
        rests = [rest for p in rests for rest in _read(p, names, lang)]
    known = [names for names, _ in given.attrs]
    for rest in rests:
        for attrs, plain in _fill(rest, known):
            children = _children(plain, given.children, universe, members)
            if children is not None:
                return DocumentElement(node.name, node.letter, Piece([*given.attrs, *attrs], children))
    raise NoWitnessError


def _read(p: P, names: NameSet, lang: Lang) -> list[P]:
    steps = algebra.derive_attribute(p, names)
    return [rest for values, rest in steps if isinstance(languages.example(languages.meet(lang, values)), str)]


def _fill(p: P, known: list[NameSet]) -> list[tuple[list[tuple[NameSet, Lang]], P]]:
    """Return ways to take all attributes away: those that need not be there are not."""
    queue: deque[tuple[list[tuple[NameSet, Lang]], P]] = deque([([], p)])
    out: list[tuple[list[tuple[NameSet, Lang]], P]] = []
    steps = 0
    while queue and steps < MAX_STEPS and len(out) < 20:
        steps += 1
        attrs, one = queue.popleft()
        if one is NONE:
            continue
        if not one.attrs:
            out.append((attrs, one))
            continue
        cell = min(one.attrs, key=lambda n: n.number)
        queue.appendleft((attrs, algebra.kill(one, 0, cell.mask)))
        if any(meets(cell, n) for n in known):
            continue
        for values, rest in algebra.derive_attribute(one, cell) if cell.single else []:
            queue.append(([*attrs, (cell, values)], rest))
    return out


def _children(
    p: P, given: list[DocumentElement | Lang], universe: Universe, members: Members
) -> list[DocumentElement | Lang] | None:
    """Breadth first: read the next given child, or put in one that the other side does not know."""
    queue: deque[tuple[P, int, tuple[DocumentElement | Lang, ...]]] = deque([(p, 0, ())])
    seen = {(p.id, 0)}
    while queue and len(seen) < MAX_STEPS:
        one, at, read = queue.popleft()
        if at == len(given):
            if languages.example(text_of(one)) is not None and one.nullable:
                return list(read)
            if text_of(one).any:
                return list(read)
        elif isinstance(given[at], DocumentElement):
            node = given[at]
            assert isinstance(node, DocumentElement)
            _push(queue, seen, derivatives.derive(one, node.letter), at + 1, (*read, complete(node, universe, members)))
        else:
            text = given[at]
            assert not isinstance(text, DocumentElement)
            if at + 1 == len(given) and isinstance(languages.example(languages.meet(text_of(one), text)), str):
                return [*read, text]
            _push(queue, seen, derivatives.derive(one, TEXT_LETTER), at + 1, (*read, text))
        for letter in bits(one.letters):
            rest = derivatives.derive(one, letter)
            if rest is not NONE and (rest.id, at) not in seen:
                _push(queue, seen, rest, at, (*read, members.tree(letter)))
    return None


def _push(
    queue: deque[tuple[P, int, tuple[DocumentElement | Lang, ...]]],
    seen: set[tuple[int, int]],
    p: P,
    at: int,
    read: tuple[DocumentElement | Lang, ...],
) -> None:
    if p is not NONE and (p.id, at) not in seen:
        seen.add((p.id, at))
        queue.append((p, at, read))
