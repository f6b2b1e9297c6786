"""Is every document of one schema a document of the other?  Decided, with every independent cause.

The worklist holds *obligations*: a letter (class of elements) against a set of letters.  Each is visited
once, which is the coinduction; recursion needs nothing else.  The content of an obligation is explored as
pairs (p, q), "p is included in q", from which attributes, text and children are taken away step by step.
A transition that no q can follow is a :class:`Failure`; the search never stops at one, so the list is
complete: every document of the difference dies at one of them.

After H. Hosoya, J. Vouillon, B. Pierce, *Regular expression types for XML*.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import combinations
from typing import TypeAlias

from msgspec import structs

from abidiff.errors import LimitError
from abidiff.limits import now, raising
from abidiff.surfaces.rng.decide import algebra, derivatives, erasing
from abidiff.surfaces.rng.decide.algebra import EMPTY, K_CHOICE, K_INTER, NONE, P
from abidiff.surfaces.rng.decide.bisimulation import Universe
from abidiff.surfaces.rng.decide.dependence import Symbols
from abidiff.surfaces.rng.decide.derivatives import TEXT_LETTER
from abidiff.surfaces.rng.decide.steps import (
    Child,
    Claims,
    Descends,
    Edge,
    Fails,
    Failure,
    Goes,
    Kind,
    Label,
    Obligation,
    Others,
    Outcome,
    Present,
    State,
    Step,
    TextRead,
)
from abidiff.surfaces.rng.values import languages
from abidiff.surfaces.rng.values.bits import bits
from abidiff.surfaces.rng.values.effort import spend
from abidiff.surfaces.rng.values.languages import ANY, NO_TEXT, UNKNOWN, WHITE_ONLY, Lang
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, cells, common, mask_of, meets, subtract

_Match: TypeAlias = tuple[NameSet, list[tuple[NameSet, tuple[int, ...]]]]

_LETTERS0: frozenset[int] = frozenset()


class Inclusion:
    """One direction of the question, for any number of pairs of schemas that share their obligations.

    ``erase``: what the other side does not know at a place is taken out first (the output direction).
    """

    def __init__(self, universe: Universe, *, erase: bool = False) -> None:
        self.universe = universe
        self.erase = erase
        self.symbols = Symbols(universe)
        self.obligations: dict[tuple[object, ...], Obligation] = {}
        self._work: deque[State] = deque()
        self._expanded: dict[tuple[int, int, bool], list[Outcome]] = {}
        self._matches: dict[tuple[NameSet, tuple[int, ...]], _Match] = {}
        self.total = 0

    # obligations and states

    def root(self, key: str, p: P, q: P) -> Obligation:
        """Ask for a pair of starts."""
        return self._obligation((key,), -1, NO_NAME, _LETTERS0, p, q)

    def _obligation(
        self, key: tuple[object, ...], letter: int, names: NameSet, against: frozenset[int], p: P, q: P
    ) -> Obligation:
        found = self.obligations.get(key)
        if found is None:
            if self.erase and letter >= 0:
                p = self._erased(p, q)
            found = Obligation(len(self.obligations), letter, names, against, p, q)
            self.obligations[key] = found
            found.start = self._state(found, p, q)
        return found

    def _erased(self, p: P, q: P) -> P:
        return erasing.erase(p, self.symbols.strangers(p, q), mask_of(self.symbols.strange_attributes(p, q)))

    def _below(self, letter: int, names: NameSet, against: frozenset[int]) -> Obligation | None:
        """Return the obligation of a child, None when it holds for certain."""
        if letter in against and not self.erase:
            return None
        key = (letter, names, against)
        found = self.obligations.get(key)
        if found is None:
            letters = self.universe.letters
            q = algebra.choice([letters[d].content for d in sorted(against)])
            found = self._obligation(key, letter, names, against, letters[letter].content, q)
        return found

    def _state(self, owner: Obligation, p: P, q: P) -> State:
        key = (p.id, q.id)
        found = owner.states.get(key)
        if found is None:
            found = owner.states[key] = State(owner, p, q)
            self.total += 1
            if len(owner.states) > now().inclusion_states or self.total > now().inclusion_total:
                if not owner.over:
                    owner.over = True
                    self._fail(owner.start or found, Failure(Kind.UNDECIDED, note="too many states"))
            else:
                self._work.append(found)
        return found

    def forget(self) -> None:
        """Take the states apart, which know each other: else they stay until a garbage collector comes."""
        for one in self.obligations.values():
            for state in one.states.values():
                state.before.clear()
                state.edges.clear()
                state.below.clear()
            one.states.clear()
            one.above.clear()

    # the worklist

    def run(self) -> None:
        """Explore everything that was asked for."""
        while self._work:
            state = self._work.popleft()
            key = (state.p.id, state.q.id, state.owner.letter < 0)
            found = self._expanded.get(key)
            if found is None:
                found = self._expanded[key] = self._expand(state.p, state.q, root=key[2])
            for one in found:
                self._take(state, one)

    def _expand(self, p: P, q: P, *, root: bool) -> list[Outcome]:
        """Return what a question comes down to; what was found up to a limit counts too."""
        out: list[Outcome] = []
        try:
            self._ask(out, p, q, root=root)
        except LimitError as error:
            out.append(Fails(Failure(Kind.UNDECIDED, note=error.message)))
        except RecursionError:
            out.append(Fails(Failure(Kind.UNDECIDED, note="nested too deep")))
        return _without_detours(out, p, q)

    def _take(self, state: State, one: Outcome) -> None:
        """Note one outcome of the question in a state."""
        kind = type(one)
        if kind is Goes:
            self._edge(state, one.p, one.q, one.label)  # type: ignore[union-attr]
        elif kind is Descends:
            self._descend(state, one.below)  # type: ignore[union-attr]
        elif isinstance(one, Fails):
            self._fails(state, one)
        elif isinstance(one, Claims):
            if one.claim.failed:
                self._edge(state, one.p, one.q, one.label)
            else:
                one.claim.waiting.append((state, one.p, one.q, one.label))

    def _fails(self, state: State, one: Fails) -> None:
        failure, rest, owner = structs.replace(one.failure), one.rest, state.owner
        if failure.kind is Kind.ATTRIBUTE_REMOVED:
            if failure.names.mask & owner.q.mask:
                rest = NONE
        elif failure.kind is Kind.ELEMENT_REMOVED:
            if any(meets(failure.names, names) for names in self.symbols.names(owner.q)):
                failure.kind, rest = Kind.STRUCTURE, NONE
            elif owner.letter < 0:
                rest = NONE
        self._fail(state, failure)
        if rest is not NONE:
            self._edge(state, failure.p, rest, Step.MASKED, masked=failure)

    def _edge(self, source: State, p: P, q: P, label: Label, *, masked: Failure | None = None) -> None:
        if (p is q or p is NONE) and not isinstance(label, Child):  # nothing fails there, nor in a child before it
            return
        target = self._state(source.owner, p, q)
        source.edges.append(Edge(target, label, masked))
        if masked is None:
            target.before.append(source)
            if target.failed:
                self._mark(source)

    def _descend(self, source: State, below: Obligation) -> None:
        source.below.append(below)
        below.above.append(source)
        if below.failed:
            self._mark(source)

    def _fail(self, state: State, failure: Failure) -> None:
        failure.state = state
        state.failures.append(failure)
        self._mark(state)

    def _mark(self, state: State) -> None:
        """A state from which some document fails: so do those before it."""
        stack = [state]
        while stack:
            one = stack.pop()
            if one.failed:
                continue
            one.failed = True
            stack.extend(one.before)
            owner = one.owner
            if owner.start is one and not owner.failed:
                owner.failed = True
                stack.extend(owner.above)
                waiting, owner.waiting = owner.waiting, []
                for source, p, q, label in waiting:
                    self._edge(source, p, q, label)

    # The question itself: expand p against q

    def _ask(self, out: list[Outcome], p: P, q: P, *, root: bool) -> None:
        if p is q or p is NONE:
            return
        if q is NONE:
            out.append(Fails(Failure(Kind.STRUCTURE, p=p)))
            return
        # at the root exactly one element stands: nothing can be missing beside it
        rest = q if root else self._without_strangers(out, p, q)
        if rest is None or rest is p:
            return
        q = rest
        if p.kind == K_CHOICE:
            taken = set(q.parts) if q.kind == K_CHOICE else {q}
            for part in p.parts:
                if part not in taken and not (part is EMPTY and q.nullable):
                    out.append(Goes(part, q, Step.ALTERNATIVE))
            return
        if self._split(out, p, q):
            return
        if p.attrs or q.attrs:
            self._attribute(out, p, q)
            return
        self._leaf(out, p, q)
        if p.letters:
            self._children(out, p, q, root=root)

    def _without_strangers(self, out: list[Outcome], p: P, q: P) -> P | None:
        """Step 1: what only q has can't come; a q that can't do without it has failed."""
        letters = self.symbols.strangers(q, p)
        attrs = self.symbols.strange_attributes(q, p)
        rest = algebra.kill(q, letters, mask_of(attrs), text=not p.text)
        if rest is NONE:
            self._missing(out, p, q, letters, attrs)
            return None
        return rest

    def _missing(self, out: list[Outcome], p: P, q: P, letters: int, attrs: Sequence[NameSet]) -> None:
        """Say which of the strangers q can't do without, each on its own where that is so."""
        found = False
        mask = mask_of(attrs)
        spend(len(attrs) ** 2)
        for name in sorted(attrs, key=lambda n: n.number):
            others = mask_of(one for one in attrs if one is not name)
            if not erasing.vanishes(q, letters, others) or erasing.vanishes(q, 0, name.mask):
                rest = erasing.erase(q, letters, mask)  # as if nothing of it were required
                out.append(Fails(Failure(Kind.ATTRIBUTE_REQUIRED, names=name, p=p, q=rest), rest))
                found = True
        for names, group in self.symbols.by_name(letters):
            if not erasing.vanishes(q, letters & ~group, mask) or erasing.vanishes(q, group):
                rest = erasing.erase(q, letters, mask)
                wanted = frozenset(bits(group))
                out.append(Fails(Failure(Kind.ELEMENT_REQUIRED, names=names, wanted=wanted, p=p, q=rest), rest))
                found = True
        if not found:
            lacking = frozenset(attrs)
            out.append(Fails(Failure(Kind.STRUCTURE, p=p, wanted=frozenset(bits(letters)), lacking=lacking)))

    # step 3

    def _split(self, out: list[Outcome], p: P, q: P) -> bool:
        if p.kind != K_INTER and q.kind != K_INTER:
            return False
        components = self.symbols.components(p, q)
        if len(components) < 2:
            return False
        pairs = [(algebra.inter(a), algebra.inter(b)) for a, b in components]
        for i, (one, other) in enumerate(pairs):
            if one is not other:
                out.append(Goes(one, other, Others(pairs, i)))
        return True

    # step 4

    def _attribute(self, out: list[Outcome], p: P, q: P) -> None:
        cell = self._pick(p, q)
        rest = algebra.kill(p, 0, cell.mask)
        steps = algebra.derive_attribute(q, cell)
        if rest is not NONE:
            other = algebra.kill(q, 0, cell.mask)
            if other is NONE:
                left = algebra.choice([r for _, r in steps])
                out.append(Fails(Failure(Kind.ATTRIBUTE_REQUIRED, names=cell, p=rest, q=left), left))
            else:
                out.append(Goes(rest, other, Step.ABSENT))
        for values, after in algebra.derive_attribute(p, cell):
            if not steps:
                failure = Failure(Kind.ATTRIBUTE_REMOVED, names=cell, lang=values, p=after, q=q)
                out.append(Fails(failure, q))
            else:
                self._values(out, cell, values, after, steps)

    def _pick(self, p: P, q: P) -> NameSet:
        """Choose the next attribute: those that q has not, those that p needs, the others."""
        sets = p.attrs | q.attrs
        parts = list(sets) if all(one.single for one in sets) else cells(sets)

        def order(cell: NameSet) -> tuple[bool, bool, int]:
            needed = cell.mask & p.needs if cell.single else erasing.vanishes(p, 0, cell.mask)
            return cell.mask & q.mask != 0, not needed, cell.number

        return min(parts, key=order)

    def _values(
        self, out: list[Outcome], cell: NameSet, values: Lang, after: P, steps: Sequence[tuple[Lang, P]]
    ) -> None:
        wanted = languages.join_all(lang for lang, _ in steps)
        bad: Lang | None = None
        pieces = _cut(values, steps)
        for piece, takers in pieces:
            if not takers:
                bad = piece
                continue
            out.append(Goes(after, algebra.choice(takers), Present(cell, piece)))
        if bad is None:
            return
        left = algebra.choice([r for _, r in steps])
        kind = Kind.UNDECIDED if languages.example(bad) is UNKNOWN else Kind.ATTRIBUTE_VALUE
        note = "the datatypes can't be compared" if kind is Kind.UNDECIDED else ""
        bad = languages.telling(bad, wanted, values.tokens)
        failure = Failure(kind, names=cell, lang=bad, wider=values, wanted_lang=wanted, p=after, q=left, note=note)
        masks = not any(takers for _, takers in pieces)
        out.append(Fails(failure, left if masks else NONE))

    # step 5

    def _leaf(self, out: list[Outcome], p: P, q: P) -> None:
        mine, theirs = text_of(p), text_of(q)
        left = languages.minus(mine, theirs)
        found = languages.example(left)
        if found is None:
            return
        if found is UNKNOWN:
            note = "the datatypes can't be compared"
            out.append(Fails(Failure(Kind.UNDECIDED, lang=left, wider=mine, wanted_lang=theirs, note=note)))
        elif mine is WHITE_ONLY or (p.kind != algebra.K_DATA and p.nullable and theirs is NO_TEXT):
            self._unfinished(out, q)
        elif mine is ANY and (theirs is WHITE_ONLY or theirs is NO_TEXT):
            out.append(Fails(Failure(Kind.TEXT_FORBIDDEN, lang=left, wider=mine, wanted_lang=theirs)))
        else:
            left = languages.telling(left, theirs, mine.tokens)
            out.append(Fails(Failure(Kind.TEXT_VALUE, lang=left, wider=mine, wanted_lang=theirs)))

    def _unfinished(self, out: list[Outcome], q: P) -> None:
        """The document may end for p, and not for q: something is missing."""
        if not q.letters:
            out.append(Fails(Failure(Kind.TEXT_VALUE, lang=WHITE_ONLY, wider=WHITE_ONLY, wanted_lang=text_of(q))))
            return
        for names, group in self.symbols.by_name(q.letters):
            if not erasing.vanishes(q, q.letters & ~group):
                wanted = frozenset(bits(group))
                out.append(Fails(Failure(Kind.ELEMENT_REQUIRED, names=names, wanted=wanted, p=EMPTY, q=EMPTY)))
                return
        out.append(Fails(Failure(Kind.STRUCTURE, p=EMPTY, wanted=frozenset(bits(q.letters)))))

    # steps 6 and 7

    def _children(self, out: list[Outcome], p: P, q: P, *, root: bool) -> None:
        letters, text, everything = self.symbols.first_component(p, q)
        if not everything and not root:
            mine = algebra.kill(p, letters, text=text)
            theirs = algebra.kill(q, letters, text=text)
            if mine is not NONE:
                if theirs is NONE and not self._unknown(out, mine, q):
                    self._missing(out, mine, q, letters & q.letters, ())
                elif theirs is not NONE:
                    out.append(Goes(mine, theirs, Step.NO_MORE))
        asked = letters & p.letters
        if not self.erase:
            # after elements that both have the question is mostly the same one: once is enough
            for one, _ in derivatives.steps_of(p):
                for other, _ in derivatives.steps_of(q):
                    both = one & other & asked & self.symbols.lonely
                    asked &= ~(both & (both - 1))
        for letter in bits(asked):
            after = derivatives.derive(p, letter)
            if after is not NONE:
                self._letter(out, letter, after, q)
        if text and p.text:
            after = derivatives.derive(p, TEXT_LETTER)
            theirs = derivatives.derive(q, TEXT_LETTER)
            if after is NONE:
                return
            if theirs is NONE:
                out.append(Fails(Failure(Kind.TEXT_FORBIDDEN, lang=ANY, wider=ANY, p=after, q=q), q))
            else:
                out.append(Goes(after, theirs, TextRead()))

    def _unknown(self, out: list[Outcome], p: P, q: P) -> bool:
        """Whether p needs elements and has only such as q does not know: they are refused, and nothing is missing."""
        if self.symbols.strangers(p, q) != p.letters or algebra.kill(p, p.letters, text=p.text) is not NONE:
            return False
        for letter in bits(p.letters):
            after = derivatives.derive(p, letter)
            if after is not NONE:
                names = self.universe.letters[letter].names
                out.append(Fails(Failure(Kind.ELEMENT_REMOVED, names=names, letter=letter, p=after, q=q)))
        return True

    def _letter(self, out: list[Outcome], letter: int, after: P, q: P) -> None:
        names = self.universe.letters[letter].names
        steps: dict[int, P] = {}
        for d in bits(q.letters & self.universe.partners(letter)):
            rest = derivatives.derive(q, d)
            if rest is not NONE:
                steps[d] = rest
        left, matching = self._matching(names, tuple(steps))
        for cell, ds in matching:
            self._child(out, letter, cell, after, [(d, steps[d]) for d in ds])
        if left is not NO_NAME:
            out.append(Fails(Failure(Kind.ELEMENT_REMOVED, names=left, letter=letter, p=after, q=q), q))

    def _matching(self, names: NameSet, ds: tuple[int, ...]) -> _Match:
        """Return the names that none of some letters has, and the others, cut into cells with the letters of each."""
        found = self._matches.get((names, ds))
        if found is None:
            both = [(d, common(names, self.universe.letters[d].names)) for d in ds]
            parts = cells([one for _, one in both])
            left = names
            for cell in parts:
                left = subtract(left, cell)
            of = [(cell, tuple(d for d, one in both if meets(one, cell))) for cell in parts]
            found = self._matches[names, ds] = (left, of)
        return found

    def _child(self, out: list[Outcome], letter: int, cell: NameSet, after: P, steps: list[tuple[int, P]]) -> None:
        groups: dict[P, list[int]] = {}
        for d, rest in steps:
            groups.setdefault(rest, []).append(d)
        everything = frozenset(d for d, _ in steps)
        below = self._below(letter, cell, everything)
        if below is not None:
            out.append(Descends(below))
        residual = algebra.choice(list(groups))
        out.append(Goes(after, residual, Child(letter, cell, everything, below, None)))
        if len(groups) == 1:
            return
        if len(groups) > now().inclusion_ways:  # every subset of the ways to go on is a case
            if after is not residual:
                note = f"too many ways to continue after it (limit inclusion-ways; {raising('inclusion-ways')})"
                out.append(Fails(Failure(Kind.UNDECIDED, letter=letter, note=note)))
            return
        kinds = list(groups.items())
        for size in range(1, len(kinds)):
            for chosen in combinations(range(len(kinds)), size):
                self._case(out, letter, cell, after, kinds, chosen)

    def _case(
        self,
        out: list[Outcome],
        letter: int,
        cell: NameSet,
        after: P,
        kinds: list[tuple[P, list[int]]],
        chosen: tuple[int, ...],
    ) -> None:
        """Either the child is one of the other continuations' for certain, or what follows must do with the chosen."""
        residual = algebra.choice([kinds[i][0] for i in chosen])
        if after is residual or after is NONE:
            return
        others = frozenset(d for i, (_, ds) in enumerate(kinds) if i not in chosen for d in ds)
        mine = frozenset(d for i in chosen for d in kinds[i][1])
        claim = self._below(letter, cell, others)
        if claim is None:
            return
        label = Child(letter, cell, mine, None, claim)
        out.append(Claims(claim, after, residual, label))


