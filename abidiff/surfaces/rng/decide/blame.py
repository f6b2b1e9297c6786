"""Which edit it was: the pattern of the old schema that allowed something and that of the new one that forbids it.

From the element that both sides agree on, the way to the pattern in question is followed in the outline of the
side that has it, through references and wrappers, and step by step in that of the other side.  Where the two ways
part is the edit.  What a repair has to put back, or to take away, stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.causes import Cause, Edit
from abidiff.surfaces.rng.decide.parting import Passing, Walk, there_still
from abidiff.surfaces.rng.decide.places import indexes
from abidiff.surfaces.rng.decide.steps import Child, Kind, Obligation, State
from abidiff.surfaces.rng.decide.written import Chain, Written
from abidiff.surfaces.rng.model import DEFINE, TEXT, Data, Value
from abidiff.surfaces.rng.values import languages
from abidiff.surfaces.rng.values.bits import bits
from abidiff.surfaces.rng.values.effort import spend
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, meets

_REQUIRED = (Kind.ATTRIBUTE_REQUIRED, Kind.ELEMENT_REQUIRED)
_REMOVED = (Kind.ATTRIBUTE_REMOVED, Kind.ELEMENT_REMOVED)
_VALUES = (Kind.ATTRIBUTE_VALUE, Kind.TEXT_VALUE)

Owners: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""Elements of the side whose documents are refused, and of the other one."""


