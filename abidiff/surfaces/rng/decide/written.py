"""A side's schemas as they were written: the ways in their outline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from abidiff.location import Location
from abidiff.surfaces.rng.decide.places import below
from abidiff.surfaces.rng.model import DEFINE, Attribute, Element, Outline, Ref, Schemas
from abidiff.surfaces.rng.values.effort import spend
from abidiff.surfaces.rng.values.namesets import NameSet, meets, name_set

Chain: TypeAlias = tuple[int, ...]
"""Parts of an outline, from what stands directly in an element down to one pattern."""

_DEFINED = (DEFINE, "ref", "parentRef")
_FEW = 3
_NOTHING: Mapping[str, str] = MappingProxyType({})
_LEAVES = ("element", "attribute", "data", "value", "text")


def both(old: Schemas, new: Schemas) -> tuple[Written, Written]:
    """Return the outlines of both sides; what is known by its name is so where all defines got a prefix, too."""
    return Written(old), Written(new, _renamed(_defines(old), _defines(new)))


def _defines(model: Schemas) -> set[str]:
    outline = model.outline
    return {name for kind, name in zip(outline.kinds, outline.names, strict=True) if kind == DEFINE}


def _renamed(old: set[str], new: set[str]) -> Mapping[str, str]:
    """Return new name → old name of the defines that got, or lost, the same prefix or suffix.

    It counts as one where half of the names that one side has alone differ in it.
    """
    went, came = old - new, new - old
    votes: Counter[tuple[bool, bool, str]] = Counter()
    for longer, shorter, gained in ((came, went, True), (went, came, False)):
        for name in longer:
            votes.update((gained, True, name[:at]) for at in range(1, len(name)) if name[at:] in shorter)
            votes.update((gained, False, name[at:]) for at in range(1, len(name)) if name[:at] in shorter)
    if not votes:
        return _NOTHING
    (gained, ahead, affix), count = min(votes.items(), key=lambda one: (-one[1], one[0]))
    if count < _FEW or 2 * count < min(len(went), len(came)):
        return _NOTHING
    pairs = {name: affix + name if ahead else name + affix for name in (went if gained else came)}
    if gained:
        return {longer: name for name, longer in pairs.items() if longer in came}
    return {name: longer for name, longer in pairs.items() if longer in went}


class Written:
    """The outline of one side, with the ways in it; ``renamed`` are defines that the other side calls otherwise."""

    def __init__(self, model: Schemas, renamed: Mapping[str, str] = _NOTHING) -> None:
        self.model = model
        self.outline: Outline = model.outline
        self._tokens = [
            (kind, renamed.get(name, name) if kind in _DEFINED else name)
            for kind, name in zip(self.outline.kinds, self.outline.names, strict=True)
        ]
        self._index: dict[tuple[str, str, int, str], list[int]] = {}
        self._inside: list[list[int]] = [[] for _ in self.outline.kinds]
        self._by_token: dict[int, dict[tuple[str, str], list[int]]] = {}
        self._routes: dict[int, dict[int, list[int]]] = {}
        self._useful: dict[tuple[int, int], frozenset[int]] = {}
        self._leaves: dict[int, frozenset[tuple[str, str]]] = {}
        self._marks: dict[int, frozenset[tuple[str, str]]] = {}
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

    def named(self, part: int) -> Mapping[tuple[str, str], Sequence[int]]:
        """Return the parts of a part by what they are known by."""
        found = self._by_token.get(part)
        if found is None:
            found = self._by_token[part] = {}
            for one in self.inside(part):
                found.setdefault(self._tokens[one], []).append(one)
        return found

    def token(self, part: int) -> tuple[str, str]:
        """Return what a part is known by on both sides."""
        return self._tokens[part]

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
        if len(found) > 1:  # one for each grammar that brings the file (4.6): with what that puts for its defines
            nodes = [node for _, node in self._attributes(element.id)]
            wanted = [self.parts("attribute", node.location, str(node.name)) for node in nodes]
            spend(len(found) * len(wanted))
            full = [part for part in found if all(any(map(self._before(part).__contains__, w)) for w in wanted)]
            found = full or found
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
        while before[out[-1]][0] != owner:
            out.append(before[out[-1]][0])
        return tuple(reversed(out))

    def useful(self, owner: int, part: int) -> frozenset[int]:
        """Return the parts on all ways from an element or attribute down to a part; none when there is no way."""
        key = (owner, part)
        found = self._useful.get(key)
        if found is None:
            before = self._before(owner)
            reached = {part} if part in before else set()
            stack = list(reached)
            while stack:
                for above in before[stack.pop()]:
                    if above != owner and above not in reached:
                        reached.add(above)
                        stack.append(above)
            found = self._useful[key] = frozenset(reached)
        return found

    def _before(self, owner: int) -> dict[int, list[int]]:
        found = self._routes.get(owner)
        if found is None:
            found = self._routes[owner] = self._search(owner)
        return found

    def _search(self, owner: int) -> dict[int, list[int]]:
        """Return what stands directly above each part below an element or attribute, the nearest first."""
        kinds = self.outline.kinds
        before: dict[int, list[int]] = {}
        queue = [owner]
        for one in queue:
            if one != owner and kinds[one] in ("element", "attribute"):
                continue
            for part in self.inside(one):
                if part in before:
                    before[part].append(one)
                elif part != owner:
                    before[part] = [one]
                    queue.append(part)
        return before

    def find(self, owner: int, kind: str, name: str) -> int | None:
        """Return the nearest part of a name below another one, through no other element or attribute."""
        before = self._before(owner)
        return next((p for p in before if self._tokens[p] == (kind, name)), None)

    def below(self, owner: int, tokens: frozenset[tuple[str, str]]) -> int | None:
        """Return the first part below another one that is known by one of some."""
        return next((part for part in self._before(owner) if self._tokens[part] in tokens), None) if tokens else None

    def excepted(self, part: int) -> bool:
        """Whether a part stands in a datatype: as what is left out of it."""
        up = self.outline.ups[part]
        while up >= 0 and self.outline.kinds[up] == "choice":
            up = self.outline.ups[up]
        return up >= 0 and self.outline.kinds[up] == "data"

    def texts(self, owner: int) -> Iterator[int]:
        """Return the texts below an element or attribute, through no other one."""
        return (part for part in self._before(owner) if self.outline.kinds[part] == "text")

    def leaves(self, owner: int) -> frozenset[tuple[str, str]]:
        """Return the elements, attributes and texts below a part."""
        found = self._leaves.get(owner)
        if found is None:
            parts = (p for p in self._before(owner) if self.outline.kinds[p] in _LEAVES)
            found = self._leaves[owner] = frozenset(map(self.token, parts))
        return found

    def marks(self, owner: int) -> frozenset[tuple[str, str]]:
        """Return the leaves below a part, and the values of its attributes: they tell branches apart."""
        found = self._marks.get(owner)
        if found is None:
            kinds, names = self.outline.kinds, self.outline.names
            own = [part for part in self._before(owner) if kinds[part] == "attribute"]
            values = [(names[part], name) for part in own for _, name in self.leaves(part)]
            found = self._marks[owner] = self.leaves(owner) | frozenset(values)
        return found

    def attributes(self, element: int, names: NameSet) -> Iterator[tuple[Attribute, int]]:
        """Return the attributes of some names in an element's content."""
        attributes = self._attributes(element)
        spend(len(attributes))
        for one, node in attributes:
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
        children = self.children(element)
        spend(len(children))
        for child in sorted(children):
            one = self.model.elements[child]
            if meets(name_set(one.name), names):
                part = self.element(one)
                if part is not None:
                    yield part
