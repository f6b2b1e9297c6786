"""What two symbol maps differ by."""

from __future__ import annotations

from dataclasses import dataclass

from abidiff.change import Change
from abidiff.location import Location


@dataclass(frozen=True, slots=True)
class SymbolChange(Change):
    """A change of one symbol; ``old`` and ``new`` are where it stands, or the nearest place."""

    language: str
    old: Location | None
    new: Location | None


@dataclass(frozen=True, slots=True)
class SymbolRemoved(SymbolChange):
    """A symbol that no node exports any more.

    ``node``       the node that it was in (empty: the anonymous one).
    ``node_gone``  the node is gone as well.
    ``hidden``     the new map names it below ``local:``.
    """

    node: str
    node_gone: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class SymbolMoved(SymbolChange):
    """A symbol that left a node and stands in others."""

    node: str
    now: tuple[str, ...]
    node_gone: bool


@dataclass(frozen=True, slots=True)
class SymbolVersioned(SymbolChange):
    """A symbol without version that got one."""

    node: str


@dataclass(frozen=True, slots=True)
class SymbolAdded(SymbolChange):
    """A symbol that stands in a node where it did not stand before.

    ``node``      the node.
    ``shipped``   the version that already shipped this node; empty when it is new or still in the making.
    ``released``  whether an earlier release already shipped this node.
    ``before``    nodes that had, and still have, the symbol: this one is a further version of it.
    """

    node: str
    released: bool
    shipped: str
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeChange(Change):
    """A change of one version node."""

    old: Location | None
    new: Location | None


@dataclass(frozen=True, slots=True)
class NodeRemoved(NodeChange):
    """A node is gone; ``symbols`` are those that it exported."""

    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeReparented(NodeChange):
    """A node depends on other nodes than before."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeMisnamed(NodeChange):
    """A new node whose name is not that of a release since the old one."""

    expected: str
    old_version: str


@dataclass(frozen=True, slots=True)
class PatternRemoved(NodeChange):
    """A pattern that exported names is gone; ``listed`` are names of the new map that it matched."""

    node: str
    listed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatternAdded(NodeChange):
    """A pattern that exports names is new."""

    node: str


@dataclass(frozen=True, slots=True)
class HidingAdded(NodeChange):
    """``local: *`` is new: what no node names is hidden now."""


@dataclass(frozen=True, slots=True)
class HidingRemoved(NodeChange):
    """``local: *`` is gone: what no node names is exported now."""


@dataclass(frozen=True, slots=True)
class MapRemoved(NodeChange):
    """The symbol map of a library is gone."""

    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MapAdded(NodeChange):
    """A library has a symbol map now."""

    symbols: int