class Blame:
    """Finds the edits of the causes of one direction; ``allowing`` is the side whose documents are refused."""

    def __init__(self, universe: Universe, allowing: int, written: Sequence[Written]) -> None:
        self.universe = universe
        self.allowing = allowing
        self.sides = written
        self._wild: dict[tuple[tuple[int, ...], tuple[int, ...], NameSet, bool], Edit | None] = {}
        self._reached: dict[tuple[Owners | None, int, frozenset[int]], Owners] = {}

    def edit(self, cause: Cause) -> Edit | None:
        """Return the edit of a cause, None when there is no outline to see it in."""
        mine, theirs = self._owners(cause.way.inner.steps)
        if cause.kind in _VALUES:
            theirs = self._changed(theirs)
        here, there = self.sides[self.allowing], self.sides[1 - self.allowing]
        gone = self._wildcard(cause)
        if gone is not None:
            return gone
        if cause.kind in _REQUIRED:
            found = self._best(there, here, theirs, mine, cause)
            return found and Edit(found.forbidden, found.allowed, found.shared)
        if cause.branch:
            return self._best(here, there, mine, theirs, cause) or self._whole(mine, theirs)
        if cause.kind is Kind.STRUCTURE and cause.condition is not None and cause.failure.kind is Kind.ATTRIBUTE_VALUE:
            found = self._beside(here, there, mine, theirs, cause)
            if found is not None:
                return found
        if cause.kind is Kind.STRUCTURE and cause.condition is not None:
            cause.closer = self._best(here, there, mine, theirs, cause, ways=True)
            return self._whole(mine, theirs)
        if cause.kind is Kind.STRUCTURE and cause.failure.kind is Kind.ATTRIBUTE_VALUE:
            return self._value(here, there, mine, theirs, cause) or self._whole(mine, theirs)
        return self._best(here, there, mine, theirs, cause) or self._whole(mine, theirs)

    def _changed(self, theirs: tuple[int, ...]) -> tuple[int, ...]:
        """Return the elements that only their side has: one that both have is not what another one became.

        All, when there are none.
        """
        universe, side = self.universe, 1 - self.allowing
        of = universe.of_element[side]
        changed = tuple(one for one in theirs if not universe.letters[of[one]].members[self.allowing])
        return changed or theirs

    def _wildcard(self, cause: Cause) -> Edit | None:
        """Return the edit that took a wildcard away, if what is refused was allowed by nothing else.

        What stands in an element that the wildcard let in is refused for the same edit.
        """
        found = _wildcard(cause, self.universe)
        if found is None:
            return None
        at, names, is_attribute = found
        mine, theirs = self._owners(cause.way.inner.steps[:at])
        key = (mine, theirs, names, is_attribute)
        if key not in self._wild:
            self._wild[key] = self._without(mine, theirs, names, is_attribute)
        return self._wild[key]

    def _without(self, mine: Sequence[int], theirs: Sequence[int], names: NameSet, is_attribute: bool) -> Edit | None:
        """Return where the way to a wildcard ends that only the allowing side has."""
        here, there = self.sides[self.allowing], self.sides[1 - self.allowing]
        starts = [start for one in theirs if (start := there.element(there.model.elements[one])) is not None]
        best: Edit | None = None
        for element in mine:
            owner = here.element(here.model.elements[element])
            for part in here.wildcards(element, names, is_attribute):
                if owner is None:
                    continue
                walk = Walk((here, there), part, here.useful(owner, part), frozenset(), Passing(values=True))
                for start in starts:
                    named = _named_parting(here, there, here.chain(owner, part), start)
                    for found, _ in named or walk.partings(owner, start):
                        if best is None or found.shared > best.shared:
                            best = Edit(found.allowed, found.forbidden, found.shared, wild=True)
        return best

    def _value(
        self, here: Written, there: Written, mine: Sequence[int], theirs: Sequence[int], cause: Cause
    ) -> Edit | None:
        """Return the edit of values that the other side takes elsewhere in the content, beside something else.

        A value that stands on one side only is the cause itself, whatever else takes it.
        """
        cause.kind = Kind.ATTRIBUTE_VALUE
        found = self._best(here, there, mine, theirs, cause, parted=True)
        if found is None:
            cause.kind = Kind.STRUCTURE
        return found

    def _beside(
        self, here: Written, there: Written, mine: Sequence[int], theirs: Sequence[int], cause: Cause
    ) -> Edit | None:
        """Return the edit of values that went in one branch, where another one with other values kept them.

        The cause is about the attribute that has the values then, and no longer about what tells the branches apart.
        """
        told = cause.kind, cause.names, cause.condition
        cause.kind, cause.names, cause.condition = Kind.ATTRIBUTE_VALUE, cause.failure.names, None
        found = self._best(here, there, mine, theirs, cause, parted=True)
        if found is not None and here.define(found.allowed) == there.define(found.forbidden):
            return found
        cause.kind, cause.names, cause.condition = told  # what was parted stands elsewhere
        return None

    def exclusive(self, cause: Cause) -> tuple[int, int] | None:
        """Return what a refused element stood in, and the choice that it is one branch of now."""
        edit = cause.edit if cause.kind is Kind.STRUCTURE and cause.condition is None else None
        if edit is None or edit.shared < 0:
            return None
        here, there = self.sides[self.allowing], self.sides[1 - self.allowing]
        allowed, forbidden = edit.allowed, edit.forbidden
        if there.outline.kinds[forbidden] != "choice" or here.outline.kinds[allowed] == "choice":
            return None
        own, branches = _under(here, allowed), _under(there, forbidden)
        if not own <= branches or {kind for kind, _ in branches} != {"element"}:
            return None
        return here.outline.ups[allowed], forbidden

    def holds_several(self, edit: Edit) -> bool:
        """Whether the allowing part of an edit is one that went as a whole: a branch, or what a reference leads to."""
        here = self.sides[self.allowing]
        return here.outline.kinds[edit.allowed] in ("group", "interleave", "ref") and len(here.marks(edit.allowed)) > 1

    def renames_attribute(self, edit: Edit) -> bool:
        """Whether an attribute stands where one of another name was."""
        here, there = self.sides[self.allowing], self.sides[1 - self.allowing]
        was, now = here.token(edit.allowed), there.token(edit.forbidden)
        return was[0] == now[0] == "attribute" and was[1] != now[1]

    def where(self, cause: Cause) -> str:
        """Return the defines that the edit of a cause stands in, of the side that allows and of the other one."""
        if cause.edit is None:
            return ""
        here, there = self.sides[self.allowing], self.sides[1 - self.allowing]
        return f"{here.define(cause.edit.allowed)}/{there.define(cause.edit.forbidden)}"

    def shared(self, edit: Edit, letters: Iterable[int]) -> bool:
        """Whether what an edit forbids stands in the content of every element of some letters of the other side."""
        side = 1 - self.allowing
        there = self.sides[side]
        members = [m for letter in letters for m in self.universe.letters[letter].members[side]]
        starts = [there.element(there.model.elements[member]) for member in members]
        return edit.shared >= 0 and all(
            start is not None and there.chain(start, edit.forbidden) is not None for start in starts
        )

    def _owners(self, steps: Sequence[tuple[State, Child]]) -> Owners:
        """Return the elements of both sides that a way ends in, followed from the root, by its steps into elements."""
        here: Owners = ((), ())
        for at, (_, label) in enumerate(steps):
            key = (here if at else None, label.letter, label.against)
            found = self._reached.get(key)
            if found is None:
                mine = self._members(self.allowing, [label.letter], here[0] if at else None)
                theirs = self._members(1 - self.allowing, label.against, here[1] if at else None)
                found = self._reached[key] = (mine, theirs)
            here = found
        return here

    def _members(self, side: int, letters: Iterable[int], around: Iterable[int] | None) -> tuple[int, ...]:
        """Return the elements of some letters, those that stand in one of some elements if any do."""
        members = {m for letter in letters for m in self.universe.letters[letter].members[side]}
        if around is not None:
            inner = frozenset().union(*(self.sides[side].children(one) for one in around))
            members = members & inner or members
        return tuple(sorted(members))

    def _whole(self, mine: Sequence[int], theirs: Sequence[int]) -> Edit | None:
        here, there = self.sides[self.allowing], self.sides[1 - self.allowing]
        one = [part for e in mine if (part := here.element(here.model.elements[e])) is not None]
        other = [part for e in theirs if (part := there.element(there.model.elements[e])) is not None]
        return Edit(min(one), min(other), -1) if one and other else None

    def _best(
        self,
        here: Written,
        there: Written,
        mine: Sequence[int],
        theirs: Sequence[int],
        cause: Cause,
        *,
        ways: bool = False,
        parted: bool = False,
    ) -> Edit | None:
        """Return the edit on the way that both sides have most of.

        A way that both have whole is no edit: it counts only where there is no other, with ``ways`` not at all, and
        with ``parted`` only values that one side has alone are edits.
        """
        best: tuple[bool, bool, int] | None = None
        edit: Edit | None = None
        for found, whole in self._candidates(here, there, mine, theirs, cause):
            if (whole and (ways or parted)) or (parted and here.outline.kinds[found.allowed] not in _VALUED):
                continue
            near = parted or here.define(found.allowed) == there.define(found.forbidden)
            rank = (not whole, near, found.shared)
            if best is None or rank > best:
                best, edit = rank, found
        cause.parted = best is not None and best[0]
        return edit

    def _candidates(
        self, here: Written, there: Written, mine: Sequence[int], theirs: Sequence[int], cause: Cause
    ) -> Iterator[tuple[Edit, bool]]:
        removed = cause.kind in _REMOVED or cause.branch
        passing = Passing(cause.kind not in _REQUIRED, removed or cause.kind in _VALUES)
        starts = [(other, part) for other in theirs if (part := there.element(there.model.elements[other])) is not None]
        for element in mine:
            owner = here.element(here.model.elements[element])
            if owner is None:
                continue
            for goal, useful in self._goals(here, element, owner, cause):
                for other, start in starts:
                    ways = list(self._goals(there, other, start, cause, twin=True))
                    twins = frozenset[int]().union(*(way for _, way in ways))
                    walk = Walk((here, there), goal, useful, twins, passing)
                    found = list(walk.partings(owner, start))
                    if removed:
                        parted = [one for one in found if not one[1]]
                        found = parted or _named_parting(here, there, here.chain(owner, goal), start) or found
                    for edit, whole in found:
                        if cause.kind in _VALUES and _of_values(here, edit.allowed):
                            edit = Edit(goal, edit.forbidden, edit.shared)
                        elif cause.kind in _VALUES and ways and "*" in here.outline.names[edit.allowed]:
                            edit = Edit(edit.allowed, ways[0][0], edit.shared)  # each name has its own pattern now
                        yield edit, whole

    def _goals(
        self, side: Written, element: int, owner: int, cause: Cause, *, twin: bool = False
    ) -> Iterator[tuple[int, frozenset[int]]]:
        """Return the patterns that a cause is about, each with the parts on all ways from an element to it."""
        if cause.names is NO_NAME or (cause.kind is Kind.TEXT_VALUE):
            found = self._texts(side, element, owner, cause)
        elif cause.is_attribute:
            parts = side.attributes(element, cause.names)
            if cause.kind not in _VALUES or twin:
                found = (part for _, part in parts)
            else:
                for node, part in parts:
                    above = side.useful(owner, part)
                    for goal in self._values(side, part, node.content, cause) if above else ():
                        yield goal, above | side.useful(part, goal)
                return
        else:
            found = side.elements(element, cause.names)
        for goal in dict.fromkeys(found):
            useful = side.useful(owner, goal)
            if useful:
                yield goal, useful

    def _texts(self, side: Written, element: int, owner: int, cause: Cause) -> Iterator[int]:
        if cause.kind is Kind.TEXT_FORBIDDEN:
            return side.texts(owner)
        return self._values(side, owner, side.model.elements[element].content, cause)

    def _values(self, side: Written, owner: int, root: int, cause: Cause) -> Iterator[int]:
        """Return the data, values and texts that take what is refused."""
        sample = languages.example(cause.failure.lang)
        number = 0 if side is self.sides[0] else 1
        nodes = side.model.nodes
        found = indexes(nodes, root)
        spend(12 * len(found))
        for index in sorted(found):
            node = nodes[index]
            if index == TEXT:
                yield from side.texts(owner)
            if not isinstance(node, Value | Data) or not isinstance(sample, str):
                continue
            if isinstance(node, Value):
                parts = side.parts("value", node.location, node.text)
            else:
                name = node.datatype + "".join(f" {key}={value}" for key, value in node.params)
                parts = side.parts("data", node.location, name)
            if languages.holds(self.universe.lang(number, index), sample):
                yield from (part for part in parts if side.useful(owner, part))


