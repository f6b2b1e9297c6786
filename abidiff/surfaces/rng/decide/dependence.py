"""Which parts of two patterns have to be looked at together: by their names, and by their order."""

# ruff: noqa: C419 - a list is the faster argument of any() and all() here

from __future__ import annotations

from collections.abc import Iterable

from abidiff.surfaces.rng.decide.algebra import K_CHOICE, K_ELEM, K_GROUP, K_INTER, K_PLUS, K_TEXT, TEXT_LETTER, P
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, common


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
        self._ordered: dict[int, tuple[frozenset[NameSet | str], ...]] = {}

    def names(self, p: P) -> frozenset[NameSet]:
        """Return the names of the elements in a pattern."""
        found = self._names.get(p.id)
        if found is None:
            letters = self.universe.letters
            found = self._names[p.id] = frozenset([letters[letter].names for letter in p.letters])
        return found

    def strangers(self, q: P, p: P) -> frozenset[int]:
        """Return the letters of q whose names p has not."""
        if not q.letters:
            return q.letters
        mine = self.names(p)
        wild = [n for n in mine if n.single is None]
        letters = self.universe.letters
        out = []
        for d in q.letters - p.letters:
            names = letters[d].names
            if names in mine:
                continue
            others = wild if names.single is not None else mine
            if not any([common(names, n) is not NO_NAME for n in others]):
                out.append(d)
        return frozenset(out)

    def strange_attributes(self, q: P, p: P) -> frozenset[NameSet]:
        """Return the names of attributes that only q has (whole sets; what overlaps stays)."""
        if not q.attrs:
            return q.attrs
        mine = p.attrs
        wild = [n for n in mine if n.single is None]
        out = []
        for names in q.attrs - mine:
            others = wild if names.single is not None else mine
            if not any([common(names, n) is not NO_NAME for n in others]):
                out.append(names)
        return frozenset(out)

    def by_name(self, letters: Iterable[int]) -> list[tuple[NameSet, frozenset[int]]]:
        """Return letters grouped by their names, in a fixed order."""
        groups: dict[NameSet, set[int]] = {}
        for letter in letters:
            groups.setdefault(self.universe.letters[letter].names, set()).add(letter)
        return [(n, frozenset(groups[n])) for n in sorted(groups, key=lambda n: n.number)]

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
                if kind == other_kind and common(names, other) is not NO_NAME:
                    groups.join((kind, names), (kind, other))
        out: dict[object, tuple[list[P], list[P]]] = {}
        for i, (side, branch) in enumerate(branches):
            out.setdefault(groups.find(i), ([], []))[side].append(branch)
        return list(out.values())

    def first_component(self, p: P, q: P) -> tuple[frozenset[int], bool]:
        """Return the letters whose order has to be looked at first, and whether those are all.

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
        letters, text = p.letters | q.letters, p.text
        mine = frozenset([d for d in letters if self.universe.letters[d].names in first])
        if text and _TEXT in first:
            mine |= {TEXT_LETTER}
        everything = mine >= letters and (not text or TEXT_LETTER in mine)
        if text and TEXT_LETTER not in mine and mine >= letters:
            # only free text is left beside it: look at both together
            return mine | {TEXT_LETTER}, True
        return mine, everything

    def _components(self, p: P, q: P) -> list[frozenset[NameSet | str]]:
        """Return the sets of two or more names, and text, whose order to each other matters on a side."""
        sets: list[frozenset[NameSet | str]] = [*self._tied(p), *self._tied(q)]
        names = self.names(p) | self.names(q)
        for wild in [one for one in names if one.single is None]:
            sets.append(frozenset([wild, *(other for other in names if common(wild, other) is not NO_NAME)]))
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
