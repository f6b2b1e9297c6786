"""Ways through an inclusion question, and the names of what they pass."""

from __future__ import annotations

from collections.abc import Sequence
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


def name_text(name: tuple[str, str]) -> str:
    """Write a name for a path: namespaces show as the prefix that the schema has for them, or one made of them."""
    ns, local = name
    return local if not ns else f"{prefixes.of(ns)}:{local}"


def names_text(names: NameSet) -> str:
    """Write the names of an element or attribute for a path."""
    if names.single:
        return name_text(names.single)
    return str(names)


def element_path(path: Sequence[tuple[State, Edge, bool]]) -> list[NameSet]:
    """Return the names of the elements that a path goes down through."""
    return [edge.label.names for _, edge, down in path if down and isinstance(edge.label, Child)]
