"""Which edit it was: the pattern of the old schema that allowed something and that of the new one that forbids it.

From the element that both sides agree on, the way to the pattern in question is followed in the outline of the
side that has it, through references and wrappers, and step by step in that of the other side.  Where the two ways
part is the edit.  What a repair has to put back, or to take away, stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from abidiff.location import Location
from abidiff.surfaces.rng.decide.algebra import bits
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.causes import Cause, Edit
from abidiff.surfaces.rng.decide.paths import Path
from abidiff.surfaces.rng.decide.places import below, indexes
from abidiff.surfaces.rng.decide.steps import Child, Kind, Obligation
from abidiff.surfaces.rng.model import DEFINE, Attribute, Data, Element, Outline, Ref, Schemas, Value
from abidiff.surfaces.rng.values import languages
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, meets, name_set

Chain: TypeAlias = tuple[int, ...]
"""Parts of an outline, from what stands directly in an element down to one pattern."""

_REQUIRED = (Kind.ATTRIBUTE_REQUIRED, Kind.ELEMENT_REQUIRED)
_REMOVED = (Kind.ATTRIBUTE_REMOVED, Kind.ELEMENT_REMOVED)
_VALUES = (Kind.ATTRIBUTE_VALUE, Kind.TEXT_VALUE)


class Written:
    """The outline of one side, with the ways in it."""

    def __init__(self, model: Schemas) -> None:
        self.model = model
        self.outline: Outline = model.outline
        self._index: dict[tuple[str, str, int, str], list[int]] = {}
        self._inside: list[list[int]] = [[] for _ in self.outline.kinds]
        self._routes: dict[int, dict[int, int]] = {}
        self._leaves: dict[int, frozenset[tuple[str, str]]] = {}
        self._children: dict[int, frozenset[int]] = {}
        self._named: dict[int, list[tuple[NameSet, Attribute]]] = {}
        outline = self.outline
        for index, kind in enumerate(outline.kinds):
            path = outline.paths[outline.files[index]]
            self._index.setdefault((kind, path, outline.lines[index], outline.names[index]), []).append(index)
            if outline.ups[index] >= 0:
                self._inside[outline.ups[index]].append(index)

    def inside(self, part: int) -> Sequence[int]:
        """Return the parts of a part: of a reference, what it leads to."""
        target = self.outline.targets[part]
        return (target,) if target >= 0 else self._inside[part]

    def token(self, part: int) -> tuple[str, str]:
        """Return what a part is known by on both sides."""
        return self.outline.kinds[part], self.outline.names[part]

    def location(self, part: int) -> Location:
        """Return where a part stands."""
        outline = self.outline
        return Location(outline.paths[outline.files[part]], outline.lines[part])

    def parts(self, kind: str, location: Location, name: str) -> Sequence[int]:
        """Return the parts that a node of the simplified form may be: several, where a line has several."""
        return self._index.get((kind, location.path, location.line, name), ())

    def element(self, element: Element) -> int | None:
        """Return the part of an element."""
        found = self.parts("element", element.location, str(element.name))
        if len(found) > 1:
            found = [part for part in found if self.define(part) == element.define] or found
        return found[0] if found else None

    def define(self, part: int) -> str:
        """Return the name of the define that a part stands in."""
        while self.outline.ups[part] >= 0:
            part = self.outline.ups[part]
        return self.outline.names[part] if self.outline.kinds[part] == DEFINE else ""

    def children(self, element: int) -> frozenset[int]:
        """Return the elements that an element's content names."""
        found = self._children.get(element)
        if found is None:
            content = self.model.elements[element].content
            refs = [node.element for node in below(self.model.nodes, content) if isinstance(node, Ref)]
            found = self._children[element] = frozenset(refs)
        return found

    def chain(self, owner: int, part: int) -> Chain | None:
        """Return the way from an element or attribute down to a part, through no element or attribute."""
        before = self._before(owner)
        if part not in before:
            return None
        out = [part]
        while before[out[-1]] != owner:
            out.append(before[out[-1]])
        return tuple(reversed(out))

    def _before(self, owner: int) -> dict[int, int]:
        found = self._routes.get(owner)
        if found is None:
            found = self._routes[owner] = self._search(owner)
        return found

    def _search(self, owner: int) -> dict[int, int]:
        kinds = self.outline.kinds
        before: dict[int, int] = {}
        queue = [owner]
        for one in queue:
            if one != owner and kinds[one] in ("element", "attribute"):
                continue
            for part in self.inside(one):
                if part not in before and part != owner:
                    before[part] = one
                    queue.append(part)
        return before

    def find(self, owner: int, kind: str, name: str) -> int | None:
        """Return the nearest part of a name below another one, through no other element or attribute."""
        before = self._before(owner)
        return next((p for p in before if self.outline.kinds[p] == kind and self.outline.names[p] == name), None)

    def leaves(self, owner: int) -> frozenset[tuple[str, str]]:
        """Return the elements, attributes and texts below a part."""
        found = self._leaves.get(owner)
        if found is None:
            parts = (p for p in self._before(owner) if self.outline.kinds[p] in _LEAVES)
            found = self._leaves[owner] = frozenset(map(self.token, parts))
        return found

    def attributes(self, element: int, names: NameSet) -> Iterator[tuple[Attribute, int]]:
        """Return the attributes of some names in an element's content."""
        for one, node in self._attributes(element):
            if meets(one, names):
                for part in self.parts("attribute", node.location, str(node.name)):
                    yield node, part

    def _attributes(self, element: int) -> list[tuple[NameSet, Attribute]]:
        found = self._named.get(element)
        if found is None:
            nodes = below(self.model.nodes, self.model.elements[element].content)
            found = [(name_set(node.name), node) for node in nodes if isinstance(node, Attribute)]
            self._named[element] = found
        return found

    def wildcards(self, element: int, names: NameSet, is_attribute: bool) -> Iterator[int]:
        """Return the parts of the wildcards in an element's content that have a name in common with some."""
        if is_attribute:
            yield from (part for node, part in self.attributes(element, names) if name_set(node.name).infinite)
            return
        for child in sorted(self.children(element)):
            one = self.model.elements[child]
            if name_set(one.name).infinite and meets(name_set(one.name), names):
                part = self.element(one)
                if part is not None:
                    yield part

    def elements(self, element: int, names: NameSet) -> Iterator[int]:
        """Return the parts of the child elements of some names."""
        for child in sorted(self.children(element)):
            one = self.model.elements[child]
            if meets(name_set(one.name), names):
                part = self.element(one)
                if part is not None:
                    yield part


