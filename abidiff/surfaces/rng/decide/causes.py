"""From failures to causes: what is independent, what is masked, and what the real reason is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import msgspec

from abidiff.surfaces.rng.decide import ahead, algebra, erasing
from abidiff.surfaces.rng.decide.algebra import NONE, P
from abidiff.surfaces.rng.decide.inclusion import Inclusion
from abidiff.surfaces.rng.decide.members import Members
from abidiff.surfaces.rng.decide.paths import Path, Way, names_text
from abidiff.surfaces.rng.decide.refusals import Refusals
from abidiff.surfaces.rng.decide.steps import Child, Edge, Failure, Kind, Label, Obligation, Others, Present, State
from abidiff.surfaces.rng.values import languages
from abidiff.surfaces.rng.values.bits import bits, bits_of
from abidiff.surfaces.rng.values.languages import NO_TEXT, Lang
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, meets

Before = dict[State, tuple[State, Edge, bool] | None]
Hidden = tuple[State, Edge, bool, Failure]


class Edit(msgspec.Struct, frozen=True):
    """Where two schemas part: a part of the outline that allows, one of the other that forbids, and how far in.

    ``shared``  how many parts of the way both have; -1 when only the elements are known.
    ``wild``    whether a wildcard went, and with it all that it allowed there.
    """

    allowed: int
    forbidden: int
    shared: int
    wild: bool = False


class Cause(msgspec.Struct, eq=False):
    """A failure with the way to it.

    ``names``      the attribute or element it is about (as classified, not as found).
    ``condition``  what it no longer goes together with: an attribute and values, or the content.
    ``whole``      whether it is about the content as a whole (grouped extensions).
    ``alternative``  whether one of several that are missing would do, each of them a failure.
    ``parted``     whether the edit stands on the way, and is not the whole element or what both sides have.
    ``branch``     whether it is about one of several contents that the values of an attribute tell apart.
    ``edit``       where the two schemas part, when that was found.
    ``closer``     of an edit that is known by its elements only, where they part on the way to this name.
    ``hider``      the failure that hides it, when no document shows it alone.
    ``refused``    children on the way that every continuation refuses for the same: repaired in all, it may be gone.
    """

    failure: Failure
    way: Way
    schema: str
    kind: Kind
    names: NameSet
    is_attribute: bool
    lang: Lang = NO_TEXT
    condition: tuple[NameSet, Lang] | None = None
    hider: Failure | None = None
    refused: tuple[tuple[Child, Obligation], ...] = ()
    lead: Cause | None = None
    whole: bool = False
    alternative: bool = False
    parted: bool = False
    branch: bool = False
    edit: Edit | None = None
    closer: Edit | None = None
    found: Failure | None = None
    more: list[Cause] = msgspec.field(default_factory=list)

    def require(self, names: NameSet, is_attribute: bool) -> None:
        """Make it one about an attribute or element that is missing."""
        self.names, self.is_attribute = names, is_attribute
        self.kind = Kind.ATTRIBUTE_REQUIRED if is_attribute else Kind.ELEMENT_REQUIRED

    @property
    def path(self) -> Path:
        """The steps to the state that it was found in."""
        return self.way.path

    @property
    def owner(self) -> Obligation:
        """The obligation it stands in."""
        assert self.failure.state is not None
        return self.failure.state.owner

    @property
    def elements(self) -> str:
        """The element path down to the owner."""
        return self.way.inner.text

    @property
    def subject(self) -> str:
        """The element path that a finding is about."""
        where = self.elements
        if self.names is NO_NAME or self.whole:
            return where
        own = ("@" if self.is_attribute else "") + names_text(self.names)
        return f"{where}/{own}" if where else own


class Collector:
    """Collects the causes of one direction.

    ``hiding``  whether it is looked at what hides a cause: of extensions nobody has to know.
    """

    def __init__(self, inclusion: Inclusion, members: Members, *, hiding: bool = True) -> None:
        self.inclusion = inclusion
        self.members = members
        self.hiding = hiding
        self.refusals = Refusals()
        self._dependents: dict[tuple[int, NameSet, frozenset[int], int], Obligation | None] = {}
        self._ahead: dict[Failure, ahead.Ahead] = {}
        self._ways: dict[State, Way] = {}
        self._fatals: dict[State, Edge | None] = {}
        self._passable: dict[tuple[int, NameSet, frozenset[int]], bool] = {}
        self._wanted: dict[int, list[tuple[NameSet, bool]]] = {}

    def of_root(self, schema: str, root: Obligation) -> Iterator[Cause]:
        """Return the independent causes that a schema's documents show, then the masked ones."""
        if not root.failed or root.start is None:
            return
        self._ways.clear()
        before: Before = {root.start: None}
        hidden: list[Hidden] = []
        self._search(before, [root.start], hidden)
        shown = False
        for state in before:
            for failure in state.failures:
                shown = True
                yield from self._causes(schema, before, state, failure, None)
        for cause in self._masked(schema, before, hidden):
            # never only masked causes: then each stands for itself
            cause.hider = cause.hider if shown else None
            yield cause

    def _masked(self, schema: str, before: Before, hidden: list[Hidden]) -> Iterator[Cause]:
        hiders: dict[State, Failure] = {}
        # what is hidden whatever is repaired comes before what a repair of a child may bring to nothing
        certain, doubtful = deque[Hidden](), deque[Hidden]()
        while True:
            for one in hidden:
                (doubtful if _claimed(one[1]) else certain).append(one)
            hidden = []
            if not certain and not doubtful:
                break
            state, edge, down, failure = (certain or doubtful).popleft()
            target = _below_of(edge) if down else edge.target
            if target in before:
                continue
            before[target] = (state, edge, down)
            hiders.update(dict.fromkeys(self._search(before, [target], hidden), failure))
        for state, hider in hiders.items():
            for failure in state.failures:
                yield from self._causes(schema, before, state, failure, hider)

    def _search(self, before: Before, order: list[State], hidden: list[Hidden]) -> list[State]:
        """Breadth first; ways that need a child of another kind come last.  Returns all that was reached."""
        later: list[tuple[State, Edge]] = []
        reached: list[State] = []
        while order:
            for state in order:
                for edge in state.edges:
                    if not _leads_to_failures(edge):
                        continue
                    if isinstance(edge.label, Child) and edge.label.claim is not None:
                        later.append((state, edge))
                    else:
                        self._step(state, edge, before, order, hidden)
            reached += order
            order, later, waiting = [], [], later
            for state, edge in waiting:
                self._step(state, edge, before, order, hidden)
        return reached

    def _step(self, state: State, edge: Edge, before: Before, order: list[State], hidden: list[Hidden]) -> None:
        for target, down, hider in self._targets(state, edge):
            if hider is not None:
                hidden.append((state, edge, down, hider))
            elif target not in before:
                before[target] = (state, edge, down)
                order.append(target)

    def _targets(self, state: State, edge: Edge) -> Iterator[tuple[State, bool, Failure | None]]:
        """Return where an edge leads: down into a child, and on; and what hides it there, if anything.

        From a state that has not failed no failure is reached, so those are left out.
        """
        label, after = edge.label, edge.target
        if not self.hiding:
            yield from _all_targets(edge)
        elif isinstance(label, Child) and label.claim is None and label.below is not None:
            below = label.below
            passable = not below.failed or self._can_pass(label)
            if below.failed and below.start is not None:
                # a child that always fails is the cause itself; one that need not is hidden by what always fails later
                later = first_from(after) if passable and self._fatal(state, after.p, after.q) else None
                yield below.start, True, later
            if after.failed:
                yield after, False, None if passable else first_failure(below)
        elif not after.failed:
            return
        elif edge.masked is not None:
            yield after, False, edge.masked
        elif isinstance(label, Others):
            yield after, False, self._fatal_other(state, edge)
        elif isinstance(label, Child) and label.claim is not None:
            full = self._dependent(label)
            yield after, False, None if full is None else first_failure(full)
        else:
            yield after, False, None

    def _dependent(self, label: Child) -> Obligation | None:
        """Return what hides the way on: every child that takes it is refused for the same by all continuations.

        What follows may be gone once the child is allowed again, but need not be: so it is masked, never dropped.
        """
        assert label.claim is not None
        key = (label.letter, label.names, label.against, label.claim.number)
        if key not in self._dependents:
            self._dependents[key] = self._refused_by_all(label, label.claim)
        return self._dependents[key]

    def _refused_by_all(self, label: Child, claim: Obligation) -> Obligation | None:
        everything = label.against | claim.against
        full = self.inclusion.obligations.get((label.letter, label.names, everything))
        if full is None or not full.failed:
            return None
        return full if self.refusals.covered(claim, full) else None

    def _fatal(self, state: State, p: P, q: P) -> bool:
        """Whether no document passes from here on both sides."""
        if p is q:
            return False
        known = state.owner.states.get((p.id, q.id))
        if known is not None and not known.failed:
            return False
        return self.members.both(p, q) is None

    def _fatal_other(self, state: State, edge: Edge) -> Failure | None:
        """Return what hides a component: the first component that always fails, unless it is this one."""
        if state not in self._fatals:
            self._fatals[state] = self._first_fatal(state)
        first = self._fatals[state]
        return None if first is None or first is edge else first_from(first.target)

    def _first_fatal(self, state: State) -> Edge | None:
        components = (edge for edge in state.edges if isinstance(edge.label, Others))
        return next((edge for edge in components if self._fatal(state, edge.target.p, edge.target.q)), None)

    def _can_pass(self, label: Child) -> bool:
        """Whether some child of the letter is one of the other side's too (exact, a least fixpoint)."""
        key = (label.letter, label.names, label.against)
        found = self._passable.get(key)
        if found is None:
            found = self._passable[key] = self.members.meets(label.letter, label.against)
        return found

    def _causes(
        self, schema: str, before: Before, state: State, failure: Failure, hider: Failure | None
    ) -> Iterator[Cause]:
        """Return the cause that a failure is; of several elements that are missing before one, a cause for each."""
        found = self._ahead.get(failure)
        if found is None:
            found = self._ahead[failure] = ahead.wanted(self.inclusion, failure)
            failure.q = failure.q if found.rest is NONE else found.rest
        lead: Cause | None = None
        for one in found.names or [NO_NAME]:
            cause = self._cause(schema, before, state, failure, hider, one)
            cause.alternative = cause.alternative or not found.each
            if found.each and len(found.names) > 1:
                cause.lead = lead = lead or cause
            yield cause

    def _cause(
        self, schema: str, before: Before, state: State, failure: Failure, hider: Failure | None, missing: NameSet
    ) -> Cause:
        way = self._way(before, state)
        cause = self._classify(schema, way, failure, hider, missing)
        if hider is not None and way.claims:
            labels = [edge.label for _, edge, _ in way.path if isinstance(edge.label, Child) and edge.label.claim]
            cause.refused = tuple((label, full) for label in labels if (full := self._dependent(label)) is not None)
        return cause

    def _way(self, before: Before, state: State) -> Way:
        """Return the way to a state; it shares what it can with those that are known."""
        found, missing = self._ways.get(state), []
        while found is None:
            step = before[state]
            if step is None:
                found = self._ways[state] = Way()
            else:
                missing.append((state, step))
                state = step[0]
                found = self._ways.get(state)
        for target, step in reversed(missing):
            found = self._ways[target] = Way(found, step)
        return found

    # what the real reason is

    def _classify(self, schema: str, way: Way, failure: Failure, hider: Failure | None, missing: NameSet) -> Cause:
        kind = failure.kind
        attribute = kind in (Kind.ATTRIBUTE_REMOVED, Kind.ATTRIBUTE_REQUIRED, Kind.ATTRIBUTE_VALUE) or (
            kind is Kind.UNDECIDED and failure.names is not NO_NAME and failure.letter < 0
        )
        cause = Cause(failure, way, schema, kind, failure.names, attribute, failure.lang, None, hider)
        if missing is not NO_NAME:
            cause.require(missing, False)
            return cause
        if kind in (Kind.ATTRIBUTE_REMOVED, Kind.STRUCTURE) and failure.names is not NO_NAME:
            needed = self._needs(cause)
            if needed is not None:
                cause.condition = (failure.names, NO_TEXT)
                cause.require(*needed)
                return cause
        if kind in (Kind.ATTRIBUTE_REQUIRED, Kind.ELEMENT_REQUIRED):
            value = self._value_gone(cause)
            if value is not None:
                cause.failure, cause.found = value, failure
                cause.kind, cause.names, cause.is_attribute, cause.lang = value.kind, value.names, True, value.lang
                return cause
            cause.alternative = self._one_of_several(failure)
            gone = self._gone(failure)
            if gone is not None:
                self._refuse(cause, *gone)
                if cause.kind is Kind.STRUCTURE:
                    cause.condition = self._conflict(cause)
            return cause
        if kind is Kind.ATTRIBUTE_REMOVED and self._has(cause.owner, failure.names, True):
            cause.kind = Kind.STRUCTURE
        if kind in (Kind.ATTRIBUTE_REMOVED, Kind.STRUCTURE):
            left = self._left_out(cause)
            if left is not None:
                cause.require(*left)
                return cause
            cause.condition = self._conflict(cause)
        if kind is Kind.ATTRIBUTE_VALUE:
            self._value_conflict(cause)
        return cause

    def _refuse(self, cause: Cause, names: NameSet, is_attribute: bool) -> None:
        """Make a cause one about what the other side has not at all, or has but not beside what was read."""
        cause.names, cause.is_attribute = names, is_attribute
        cause.kind = Kind.ATTRIBUTE_REMOVED if is_attribute else Kind.ELEMENT_REMOVED
        if self._has(cause.owner, names, is_attribute):
            cause.kind = Kind.STRUCTURE

    def _has(self, owner: Obligation, names: NameSet, is_attribute: bool) -> bool:
        """Whether the other side has an attribute or an element of some names in the content."""
        if is_attribute:
            return names.mask & owner.q.mask != 0
        return any(meets(names, other) for other in self.inclusion.symbols.names(owner.q))

    def _with(self, cause: Cause) -> algebra.P:
        """Return what the other side has left when it takes the cause's attribute or element."""
        q = cause.owner.q
        if cause.is_attribute:
            cell = cause.names
            if cell.single is None or not cell.mask & q.mask:
                return NONE
            return algebra.choice([rest for _, rest in algebra.derive_attribute(q, cell)])
        letters = self.inclusion.universe.letters
        others = bits_of(d for d in bits(q.letters) if meets(letters[d].names, cause.names))
        parts = [part for part in (q.parts if q.kind == algebra.K_CHOICE else (q,)) if part.letters & others]
        return algebra.choice(parts)

    def _needs(self, cause: Cause) -> tuple[NameSet, bool] | None:
        """Return what the other side wants beside it that this side never has."""
        rest = self._with(cause)
        if rest is NONE:
            return None
        symbols, p = self.inclusion.symbols, cause.owner.p
        for names in sorted(symbols.strange_attributes(rest, p), key=lambda n: n.number):
            if erasing.vanishes(rest, 0, names.mask):
                return names, True
        if not cause.is_attribute:
            return None
        for names, group in symbols.by_name(symbols.strangers(rest, p)):
            if erasing.vanishes(rest, group):
                return names, False
        return None

    def _left_out(self, cause: Cause) -> tuple[NameSet, bool] | None:
        """Return what the other side wants beside it, the way had not, and the content is told to lack anyway."""
        state = cause.failure.state
        required = self._required(cause.owner)
        rest = self._with(cause) if state is not None and required and cause.names is not NO_NAME else NONE
        if state is None or rest is NONE:
            return None
        for names, is_attribute in required:
            if names is cause.names and is_attribute == cause.is_attribute:
                continue
            if is_attribute:
                there, wanted = state.p.mask & names.mask, erasing.vanishes(rest, 0, names.mask)
            else:
                letters = self.inclusion.universe.letters
                there = any(meets(letters[one].names, names) for one in bits(state.p.letters))
                wanted = erasing.vanishes(
                    rest, bits_of(one for one in bits(rest.letters) if meets(letters[one].names, names))
                )
            read = (edge.label for _, edge, _ in cause.way.own)
            if wanted and not there and not any(_names(label, names, is_attribute) for label in read):
                return names, is_attribute
        return None

    def _required(self, owner: Obligation) -> list[tuple[NameSet, bool]]:
        """Return what is missing somewhere in a content: attributes and elements by their names."""
        found = self._wanted.get(owner.number)
        if found is None:
            failures = [one for state in owner.states.values() for one in state.failures]
            both = {(one.names, True) for one in failures if one.kind is Kind.ATTRIBUTE_REQUIRED}
            both |= {(one.names, False) for one in failures if one.kind is Kind.ELEMENT_REQUIRED}
            found = self._wanted[owner.number] = sorted(both, key=lambda one: (one[0].number, one[1]))
        return found

    def _one_of_several(self, failure: Failure) -> bool:
        """Whether the other side can do without what a failure says to be missing: it wants one of several."""
        assert failure.state is not None
        q = failure.state.q
        if failure.kind is Kind.ATTRIBUTE_REQUIRED:
            return not erasing.vanishes(q, 0, failure.names.mask)
        return not erasing.vanishes(q, bits_of(failure.wanted))

    def _gone(self, failure: Failure) -> tuple[NameSet, bool] | None:
        """Return what this side needs and the other one has no more: of a choice, the branch that went."""
        assert failure.state is not None
        return self.inclusion.symbols.indispensable(failure.state.p, failure.state.q)

    def _value_gone(self, cause: Cause) -> Failure | None:
        """Return the failure of a value, where what lacks something has an attribute of refused values anyway.

        Of a choice that an attribute tells apart the branch that took the values went; what the branches that are
        left want is wanted of other documents.
        """
        owner, state = cause.owner, cause.failure.state
        assert state is not None
        p = state.p
        for names in sorted(p.attrs, key=lambda one: one.number):
            if names.single is None or not names.mask & owner.q.mask or not erasing.vanishes(p, 0, names.mask):
                continue
            steps = algebra.derive_attribute(p, names)
            values = languages.join_all(lang for lang, _ in steps)
            wanted = languages.join_all(lang for lang, _ in algebra.derive_attribute(owner.q, names))
            shared, sample = languages.example(languages.meet(values, wanted)), languages.example(values)
            if shared is None and isinstance(sample, str):
                rest = algebra.choice([after for _, after in steps])
                return Failure(
                    Kind.ATTRIBUTE_VALUE, names, lang=values, wider=values, wanted_lang=wanted, p=rest, state=state
                )
        return None

    def _present(self, cause: Cause) -> Iterator[Present]:
        """The attributes that were read on the way, in the owner itself."""
        for _, edge, _ in cause.way.own:
            if isinstance(edge.label, Present):
                yield edge.label

    def _conflict(self, cause: Cause) -> tuple[NameSet, Lang] | None:
        """Return the attribute that was read with values that the other side does not take beside it."""
        rest = self._with(cause)
        if rest is NONE:
            return None
        for label in self._present(cause):
            steps = algebra.derive_attribute(rest, label.names) if label.names.single else []
            taken = languages.join_all(lang for lang, _ in steps)
            if languages.example(languages.meet(label.lang, taken)) is None:
                return label.names, label.lang
        return None

    def _value_conflict(self, cause: Cause) -> None:
        """Values that are refused only beside another attribute: then that one is what the cause is about."""
        owner, failure = cause.owner, cause.failure
        if failure.names.single is None:
            return
        known = _beside(owner.q, failure.names, failure.lang)
        taken = languages.join_all(lang for lang, _ in known)
        if not known or languages.example(languages.minus(failure.lang, taken)) is not None:
            return
        rest = algebra.choice([rest for _, rest in known])
        for label in self._present(cause):
            here = algebra.derive_attribute(rest, label.names) if label.names.single else []
            fits = languages.join_all(lang for lang, _ in here)
            if languages.example(languages.meet(label.lang, fits)) is None:
                cause.kind = Kind.STRUCTURE
                cause.condition = (failure.names, failure.lang)
                cause.names = label.names
                return
        cause.kind = Kind.STRUCTURE
        self._of_branch(cause, rest)

    def _of_branch(self, cause: Cause, rest: P) -> None:
        """Values that are taken beside other content still: then the cause is what that content lacks, or wants.

        ``rest``  what the other side wants beside the attribute with these values.
        """
        failure, symbols = cause.failure, self.inclusion.symbols
        beside = algebra.choice([after for _, after in _beside(cause.owner.p, failure.names, failure.lang)])
        gone = symbols.indispensable(beside, rest)
        wanted = symbols.indispensable(rest, beside) if gone is None else None
        if gone is not None:
            self._refuse(cause, *gone)
            if cause.kind is Kind.STRUCTURE:
                cause.condition = (failure.names, failure.lang)
        elif wanted is not None:
            cause.require(*wanted)
            cause.condition = (failure.names, NO_TEXT)
        cause.branch = gone is not None or wanted is not None