_VALUED = ("data", "value", "choice", "text")
_NAMED = ("element", "attribute", "ref", "parentRef", "grammar", DEFINE)


def _wildcard(cause: Cause, universe: Universe) -> tuple[int, NameSet, bool] | None:
    """Return the wildcard that let in what is refused: the elements around it by number, its names, its kind.

    The other side has no wildcard there, and what is refused was not allowed beside the wildcard.
    """
    letters = universe.letters
    steps = cause.way.inner.steps
    for at, (state, label) in enumerate(steps):
        if state.owner.letter >= 0:
            names = letters[label.letter].names
            if names.infinite and not _has_wild_element(state.owner, universe):
                return at, names, False
    p, q = cause.owner.p, cause.owner.q
    if cause.kind in _REQUIRED or cause.names is NO_NAME or cause.owner.letter < 0:
        return None
    if cause.is_attribute:
        sets: Iterable[NameSet] = () if any(one.infinite for one in q.attrs) else p.attrs
    else:
        wild = _has_wild_element(cause.owner, universe)
        sets = () if wild else {letters[letter].names for letter in bits(p.letters)}
    allowing = [one for one in sets if meets(one, cause.names)]
    if not allowing or not all(one.infinite for one in allowing):
        return None
    return len(steps), min(allowing, key=lambda one: one.number), cause.is_attribute


