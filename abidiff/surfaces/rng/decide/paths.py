"""Ways through an inclusion question, and the names of what they pass."""

from __future__ import annotations

from typing import TypeAlias

from abidiff.surfaces.rng.decide.steps import Child, Edge, Obligation, State
from abidiff.surfaces.rng.values import prefixes
from abidiff.surfaces.rng.values.namesets import NameSet

Path: TypeAlias = list[tuple[State, Edge, bool]]
"""Steps from the root's first state: the state, the edge taken, and whether it went down into the child."""


def reach(root: Obligation) -> dict[State, tuple[State, Edge, bool] | None]:
    """Return every failed state that the root's documents reach without passing a mask, with the step before it.

    Breadth first, so paths are shortest; children that fail for certain are not passed over.
    """
    assert root.start is not None
    before: dict[State, tuple[State, Edge, bool] | None] = {root.start: None}
    order = [root.start]
    for state in order:
        for edge in state.edges:
            if edge.masked is not None:
                continue
            label = edge.label
            below = label.below if isinstance(label, Child) else None
            targets = [(edge.target, False)]
            if below is not None and below.start is not None:
                targets.insert(0, (below.start, True))
            for target, down in targets:
                if target.failed and target not in before:
                    before[target] = (state, edge, down)
                    order.append(target)
    return before


def path_to(before: dict[State, tuple[State, Edge, bool] | None], state: State) -> Path:
    """Return the steps to a state."""
    out: Path = []
    step = before[state]
    while step is not None:
        out.append(step)
        step = before[step[0]]
    return out[::-1]


class Inner:
    """The elements that a way goes down through: their ``names``, ``text`` as a path, the steps into each."""

    __slots__ = ("names", "steps", "text")

    def __init__(self, around: Inner | None = None, state: State | None = None, label: Child | None = None) -> None:
        self.names: tuple[NameSet, ...] = ()
        self.steps: tuple[tuple[State, Child], ...] = ()
        self.text = ""
        if around is not None and state is not None and label is not None:
            self.names = (*around.names, label.names)
            self.steps = (*around.steps, (state, label))
            name = names_text(label.names)
            self.text = f"{around.text}/{name}" if around.names else name


class Way:
    """The way to a state: one ``step`` after the way ``above``, with what is asked of it for each failure there.

    ``inner``   the elements that it goes down through.
    ``claims``  on how many children of another kind its documents depend (fewer make better ones).
    """

    __slots__ = ("above", "claims", "inner", "step")

    def __init__(self, above: Way | None = None, step: tuple[State, Edge, bool] | None = None) -> None:
        self.above = above
        self.step = step
        if above is None or step is None:
            self.inner, self.claims = Inner(), 0
            return
        state, edge, down = step
        label = edge.label
        child = isinstance(label, Child)
        self.inner = Inner(above.inner, state, label) if down and isinstance(label, Child) else above.inner
        self.claims = above.claims + (child and label.claim is not None)  # type: ignore[union-attr]

    @property
    def path(self) -> Path:
        """The steps, from the root on."""
        return self._back(whole=True)

    @property
    def own(self) -> Path:
        """The steps in the last element."""
        return self._back(whole=False)

    def _back(self, *, whole: bool) -> Path:
        out: Path = []
        way = self
        while way.above is not None and way.step is not None and (whole or not way.step[2]):
            out.append(way.step)
            way = way.above
        return out[::-1]


def name_text(name: tuple[str, str]) -> str:
    """Write a name for a path: namespaces show as the prefix that the schema has for them, or one made of them."""
    ns, local = name
    return local if not ns else f"{prefixes.of(ns)}:{local}"


def names_text(names: NameSet) -> str:
    """Write the names of an element or attribute for a path."""
    if names.single:
        return name_text(names.single)
    return str(names)