def _beside(p: P, names: NameSet, lang: Lang) -> list[tuple[Lang, P]]:
    """Return the values that a content takes for an attribute, of which some are of a language, and what is beside."""
    steps = algebra.derive_attribute(p, names)
    return [(values, rest) for values, rest in steps if languages.example(languages.meet(values, lang)) is not None]


def _leads_to_failures(edge: Edge) -> bool:
    label = edge.label
    return edge.target.failed or (isinstance(label, Child) and label.below is not None and label.below.failed)


def _all_targets(edge: Edge) -> Iterator[tuple[State, bool, Failure | None]]:
    """Return where an edge leads, hidden by nothing but what it passes."""
    label = edge.label
    if isinstance(label, Child) and label.claim is None and label.below is not None:
        below = label.below.start
        if label.below.failed and below is not None:
            yield below, True, None
    if edge.target.failed:
        yield edge.target, False, edge.masked


def _names(label: Label, names: NameSet, is_attribute: bool) -> bool:
    """Whether a step reads an attribute or an element of some names."""
    return isinstance(label, Present if is_attribute else Child) and meets(label.names, names)


def _claimed(edge: Edge) -> bool:
    return isinstance(edge.label, Child) and edge.label.claim is not None


def _below_of(edge: Edge) -> State:
    label = edge.label
    assert isinstance(label, Child)
    assert label.below is not None
    assert label.below.start is not None
    return label.below.start


def first_from(start: State) -> Failure:
    """Return the nearest failure from a state on."""
    seen = {start}
    queue = [start]
    for state in queue:
        if state.failures:
            return state.failures[0]
        for edge in state.edges:
            if edge.masked is None and edge.target.failed and edge.target not in seen:
                seen.add(edge.target)
                queue.append(edge.target)
        for below in state.below:
            if below.failed and below.start is not None and below.start not in seen:
                seen.add(below.start)
                queue.append(below.start)
    return Failure(Kind.UNDECIDED, note="no failure found")


def first_failure(owner: Obligation) -> Failure:
    """Return the nearest failure of an obligation."""
    assert owner.start is not None
    return first_from(owner.start)


def condition_text(cause: Cause) -> str:
    """Say what a cause no longer goes together with."""
    if cause.condition is None:
        return ""
    names, lang = cause.condition
    others = (one.condition[1] for one in cause.more if one.condition and one.names is not cause.names)
    if any(other is not lang for other in others):
        values = " of some values"
    else:
        values = f" of {languages.describe(lang)}" if lang is not NO_TEXT else ""
    return f"@{names_text(names)}{values}"
