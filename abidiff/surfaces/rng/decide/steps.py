"""The records of the inclusion check: obligations, states, the steps between them, and failures."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeAlias

import msgspec

from abidiff.surfaces.rng.decide.algebra import NONE, P
from abidiff.surfaces.rng.values.languages import NO_TEXT, Lang
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet


class Kind(StrEnum):
    """Why a transition has no successor."""

    ATTRIBUTE_REMOVED = "attribute-removed"
    ATTRIBUTE_REQUIRED = "attribute-required"
    ATTRIBUTE_VALUE = "attribute-value"
    ELEMENT_REMOVED = "element-removed"
    ELEMENT_REQUIRED = "element-required"
    TEXT_VALUE = "text-value"
    TEXT_FORBIDDEN = "text-forbidden"
    STRUCTURE = "structure"
    UNDECIDED = "undecided"


class Step(StrEnum):
    """Steps that read nothing."""

    ALTERNATIVE = "alternative"
    ABSENT = "absent"
    NO_MORE = "no more"
    MASKED = "masked"


class Others(msgspec.Struct, frozen=True):
    """One component was taken, ``taken`` of ``components``; the others are filled with what both sides have."""

    components: Sequence[tuple[P, P]]
    taken: int

    @property
    def pairs(self) -> list[tuple[P, P]]:
        """The components that were not taken."""
        return [pair for at, pair in enumerate(self.components) if at != self.taken]


class Present(msgspec.Struct, frozen=True):
    """An attribute with a value of a language was read."""

    names: NameSet
    lang: Lang


class TextRead(msgspec.Struct, frozen=True):
    """Text between elements was read."""


class Child(msgspec.Struct, frozen=True):
    """A child was read, in one of the letters ``against`` on the other side.

    ``below``  the obligation of the child, None when it holds for certain.
    ``claim``  the child is not in this one's letters (its content shows a failure of the claim).
    """

    letter: int
    names: NameSet
    against: frozenset[int]
    below: Obligation | None
    claim: Obligation | None


Label: TypeAlias = Step | Others | Present | TextRead | Child


class Failure(msgspec.Struct, eq=False):
    """A transition that the other side can't follow.

    ``names``   the attribute or element; ``letter`` its class; ``wanted`` letters that are missing.
    ``lang``    values that are refused, ``wider`` those that were allowed, ``wanted_lang`` those that are.
    ``p``, ``q``  what follows on this side, and on the other if the failure were repaired.
    """

    kind: Kind
    names: NameSet = NO_NAME
    letter: int = -1
    wanted: frozenset[int] = frozenset()
    lacking: frozenset[NameSet] = frozenset()
    lang: Lang = NO_TEXT
    wider: Lang = NO_TEXT
    wanted_lang: Lang = NO_TEXT
    p: P = NONE
    q: P = NONE
    note: str = ""
    state: State | None = None


class Edge(msgspec.Struct, eq=False):
    """A step to another state; ``masked``: only behind that failure, which hides what follows."""

    target: State
    label: Label
    masked: Failure | None = None


class State:
    """A question (p, q) inside an obligation."""

    __slots__ = ("before", "below", "edges", "failed", "failures", "owner", "p", "q")

    def __init__(self, owner: Obligation, p: P, q: P) -> None:
        self.owner = owner
        self.p = p
        self.q = q
        self.edges: list[Edge] = []
        self.below: list[Obligation] = []
        self.before: list[State] = []
        self.failures: list[Failure] = []
        self.failed = False


class Obligation(msgspec.Struct, eq=False):
    """A letter, for the names of one cell, against a set of letters."""

    number: int
    letter: int
    names: NameSet
    against: frozenset[int]
    p: P
    q: P
    start: State | None = None
    states: dict[tuple[int, int], State] = msgspec.field(default_factory=dict)
    above: list[State] = msgspec.field(default_factory=list)
    waiting: list[tuple[State, P, P, Label]] = msgspec.field(default_factory=list)
    failed: bool = False
    over: bool = False


class Goes(msgspec.Struct, frozen=True):
    """An outcome of a question: another question comes after a step."""

    p: P
    q: P
    label: Label


class Descends(msgspec.Struct, frozen=True):
    """An outcome of a question: it fails where the obligation of a child does."""

    below: Obligation


class Claims(msgspec.Struct, frozen=True):
    """An outcome of a question: another question comes after a child, if the claim about that fails."""

    claim: Obligation
    p: P
    q: P
    label: Label


class Fails(msgspec.Struct, frozen=True):
    """An outcome of a question: a failure; ``rest`` is what its ``p`` is to be held against behind it."""

    failure: Failure
    rest: P = NONE


Outcome: TypeAlias = Goes | Descends | Claims | Fails
