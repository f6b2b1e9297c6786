"""Which failures the documents of an obligation can die at, for all obligations at once.

States that reach each other have the same failures, so the graph of failed states is taken apart into its
strongly connected components (R. Tarjan), and each component has one set: an integer with a bit for each failure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from abidiff.surfaces.rng.decide.steps import Child, Failure, Kind, Obligation, State
from abidiff.surfaces.rng.values import languages
from abidiff.surfaces.rng.values.bits import bits
from abidiff.surfaces.rng.values.languages import NO_TEXT, Lang
from abidiff.surfaces.rng.values.namesets import NameSet

Refused = dict[tuple[int, NameSet, Kind | None], Lang]
"""The element, the name and the kind of what is refused → the values, where it is about values."""


class Refusals:
    """The failures that are reached from obligations without passing a mask.

    With ``lasting``, the numbers of claims, those behind masks too, but only past claims that are among these;
    ``claims`` are those that were met.
    """

    def __init__(self, lasting: Collection[int] | None = None) -> None:
        self.lasting = lasting
        self.claims: dict[int, Obligation] = {}
        self.failures: list[Failure] = []
        self._masks: dict[State, int] = {}
        self._what: dict[int, Refused] = {}
        self._covered: dict[tuple[int, int], bool] = {}

    def mask(self, owner: Obligation) -> int:
        """Return the failures of an obligation, a bit for each: its place in ``failures``."""
        assert owner.start is not None
        if owner.start not in self._masks:
            self._search(owner.start)
        return self._masks[owner.start]

    def of(self, owner: Obligation) -> list[Failure]:
        """Return the failures of an obligation."""
        return [self.failures[number] for number in bits(self.mask(owner))]

    def covered(self, claim: Obligation, full: Obligation) -> bool:
        """Whether all that one obligation's documents are refused for is refused by the other one too."""
        mine, theirs = self.mask(claim), self.mask(full)
        if not mine & ~theirs:
            return True
        found = self._covered.get((mine, theirs))
        if found is None:
            found = self._covered[mine, theirs] = self._inside(self._refused(mine), self._refused(theirs))
        return found

    def _inside(self, mine: Refused, theirs: Refused) -> bool:
        for key, lang in mine.items():
            known = theirs.get(key)
            if known is None or languages.example(languages.minus(lang, known)) is not None:
                return False
        return True

    def _refused(self, mask: int) -> Refused:
        found = self._what.get(mask)
        if found is None:
            found = self._what[mask] = {}
            for number in bits(mask):
                one = self.failures[number]
                assert one.state is not None
                valued = one.kind in (Kind.ATTRIBUTE_VALUE, Kind.TEXT_VALUE)
                key = (one.state.owner.letter, one.names, None if valued else one.kind)
                found[key] = languages.join(found.get(key, NO_TEXT), one.lang) if valued else NO_TEXT
        return found

    def _own(self, state: State) -> int:
        mask = 0
        for failure in state.failures:
            mask |= 1 << len(self.failures)
            self.failures.append(failure)
        return mask

    def _search(self, root: State) -> None:
        order, low, found = {root: 0}, {root: 0}, {root: self._own(root)}
        open_ = [root]
        work = [(root, self._following(root))]
        while work:
            state, rest = work[-1]
            for target in rest:
                known = self._masks.get(target)
                if known is not None:
                    found[state] |= known
                elif target in order:
                    low[state] = min(low[state], order[target])
                else:
                    order[target] = low[target] = len(order)
                    found[target] = self._own(target)
                    open_.append(target)
                    work.append((target, self._following(target)))
                    break
            else:
                work.pop()
                if low[state] == order[state]:
                    self._close(state, open_, found)
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[state])
                    found[above] |= self._masks.get(state, 0)

    def _following(self, state: State) -> Iterator[State]:
        """Yield the failed states that follow one."""
        for edge in state.edges:
            if edge.masked is not None and self.lasting is None:
                continue
            label = edge.label
            if self.lasting is not None and isinstance(label, Child) and label.claim is not None:
                self.claims[label.claim.number] = label.claim
                if label.claim.number not in self.lasting:
                    continue
            below = label.below if isinstance(label, Child) else None
            if below is not None and below.start is not None and below.start.failed:
                yield below.start
            if edge.target.failed:
                yield edge.target

    def _close(self, state: State, open_: list[State], found: dict[State, int]) -> None:
        part = [open_.pop()]
        while part[-1] is not state:
            part.append(open_.pop())
        whole = 0
        for one in part:
            whole |= found[one]
        self._masks.update(dict.fromkeys(part, whole))