class Blame:
    """Finds the edits of the causes of one direction; ``allowing`` is the side whose documents are refused."""

    def __init__(self, universe: Universe, allowing: int, written: Sequence[Written]) -> None:
        self.universe = universe
        self.allowing = allowing
        self.sides = written
        self._wild: dict[tuple[tuple[int, ...], tuple[int, ...], NameSet, bool], Edit | None] = {}

    def edit(self, cause: Cause) -> Edit | None:
        """Return the edit of a cause, None when there is no outline to see it in."""
        mine, theirs = self._owners(cause.path)
        here, there = self.sides[self.allowing], self.sides[1 - self.allowing]
        gone = self._wildcard(cause)
        if gone is not None:
            return gone
        if cause.kind in _REQUIRED:
            found = self._best(there, here, theirs, mine, cause)
            return found and Edit(found.forbidden, found.allowed, found.shared)
        if cause.kind is Kind.STRUCTURE and cause.condition is not None:
            return self._whole(mine, theirs)
        if cause.kind is Kind.STRUCTURE and cause.failure.kind is Kind.ATTRIBUTE_VALUE:
            return self._value(here, there, mine, theirs, cause) or self._whole(mine, theirs)
        return self._best(here, there, mine, theirs, cause) or self._whole(mine, theirs)

    def _wildcard(self, cause: Cause) -> Edit | None:
        """Return the edit that took a wildcard away, if what is refused was allowed by nothing else.

        What stands in an element that the wildcard let in is refused for the same edit.
        """
        found = _wildcard(cause, self.universe)
        if found is None:
            return None
        at, names, is_attribute = found
        mine, theirs = self._owners(cause.path[:at])
        key = (tuple(mine), tuple(theirs), names, is_attribute)
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
                chain = here.chain(owner, part) if owner is not None else None
                for start in starts if chain else ():
                    assert chain is not None
                    found = _parting(here, there, chain, start, (), wrappers=False)
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

    def _owners(self, path: Path) -> tuple[list[int], list[int]]:
        """Return the elements of both sides that a way ends in, followed from the root."""
        letters = self.universe.letters
        now: list[frozenset[int] | None] = [None, None]
        for _, edge, down in path:
            if not down:
                continue
            assert isinstance(edge.label, Child)
            reached = (frozenset([edge.label.letter]), edge.label.against)
            for turn, side in enumerate((self.allowing, 1 - self.allowing)):
                members = frozenset(m for letter in reached[turn] for m in letters[letter].members[side])
                around = now[turn]
                if around is not None:
                    inner = frozenset().union(*(self.sides[side].children(one) for one in around))
                    members = members & inner or members
                now[turn] = members
        return sorted(now[0] or ()), sorted(now[1] or ())

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
        parted: bool = False,
    ) -> Edit | None:
        """Return the edit on the way that both sides have most of; ``parted``: of those that only one side has."""
        best: Edit | None = None
        for element in mine:
            owner = here.element(here.model.elements[element])
            if owner is None:
                continue
            for chain in self._chains(here, element, owner, cause):
                for other in theirs:
                    start = there.element(there.model.elements[other])
                    if start is None:
                        continue
                    twins = list(self._chains(there, other, start, cause, twin=True))
                    removed = cause.kind in _REMOVED
                    found = _parting(here, there, chain, start, twins, wrappers=not removed)
                    if cause.kind in _VALUES and here.outline.kinds[found.allowed] in ("choice", "optional"):
                        found = Edit(chain[-1], found.forbidden, found.shared)
                    at = found.shared
                    if parted and (at == len(chain) or here.outline.kinds[chain[at]] not in _VALUED):
                        continue
                    if best is None or found.shared > best.shared:
                        best = found
        return best

    def _chains(self, side: Written, element: int, owner: int, cause: Cause, *, twin: bool = False) -> Iterator[Chain]:
        """Return the ways from an element to the patterns that a cause is about."""
        if cause.names is NO_NAME or (cause.kind is Kind.TEXT_VALUE):
            yield from self._texts(side, element, owner, cause)
        elif cause.is_attribute:
            for node, part in side.attributes(element, cause.names):
                above = side.chain(owner, part)
                if above is None:
                    continue
                if cause.kind not in _VALUES:
                    yield above
                elif not twin:
                    for inner in self._values(side, part, node.content, cause):
                        yield (*above, *inner)
        else:
            for part in side.elements(element, cause.names):
                above = side.chain(owner, part)
                if above is not None:
                    yield above

    def _texts(self, side: Written, element: int, owner: int, cause: Cause) -> Iterator[Chain]:
        content = side.model.elements[element].content
        if cause.kind is Kind.TEXT_FORBIDDEN:
            for part, kind in enumerate(side.outline.kinds):
                if kind == "text" and (found := side.chain(owner, part)) is not None:
                    yield found
        else:
            yield from self._values(side, owner, content, cause)

    def _values(self, side: Written, owner: int, root: int, cause: Cause) -> Iterator[Chain]:
        """Return the ways to the data or values that take what is refused."""
        sample = languages.example(cause.failure.lang)
        number = 0 if side is self.sides[0] else 1
        nodes = side.model.nodes
        for index in sorted(indexes(nodes, root)):
            node = nodes[index]
            if not isinstance(node, Value | Data) or not isinstance(sample, str):
                continue
            if isinstance(node, Value):
                parts = side.parts("value", node.location, node.text)
            else:
                name = node.datatype + "".join(f" {key}={value}" for key, value in node.params)
                parts = side.parts("data", node.location, name)
            if languages.holds(self.universe.lang(number, index), sample):
                yield from (found for part in parts if (found := side.chain(owner, part)) is not None)


