"""Where the outlines of two schemas part on the ways to one pattern.

All ways from an element to the pattern are followed at once, step by step in both outlines.  What only loosens on the
way (``optional`` around it, ``group`` to ``interleave``) and what changes nothing (a reference that was renamed or
written out) is passed through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from abidiff.surfaces.rng.decide.causes import Edit
from abidiff.surfaces.rng.decide.written import Written
from abidiff.surfaces.rng.model import DEFINE
from abidiff.surfaces.rng.values.effort import spend

_SAME = 0.8
"""So much of what a reference led to has to be there still for it to count as renamed or written out."""
_LOOSER = {"optional": ("zeroOrMore",), "oneOrMore": ("zeroOrMore",), "group": ("interleave",)}
_OPEN = ("optional", "zeroOrMore", "oneOrMore", "choice", "ref")
"""Patterns that allow what stands in them, or more."""
_WRAPPERS = ("group", "interleave", "optional", "zeroOrMore", "oneOrMore", "choice", "mixed")
_ARRANGING = ("group", "interleave", "optional", "zeroOrMore", "oneOrMore")
"""Patterns that say in which order and how often, and nothing of values."""
MAX_STEPS = 2_000
"""So many steps are taken at most; what parts later is not looked for."""


class Passing(msgspec.Struct, frozen=True):
    """What is passed through.

    ``loose``   what loosens, and references that were renamed or written out.
    ``values``  all that says only in which order or how often: it is no reason for a value to be refused.
    """

    loose: bool = True
    values: bool = False


class Walk:
    """The steps from an element of one side to a pattern, beside those of the other side.

    ``goal``    the pattern; ``useful`` are the parts on some way to it.
    ``twins``   the parts of the other side on some way to what has the same name.
    """

    def __init__(
        self,
        sides: tuple[Written, Written],
        goal: int,
        useful: frozenset[int],
        twins: frozenset[int],
        passing: Passing,
    ) -> None:
        self.here, self.there = sides
        self.goal = goal
        self.useful = useful
        self.twins = twins
        self.passing = passing

    def partings(self, owner: int, start: int) -> Iterator[tuple[Edit, bool]]:
        """Return where the sides part, and whether the goal was reached there: then both have that way."""
        first: tuple[int, tuple[int, ...]] = (owner, (start,))
        seen = {first}
        queue = [(*first, 0)]
        for above, front, at in queue:
            for part in self.here.inside(above):
                if part not in self.useful:
                    continue
                following = self._following(above, part, front)
                if not following and self._passed(above, part, front):
                    following = front
                if not following:
                    yield Edit(part, self._counterpart(above, part, front), at), False
                elif part == self.goal:
                    excepted = self._excepted(part, following[0])
                    yield Edit(part, excepted or following[0], at + 1), excepted is None
                elif (part, following) not in seen and len(seen) < MAX_STEPS:
                    seen.add((part, following))
                    queue.append((part, following, at + 1))

    def _excepted(self, part: int, other: int) -> int | None:
        """Return what the other side leaves out of a datatype and this one does not."""
        if self.here.outline.kinds[part] != "data":
            return None
        return self.there.below(other, self.there.leaves(other) - self.here.leaves(part))

    def _passed(self, above: int, part: int, front: Sequence[int]) -> bool:
        """Whether the way leads on through a part that the other side has not, from where that one is."""
        kind = self.here.outline.kinds[part]
        if kind in (DEFINE, "mixed"):
            return True
        if self.passing.values and kind in _ARRANGING:
            marks = self.here.marks(part)
            went = self.here.outline.kinds[above] == "choice" and self._fewer(above, self.here.token(part), front)
            return not went and any(marks & self.there.marks(one) for one in front)
        if not self.passing.loose:
            return False
        if kind in ("group", "interleave", "choice"):  # of one part nothing is left but that part (4.12)
            return any(self._left(part, one) == 1 for one in front)
        if kind != "ref":
            return False
        goal = self.here.token(self.goal)
        return any(goal in self.there.leaves(one) and there_still(self.here, self.there, part, one) for one in front)

    def _left(self, part: int, one: int) -> int:
        """Return how many parts of a part stand in one of the other side, by their names or by what is in them."""
        others = self.there.inside(one)
        kept = {
            self.here.token(mine)
            for mine in self.here.inside(part)
            for other in others
            if self.here.token(mine) == self.there.token(other)
            and (self.here.token(mine)[0] not in _WRAPPERS or self._likeness(mine, other))
        }
        return len(kept)

    def _fewer(self, above: int, token: tuple[str, str], front: Sequence[int]) -> bool:
        """Whether a choice of the other side has branches of a kind, and fewer of them."""
        mine = sum(self.here.token(other) == token for other in self.here.inside(above))
        theirs = [sum(self.there.token(other) == token for other in self.there.inside(one)) for one in front]
        return any(0 < count < mine for count in theirs)

    def _following(self, above: int, part: int, front: Sequence[int]) -> tuple[int, ...]:
        """Return what stands for a part on the other side."""
        found = [match for one in front for match in self._matches(above, part, one)]
        return tuple(dict.fromkeys(found))

    def _matches(self, above: int, part: int, one: int) -> Sequence[int]:
        token, there = self.here.token(part), self.there
        inside = there.inside(one)
        spend(2 * len(inside))
        found = self._closest(above, part, one, [other for other in inside if there.token(other) == token])
        if found or not self.passing.loose:
            return found
        looser = [(kind, token[1]) for kind in _LOOSER.get(token[0], ())]
        if self.passing.values and token[0] in _ARRANGING:
            looser = [(kind, "") for kind in _ARRANGING]
        own = set(map(self.here.token, self.here.inside(part)))  # what was in it stands alone now
        instead = [other for other in self._surplus(above, inside) if there.token(other) in looser]
        instead = [other for other in instead if there.token(other) not in own]
        instead = [other for other in instead if self._likeness(part, other)]
        if instead:
            return self._nearest(part, instead)
        if self.here.outline.kinds[above] == "choice":  # a branch that stands as it was is no other one's
            mine = self.here.named(above)
            inside = [other for other in inside if not self._unchanged(mine.get(there.token(other), ()), part, other)]
        return self._through(part, inside)

    def _unchanged(self, mine: Sequence[int], part: int, other: int) -> bool:
        """Whether one of the other side's parts is what another part of its name was on this side."""
        return any(one != part and self._likeness(one, other) == 1 for one in mine)

    def _surplus(self, above: int, inside: Sequence[int]) -> list[int]:
        """Return the parts of a kind and name that the other side has more often."""
        spend(len(inside) + len(self.here.inside(above)))
        mine = Counter(map(self.here.token, self.here.inside(above)))
        theirs = Counter(map(self.there.token, inside))
        return [other for other in inside if theirs[self.there.token(other)] > mine[self.there.token(other)]]

    def _through(self, part: int, inside: Sequence[int]) -> list[int]:
        """Return the parts of a part's name in what only allows more, or in what a reference leads to."""
        token, there = self.here.token(part), self.there
        out: list[int] = []
        for other in inside:
            kind = there.outline.kinds[other]
            if kind == "ref" and token[0] in _WRAPPERS:
                continue  # what stands in another define is another one
            if kind in _OPEN or (self.passing.values and kind in _ARRANGING):
                inner = there.inside(other)
                reached = there.inside(inner[0]) if there.outline.targets[other] >= 0 else inner
                out += [one for one in reached if there.token(one) == token]
        return self._alike(part, out) if token[0] in _WRAPPERS else out

    def _alike(self, part: int, found: list[int]) -> list[int]:
        """Return those patterns without a name that have something in common with one."""
        inside = set(map(self.here.token, self.here.inside(part)))
        own = [twin for twin in found if inside & set(map(self.there.token, self.there.inside(twin)))]
        return [twin for twin in found if twin in own or self._likeness(part, twin)]

    def _closest(self, above: int, part: int, one: int, found: list[int]) -> Sequence[int]:
        """Return those of several parts of a name that hold most of what a part holds, or the one in its place.

        Of patterns without a name, one that has nothing in common is none of them, and where there are fewer than
        there were, those that fit another part better are not its own.
        """
        token = self.here.token(part)
        if token[0] in _WRAPPERS:
            found = self._alike(part, found)
        mine = [other for other in self.here.inside(above) if self.here.token(other) == token]
        if len(found) < 2 and len(mine) < 2:
            return found
        theirs = [other for other in self.there.inside(one) if self.there.token(other) == token]
        if self.here.outline.kinds[above] == "choice" and token[0] in _WRAPPERS and len(mine) == len(theirs):
            found = self._not_taken(part, found, mine, theirs)
        if token[0] in _WRAPPERS and len(mine) > len(theirs):
            spend(4 * len(found) * len(mine))
            found = [t for t in found if self._likeness(part, t) >= max(self._likeness(m, t) for m in mine)]
        near = self._nearest(part, found)
        if len(near) > 1 and len(mine) == len(theirs):
            near = [twin for other, twin in zip(mine, theirs, strict=True) if other == part and twin in near] or near
        return near

    def _not_taken(self, part: int, found: list[int], mine: list[int], theirs: list[int]) -> list[int]:
        """Return those that are not another part unchanged; if all are, what stands in the part's place is its own."""
        left = [m for m in mine if not any(self._likeness(m, t) == 1 for t in theirs)]
        if part not in left:
            return found
        came = [t for t in theirs if not any(self._likeness(m, t) == 1 for m in mine)]
        place = dict(zip(mine, theirs, strict=True))[part]
        return [t for t in found if t in came] or [t for t in came if t == place]

    def _nearest(self, part: int, found: Sequence[int]) -> list[int]:
        best = max((self._likeness(part, other) for other in found), default=0)
        return [other for other in found if self._likeness(part, other) == best]

    def _likeness(self, part: int, other: int) -> float:
        """Return how much of what one of two parts holds both hold."""
        mine, theirs = self.here.marks(part), self.there.marks(other)
        return len(mine & theirs) / len(mine | theirs) if mine or theirs else 1

    def _counterpart(self, above: int, part: int, front: Sequence[int]) -> int:
        """Return what stands on the other side in place of the part that it has not."""
        here, there = self.here, self.there
        spend(2 * len(here.inside(above)) + sum(len(there.inside(one)) for one in front))
        kind = here.outline.kinds[part]
        unwrapped = [one for one in front if kind in ("group", "interleave") and self._left(part, one) > 1]
        if unwrapped:  # its parts stand there one after the other, as a group that is not written
            return unwrapped[0]
        ahead = [p for one in front for p in self._surplus(above, there.inside(one)) if p in self.twins]
        if ahead:
            return self._nearest(part, ahead)[0]
        if kind in ("element", "attribute") and "*" not in here.outline.names[part]:  # one went, one came: a new name
            kept = {there.token(other) for one in front for other in there.inside(one)}
            lost = [p for p in here.inside(above) if here.outline.kinds[p] == kind and here.token(p) not in kept]
            came = [p for one in front for p in self._surplus(above, there.inside(one))]
            came = [p for p in came if there.outline.kinds[p] == kind]
            if lost == [part] and len(came) == 1:
                return came[0]
        if kind == "text":
            instead = [p for one in front for p in there.inside(one) if there.outline.kinds[p] == "empty"]
            if instead:
                return instead[0]
        alone = sum(here.outline.kinds[p] == kind for p in here.inside(above)) == 1
        same = [p for one in front for p in there.inside(one) if there.outline.kinds[p] == kind]
        return same[0] if alone and len(same) == 1 and kind in ("data", "value") else front[0]


def there_still(here: Written, there: Written, part: int, front: int) -> bool:
    """Whether nearly all that a reference leads to stands in the other side's content."""
    mine = here.leaves(part)
    return bool(mine) and len(mine & there.leaves(front)) >= _SAME * len(mine)
