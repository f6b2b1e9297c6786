"""What the rules are asked about: one kind of contradiction each."""

from __future__ import annotations

from abidiff.change import Change
from abidiff.location import Location


class Disagreement(Change, frozen=True):
    """Two places that disagree; ``place`` is where it is seen, ``other`` the second one."""

    place: Location
    other: Location | None
    says: tuple[str, ...]


class NotExported(Disagreement, frozen=True):
    """A function or variable that a header declares and no symbol map exports."""


class NotDeclared(Disagreement, frozen=True):
    """A symbol that a map exports and no header declares."""


class NodeAndSince(Disagreement, frozen=True):
    """``says``: the version of the node, and that of the Since tag."""


class SinceMissing(Disagreement, frozen=True):
    """A function without a Since tag."""


class NoProcedure(Disagreement, frozen=True):
    """A public function without its procedure; ``says``: the protocol."""


class NoFunction(Disagreement, frozen=True):
    """A procedure without its public function; ``says``: the library."""


class NoFlags(Disagreement, frozen=True):
    """A function without a flags parameter."""


KINDS: dict[str, type[Disagreement]] = {
    "declared-not-exported": NotExported,
    "exported-not-declared": NotDeclared,
    "node-and-since": NodeAndSince,
    "since-missing": SinceMissing,
    "procedure-missing": NoProcedure,
    "function-missing": NoFunction,
    "flags-missing": NoFlags,
}