_VALUED = ("data", "value", "choice")
_LEAVES = ("element", "attribute", "data", "value", "text")
_NAMED = ("element", "attribute", "ref", "parentRef", "grammar", DEFINE)
_SAME = 0.8
"""So much of what a reference led to has to be there still for it to count as renamed or written out."""


def _parting(
    here: Written, there: Written, chain: Chain, start: int, twins: Iterable[Chain], *, wrappers: bool = True
) -> Edit:
    """Return where a way is left on the other side; ``twins`` are that side's ways to what has the same name.

    Without ``wrappers``, only what has a name counts, and a reference that has another name on the other side, or is
    written out there, is passed through.
    """
    if not wrappers:
        found = _named_parting(here, there, chain, start)
        if found is not None:
            return found
    front, goal = [start], here.token(chain[-1])
    for at, part in enumerate(chain):
        token = here.token(part)
        following = [p for one in front for p in there.inside(one) if there.token(p) == token]
        if not following:
            return Edit(part, _counterpart(here, there, chain, at, front, twins), at)
        if len(following) > 1:
            following = [p for p in following if goal == there.token(p) or goal in there.leaves(p)] or following
        front = list(dict.fromkeys(following))
    return Edit(chain[-1], front[0], len(chain))


def _wildcard(cause: Cause, universe: Universe) -> tuple[int, NameSet, bool] | None:
    """Return the wildcard that let in what is refused: the length of the way to its element, its names, its kind.

    The other side has no wildcard there, and what is refused was not allowed beside the wildcard.
    """
    letters = universe.letters
    for at, (state, edge, down) in enumerate(cause.path):
        label = edge.label
        if down and isinstance(label, Child) and state.owner.letter >= 0:
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
    return len(cause.path), min(allowing, key=lambda one: one.number), cause.is_attribute


