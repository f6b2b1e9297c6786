"""Elements that are the same in two models but for the places where they stand.

Most elements of two states of one tree are.  Elements are paired in order by their names and defines; a pair
holds when both contents are the same node by node and all elements in them are pairs that hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from abidiff.surfaces.rng.model import (
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
    Schemas,
    Value,
)
from abidiff.surfaces.rng.names import NameClass

EFFORT = 4
"""So many nodes are looked at for each node of the new model; past it no pair holds."""


def alike(old: Schemas, new: Schemas, refs: Sequence[frozenset[int]]) -> dict[int, int]:
    """Return new element → old element; ``refs`` are the elements that each new element's content names."""
    guess = _paired(old.elements, new.elements)
    comparison = _Comparison(old, new, guess)
    try:
        wrong = {
            one.id
            for one in new.elements
            if one.id not in guess or not comparison.same(old.elements[guess[one.id]].content, one.content)
        }
    except (_TooMuchError, RecursionError):
        return {}
    users: dict[int, list[int]] = {}
    for number, targets in enumerate(refs):
        for target in targets:
            users.setdefault(target, []).append(number)
    pending = list(wrong)
    while pending:
        for user in users.get(pending.pop(), ()):
            if user not in wrong:
                wrong.add(user)
                pending.append(user)
    return {number: twin for number, twin in guess.items() if number not in wrong}


def _paired(old: Sequence[Element], new: Sequence[Element]) -> dict[int, int]:
    there: dict[tuple[NameClass, str], list[int]] = {}
    for one in reversed(old):
        there.setdefault((one.name, one.define), []).append(one.id)
    found = {}
    for one in new:
        left = there.get((one.name, one.define))
        if left:
            found[one.id] = left.pop()
    return found


class _TooMuchError(Exception):
    """The comparison takes longer than it is worth."""


class _Comparison:
    """Nodes of two tables, compared without their places."""

    def __init__(self, old: Schemas, new: Schemas, guess: Mapping[int, int]) -> None:
        self.old = old.nodes
        self.new = new.nodes
        self.guess = guess
        self.known: dict[int, int] = {}
        self.left = EFFORT * len(new.nodes) + 1000

    def same(self, a: int, b: int) -> bool:
        """Whether two nodes are the same, with elements that are pairs."""
        if self.known.get(b) == a:
            return True
        self.left -= 1
        if self.left < 0:
            raise _TooMuchError
        one, other = self.old[a], self.new[b]
        kind = type(one)
        if type(other) is not kind:
            return False
        if kind is Choice or kind is Group or kind is Interleave:
            mine, theirs = one.parts, other.parts  # type: ignore[union-attr]
            if len(mine) != len(theirs):
                return False
            for x, y in zip(mine, theirs, strict=True):
                if not self.same(x, y):
                    return False
        elif not self._one(one, other):
            return False
        self.known[b] = a
        return True

    def _one(self, one: Node, other: Node) -> bool:
        if isinstance(one, Attribute) and isinstance(other, Attribute):
            return one.name == other.name and self.same(one.content, other.content)
        if isinstance(one, Ref) and isinstance(other, Ref):
            return self.guess.get(other.element) == one.element
        if isinstance(one, Value) and isinstance(other, Value):
            same = one.text == other.text and one.datatype == other.datatype
            return same and one.library == other.library and one.context == other.context
        if isinstance(one, Data) and isinstance(other, Data):
            if (one.library, one.datatype, one.params) != (other.library, other.datatype, other.params):
                return False
            if one.except_ < 0 or other.except_ < 0:
                return one.except_ == other.except_
            return self.same(one.except_, other.except_)
        if isinstance(one, OneOrMore) and isinstance(other, OneOrMore):
            return self.same(one.body, other.body)
        if isinstance(one, List) and isinstance(other, List):
            return self.same(one.body, other.body)
        return True  # notAllowed, empty, text
