"""Which parts of two patterns have to be looked at together: by their names, and by their order."""

from __future__ import annotations

from functools import cached_property

from abidiff.surfaces.rng.decide import erasing
from abidiff.surfaces.rng.decide.algebra import K_CHOICE, K_ELEM, K_GROUP, K_INTER, K_PLUS, K_TEXT, P
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.values.bits import bits, bits_of
from abidiff.surfaces.rng.values.namesets import NameSet


class Symbols:
    """Names and order of the letters of a universe."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self._names: dict[int, frozenset[NameSet]] = {}
        self._partners: dict[int, int] = {}
        self._ordered: dict[int, tuple[tuple[int, bool], ...]] = {}

    def names(self, p: P) -> frozenset[NameSet]:
        """Return the names of the elements in a pattern."""
        return self._names_of(p.letters)

    def _names_of(self, letters: int) -> frozenset[NameSet]:
        found = self._names.get(letters)
        if found is None:
            known = self.universe.letters
            found = self._names[letters] = frozenset([known[letter].names for letter in bits(letters)])
        return found

    def partners(self, letters: int) -> int:
        """Return the letters, a bit for each, that have a name in common with one of some letters."""
        found = self._partners.get(letters)
        if found is None:
            found, each = 0, self._each
            for letter in bits(letters):
                found |= each[letter]
            self._partners[letters] = found
        return found

    @cached_property
    def _each(self) -> list[int]:
        """The partners of each letter."""
        return [self.universe.partners(letter.number) for letter in self.universe.letters]

    def strangers(self, q: P, p: P) -> int:
        """Return the letters of q whose names p has not, a bit for each."""
        rest, mine = q.letters & ~p.letters, p.letters
        if rest and mine not in self._partners and rest.bit_count() < mine.bit_count():
            each = self._each
            return bits_of(letter for letter in bits(rest) if not each[letter] & mine)
        return rest & ~self.partners(mine) if rest else 0

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

    def indispensable(self, p: P, q: P) -> tuple[NameSet, bool] | None:
        """Return what p can't do without and q has not at all: an element, else an attribute (then True).

        None when there is nothing.
        """
        for names, group in self.by_name(self.strangers(p, q)):
            if erasing.vanishes(p, group):
                return names, False
        for names in sorted(self.strange_attributes(p, q), key=lambda n: n.number):
            if erasing.vanishes(p, 0, names.mask):
                return names, True
        return None

    def components(self, p: P, q: P) -> list[tuple[list[P], list[P]]]:
        """Split the interleaved branches of p and q into parts that share no name."""
        branches = [(0, b) for b in (p.parts if p.kind == K_INTER else (p,))]
        branches += [(1, b) for b in (q.parts if q.kind == K_INTER else (q,))]
        shared = _shared(p, q)
        # of most, nothing has to be looked for: what both have, and attributes of one name
        alone: dict[P, list[int]] = {}
        named: dict[int, list[int]] = {}
        names = letters = 0
        text = False
        parts: list[_Part] = []
        for i, (_, branch) in enumerate(branches):
            if branch in shared:
                alone.setdefault(branch, []).append(i)
                continue
            mask = branch.mask
            if not branch.letters and not branch.text:
                if mask in named:
                    named[mask].append(i)
                    continue
                if not mask & names and not mask & (mask - 1):
                    named[mask] = [i]
                    names |= mask
                    continue
            new = _Part(self.partners(branch.letters), mask, branch.text, [i])
            if mask & names or branch.letters & letters or (branch.text and text):
                parts += [_Part(0, one, False, named.pop(one)) for one in list(named) if one & mask]
                parts = _joined(parts, new, branch.letters)
            else:
                parts.append(new)
            names, letters, text = names | mask, letters | new.letters, text or branch.text
        out: list[tuple[list[P], list[P]]] = []
        for numbers in sorted([*alone.values(), *named.values(), *(part.branches for part in parts)]):
            sides: tuple[list[P], list[P]] = ([], [])
            for i in numbers:
                sides[branches[i][0]].append(branches[i][1])
            out.append(sides)
        return out

    @cached_property
    def lonely(self) -> int:
        """The letters that have a name for themselves."""
        return bits_of(letter.number for letter in self.universe.letters if self._each[letter.number].bit_count() == 1)

    @cached_property
    def _order(self) -> list[int]:
        """The numbers of the letters' names."""
        return [letter.names.number for letter in self.universe.letters]

    @cached_property
    def _wild(self) -> int:
        """The letters of more than one name."""
        return bits_of(letter.number for letter in self.universe.letters if letter.names.single is None)

    def first_component(self, p: P, q: P) -> tuple[int, bool, bool]:
        """Return the letters whose order has to be looked at first, whether text is with them, and whether that is all.

        Letters of different components commute on both sides, so documents in which those of
        the first component stand before all others speak for all.
        """
        letters = p.letters | q.letters
        tied = self._components(p, q, letters)
        relevant = p.letters
        for one, _ in tied:
            if one & p.letters:
                relevant |= one
        start = min(bits(relevant), key=self._order.__getitem__)
        alone = (self.universe.partners(start) & letters, False)
        mine, text = next((one for one in tied if one[0] >> start & 1), alone)
        # where only free text is left beside it: look at both together
        return mine, p.text and (text or mine == letters), mine == letters

    def _components(self, p: P, q: P, letters: int) -> list[tuple[int, bool]]:
        """Return the sets of letters of two or more names, and text, whose order to each other matters on a side."""
        sets = [(self.partners(one) & letters, text) for one, text in (*self._tied(p), *self._tied(q))]
        sets += [(self.universe.partners(wild) & letters, False) for wild in bits(letters & self._wild)]
        out: list[tuple[int, bool]] = []
        for one, text in sets:
            apart = []
            for other in out:
                if one & other[0] or (text and other[1]):
                    one, text = one | other[0], text or other[1]
                else:
                    apart.append(other)
            out = [*apart, (one, text)]
        return out

    def _tied(self, p: P) -> tuple[tuple[int, bool], ...]:
        """Return sets of letters, and text, whose order to each other matters somewhere in the pattern."""
        found = self._ordered.get(p.id)
        if found is None:
            out: list[tuple[int, bool]] = []
            stack = [p]
            while stack:
                one = stack.pop()
                if one.kind == K_GROUP or (one.kind == K_PLUS and not _single(one.parts[0])):
                    if len(self.names(one)) + one.text > 1:
                        out.append((one.letters, one.text))
                else:
                    stack.extend([part for part in one.parts if part.parts])
            found = self._ordered[p.id] = tuple(out)
        return found