def _has_wild_element(owner: Obligation, universe: Universe) -> bool:
    """Whether the side that refuses takes elements of any name in the content."""
    return any(universe.letters[letter].names.infinite for letter in bits(owner.q.letters))


def _named_parting(here: Written, there: Written, chain: Chain, start: int) -> Edit | None:
    """Return the first part with a name that the other side has not; None when it has all."""
    front = start
    for at, part in enumerate(chain):
        kind, name = here.token(part)
        if kind not in _NAMED or kind == DEFINE:
            continue
        found = there.find(front, kind, name)
        if found is not None:
            front = there.outline.targets[found] if there.outline.targets[found] >= 0 else found
        elif kind in ("element", "attribute") or not _there_still(here, there, part, front):
            return Edit(part, front, at)
    return None


def _there_still(here: Written, there: Written, part: int, front: int) -> bool:
    """Whether nearly all that a reference leads to stands in the other side's content."""
    mine = here.leaves(part)
    return bool(mine) and len(mine & there.leaves(front)) >= _SAME * len(mine)


def _counterpart(
    here: Written, there: Written, chain: Chain, at: int, front: Sequence[int], twins: Iterable[Chain]
) -> int:
    """Return what stands on the other side in place of the part that it has not."""
    ahead = set(front)
    for twin in twins:
        if at < len(twin) and (at == 0 or twin[at - 1] in ahead):
            return twin[at]
    kind = here.outline.kinds[chain[at]]
    above = chain[at - 1] if at else None
    alone = above is None or sum(here.outline.kinds[p] == kind for p in here.inside(above)) == 1
    same = [p for one in front for p in there.inside(one) if there.outline.kinds[p] == kind]
    return same[0] if alone and len(same) == 1 and kind in ("data", "value") else front[0]
