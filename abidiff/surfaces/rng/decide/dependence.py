"""Which parts of two patterns have to be looked at together: by their names, and by their order."""

from __future__ import annotations

from abidiff.surfaces.rng.decide.algebra import K_CHOICE, K_ELEM, K_GROUP, K_INTER, K_PLUS, K_TEXT, P, bits, bits_of
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.values.namesets import NameSet, meets


class _Groups:
    """Union-find."""

    def __init__(self) -> None:
        self.parent: dict[object, object] = {}

    def find(self, item: object) -> object:
        parent = self.parent
        root = parent.setdefault(item, item)
        while parent[root] is not root:
            root = parent[root]
        while parent[item] is not root:
            parent[item], item = root, parent[item]
        return root

    def join(self, one: object, other: object) -> None:
        a, b = self.find(one), self.find(other)
        if a is not b:
            self.parent[b] = a


_TEXT = "#text"


class Symbols:
    """Names and order of the letters of a universe."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self._names: dict[int, frozenset[NameSet]] = {}
        self._partners: dict[int, int] = {}
        self._ordered: dict[int, tuple[frozenset[NameSet | str], ...]] = {}

    def names(self, p: P) -> frozenset[NameSet]:
        """Return the names of the elements in a pattern."""
        return self._names_of(p.letters)

    def _names_of(self, letters: int) -> frozenset[NameSet]:
        found = self._names.get(letters)
        if found is None:
            known = self.universe.letters
            found = self._names[letters] = frozenset([known[letter].names for letter in bits(letters)])
        return found

    def partners(self, p: P) -> int:
        """Return the letters, a bit for each, that have a name in common with one of the pattern."""
        found = self._partners.get(p.letters)
        if found is None:
            found = 0
            for letter in bits(p.letters):
                found |= self.universe.partners(letter)
            self._partners[p.letters] = found
        return found

    def strangers(self, q: P, p: P) -> int:
        """Return the letters of q whose names p has not, a bit for each."""
        rest = q.letters & ~p.letters
        return rest & ~self.partners(p) if rest else 0

    def strange_attributes(self, q: P, p: P) -> list[NameSet]:
        """Return the names of attributes that only q has (whole sets; what overlaps stays)."""
        if not q.mask & ~p.mask:
            return []
        mine = p.mask
        return [names for names in q.attrs - p.attrs if not names.mask & mine]

    def by_name(self, letters: int) -> list[tuple[NameSet, int]]:
        """Return letters grouped by their names, in a fixed order."""
        groups: dict[NameSet, int] = {}
        for letter in bits(letters):
            names = self.universe.letters[letter].names
            groups[names] = groups.get(names, 0) | 1 << letter
        return [(n, groups[n]) for n in sorted(groups, key=lambda n: n.number)]

    def components(self, p: P, q: P) -> list[tuple[list[P], list[P]]]:
        """Split the interleaved branches of p and q into parts that share no name."""
        branches = [(0, b) for b in (p.parts if p.kind == K_INTER else (p,))]
        branches += [(1, b) for b in (q.parts if q.kind == K_INTER else (q,))]
        groups = _Groups()
        shared = _shared(p, q)
        wild: list[tuple[str, NameSet]] = []
        seen: set[tuple[str, NameSet]] = set()
        for i, (_, branch) in enumerate(branches):
            if branch in shared:
                groups.join(branch, i)
                continue
            groups.find(i)
            if branch.text:
                groups.join(_TEXT, i)
            for kind, sets in (("e", self.names(branch)), ("a", branch.attrs)):
                for names in sets:
                    groups.join((kind, names), i)
                    seen.add((kind, names))
                    if names.single is None:
                        wild.append((kind, names))
        for kind, names in wild:
            for other_kind, other in seen:
                if kind == other_kind and meets(names, other):
                    groups.join((kind, names), (kind, other))
        out: dict[object, tuple[list[P], list[P]]] = {}
        for i, (side, branch) in enumerate(branches):
            out.setdefault(groups.find(i), ([], []))[side].append(branch)
        return list(out.values())

    def first_component(self, p: P, q: P) -> tuple[int, bool, bool]:
        """Return the letters whose order has to be looked at first, whether text is with them, and whether that is all.

        Letters of different components commute on both sides, so documents in which those of
        the first component stand before all others speak for all.
        """
        mine_first = self.names(p)
        tied = self._components(p, q)
        together = {one: names for names in tied for one in names}
        lowest = [
            min(one.number for one in names if isinstance(one, NameSet))
            for names in tied
            if not mine_first.isdisjoint(names)
        ]
        lowest += [one.number for one in mine_first if one not in together]
        number = min(lowest)
        names = self.names(p) | self.names(q)
        start = next(one for one in names if one.number == number)
        first = together.get(start, frozenset([start]))
        letters = p.letters | q.letters
        known = self.universe.letters
        mine = bits_of(d for d in bits(letters) if known[d].names in first)
        text = p.text and _TEXT in first
        # where only free text is left beside it: look at both together
        return mine, text or (p.text and mine == letters), mine == letters

    def _components(self, p: P, q: P) -> list[frozenset[NameSet | str]]:
        """Return the sets of two or more names, and text, whose order to each other matters on a side."""
        sets: list[frozenset[NameSet | str]] = [*self._tied(p), *self._tied(q)]
        names = self.names(p) | self.names(q)
        for wild in [one for one in names if one.single is None]:
            sets.append(frozenset([wild, *(other for other in names if meets(wild, other))]))
        out: list[frozenset[NameSet | str]] = []
        for one in sets:
            apart = [other for other in out if one.isdisjoint(other)]
            out = [*apart, one.union(*(other for other in out if not one.isdisjoint(other)))]
        return out

    def _tied(self, p: P) -> tuple[frozenset[NameSet | str], ...]:
        """Return sets of names whose order to each other matters somewhere in the pattern."""
        found = self._ordered.get(p.id)
        if found is None:
            out: list[frozenset[NameSet | str]] = []
            stack = [p]
            while stack:
                one = stack.pop()
                if one.kind == K_GROUP or (one.kind == K_PLUS and not _single(one.parts[0])):
                    tied: frozenset[NameSet | str] = self.names(one)
                    if one.text:
                        tied |= {_TEXT}
                    if len(tied) > 1:
                        out.append(tied)
                else:
                    stack.extend(one.parts)
            found = self._ordered[p.id] = tuple(out)
        return found


def _shared(p: P, q: P) -> frozenset[P]:
    """Return the branches that p and q have both: each is a part of its own, as branches share no names (7.3, 7.4)."""
    if p.kind != K_INTER or q.kind != K_INTER:
        return frozenset()
    mine, theirs = frozenset(p.parts), frozenset(q.parts)
    alone = len(mine) == len(p.parts) and len(theirs) == len(q.parts)
    return mine & theirs if alone else frozenset()


def _single(body: P) -> bool:
    """Whether a repetition's body is one letter, or a choice of such."""
    parts = body.parts or (body,)
    return (not body.parts or body.kind == K_CHOICE) and all(part.kind in (K_ELEM, K_TEXT) for part in parts)
