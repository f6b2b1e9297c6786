"""What the rules are asked about: one kind of contradiction each."""

from __future__ import annotations

from dataclasses import dataclass

from abidiff.change import Change
from abidiff.location import Location


@dataclass(frozen=True, slots=True)
class Disagreement(Change):
    """Two places that disagree; ``place`` is where it is seen, ``other`` the second one."""

    place: Location
    other: Location | None
    says: tuple[str, ...]


class NotExported(Disagreement):
    """A function or variable that a header declares and no symbol map exports."""

    __slots__ = ()


class NotDeclared(Disagreement):
    """A symbol that a map exports and no header declares."""

    __slots__ = ()


class NodeAndSince(Disagreement):
    """``says``: the version of the node, and that of the Since tag."""

    __slots__ = ()


class SinceMissing(Disagreement):
    """A function without a Since tag."""

    __slots__ = ()


class NoProcedure(Disagreement):
    """A public function without its procedure; ``says``: the protocol."""

    __slots__ = ()


class NoFunction(Disagreement):
    """A procedure without its public function; ``says``: the library."""

    __slots__ = ()


class NoFlags(Disagreement):
    """A function without a flags parameter."""

    __slots__ = ()


KINDS: dict[str, type[Disagreement]] = {
    "declared-not-exported": NotExported,
    "exported-not-declared": NotDeclared,
    "node-and-since": NodeAndSince,
    "since-missing": SinceMissing,
    "procedure-missing": NoProcedure,
    "function-missing": NoFunction,
    "flags-missing": NoFlags,
}