def _has_wild_element(owner: Obligation, universe: Universe) -> bool:
    """Whether the side that refuses takes elements of any name in the content."""
    return any(universe.letters[letter].names.infinite for letter in bits(owner.q.letters))


def _under(side: Written, part: int) -> frozenset[tuple[str, str]]:
    """Return the elements, attributes and texts of a part: itself where it is one."""
    found = side.leaves(part)
    return frozenset([side.token(part)]) if side.outline.kinds[part] in ("element", "attribute") else found


def _of_values(here: Written, part: int) -> bool:
    """Whether a part is a choice of values, and not one of what has values."""
    if here.outline.kinds[part] not in ("choice", "optional"):
        return False
    return not any(kind in ("element", "attribute") for kind, _ in here.leaves(part))


def _named_parting(here: Written, there: Written, chain: Chain | None, start: int) -> list[tuple[Edit, bool]]:
    """Return the first part with a name that the other side has not; none when it has all."""
    front = start
    for at, part in enumerate(chain or ()):
        kind, name = here.token(part)
        if kind not in _NAMED or kind == DEFINE:
            continue
        found = there.find(front, kind, name)
        if found is not None:
            front = there.outline.targets[found] if there.outline.targets[found] >= 0 else found
        elif kind in ("element", "attribute") or not there_still(here, there, part, front):
            return [(Edit(part, front, at), False)]
    return []