class _Part:
    """Branches that share names: the letters that have one of their elements' names, their attributes, text."""

    __slots__ = ("branches", "letters", "names", "text")

    def __init__(self, letters: int, names: int, text: bool, branches: list[int]) -> None:
        self.letters = letters
        self.names = names
        self.text = text
        self.branches = branches

    def touches(self, other: _Part, letters: int) -> bool:
        """Whether another part, of one branch with some letters, has a name of this one."""
        return bool(self.letters & letters or self.names & other.names or (self.text and other.text))


def _joined(parts: list[_Part], new: _Part, letters: int) -> list[_Part]:
    """Return parts with a new one, of a branch with some letters, and those that it touches in one."""
    touched = [one for one in parts if one.touches(new, letters)]
    if not touched:
        return [*parts, new]
    for one in touched:
        new = _Part(new.letters | one.letters, new.names | one.names, new.text or one.text, new.branches + one.branches)
    new.branches.sort()
    return [*(one for one in parts if one not in touched), new]


def _shared(p: P, q: P) -> frozenset[P]:
    """Return the branches that p and q have both: each is a part of its own, as branches share no names (7.3, 7.4)."""
    if p.kind != K_INTER or q.kind != K_INTER:
        return frozenset()
    mine, theirs = frozenset(p.parts), frozenset(q.parts)
    alone = len(mine) == len(p.parts) and len(theirs) == len(q.parts)
    return mine & theirs if alone else frozenset()


def _single(body: P) -> bool:
    """Whether a repetition's body is one letter, or a choice of such."""
    return body.bare if body.kind == K_CHOICE else body.kind in (K_ELEM, K_TEXT)