def _without_detours(out: list[Outcome], p: P, q: P) -> list[Outcome]:
    """Leave out the children after which all is as before, and all but one of those that lead to the same question."""
    seen = {(p, q)}
    kept: list[Outcome] = []
    for one in out:
        if isinstance(one, Goes) and isinstance(one.label, Child) and one.label.below is None:
            if (one.p, one.q) in seen:
                continue
            seen.add((one.p, one.q))
        kept.append(one)
    return kept


def text_of(p: P) -> Lang:
    """Return the texts that the pattern, without attributes, takes as its whole content."""
    if p.kind == algebra.K_DATA:
        return p.lang
    if p.kind == K_CHOICE:
        found = languages.join_all(text_of(part) for part in p.parts)
        return ANY if found.any else found
    if p.text and not p.letters and p.nullable:
        return ANY
    if p.text and derivatives.derive(p, TEXT_LETTER).nullable:
        return ANY
    return WHITE_ONLY if p.nullable else NO_TEXT


def _cut(values: Lang, steps: Sequence[tuple[Lang, P]]) -> list[tuple[Lang, tuple[P, ...]]]:
    """Cut values into cells by which steps take them; cells with the same takers are one."""
    pieces: dict[tuple[P, ...], Lang] = {(): values}
    for lang, rest in steps:
        following: dict[tuple[P, ...], Lang] = {}
        for takers, piece in pieces.items():
            for part, who in ((languages.meet(piece, lang), (*takers, rest)), (languages.minus(piece, lang), takers)):
                if not part.nothing and languages.example(part) is not None:
                    known = following.get(who)
                    following[who] = part if known is None else languages.join(known, part)
        pieces = following
    return [(piece, takers) for takers, piece in pieces.items()]
