"""What two symbol maps differ by."""

from __future__ import annotations

from abidiff.change import Change
from abidiff.location import Location


class SymbolChange(Change, frozen=True):
    """A change of one symbol; ``old`` and ``new`` are where it stands, or the nearest place."""

    language: str
    old: Location | None
    new: Location | None


class SymbolRemoved(SymbolChange, frozen=True):
    """A symbol that no node exports any more.

    ``node``       the node that it was in (empty: the anonymous one).
    ``node_gone``  the node is gone as well.
    ``hidden``     the new map names it below ``local:``.
    """

    node: str
    node_gone: bool
    hidden: bool


class SymbolMoved(SymbolChange, frozen=True):
    """A symbol that left a node and stands in others."""

    node: str
    now: tuple[str, ...]
    node_gone: bool


class SymbolVersioned(SymbolChange, frozen=True):
    """A symbol without version that got one."""

    node: str


class SymbolAdded(SymbolChange, frozen=True):
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


class NodeChange(Change, frozen=True):
    """A change of one version node."""

    old: Location | None
    new: Location | None


class NodeRemoved(NodeChange, frozen=True):
    """A node is gone; ``symbols`` are those that it exported."""

    symbols: tuple[str, ...]


class NodeReparented(NodeChange, frozen=True):
    """A node depends on other nodes than before."""

    before: tuple[str, ...]
    after: tuple[str, ...]


class NodeMisnamed(NodeChange, frozen=True):
    """A new node whose name is not that of a release since the old one."""

    expected: str
    old_version: str


class PatternRemoved(NodeChange, frozen=True):
    """A pattern that exported names is gone; ``listed`` are names of the new map that it matched."""

    node: str
    listed: tuple[str, ...]


class PatternAdded(NodeChange, frozen=True):
    """A pattern that exports names is new."""

    node: str


class HidingAdded(NodeChange, frozen=True):
    """``local: *`` is new: what no node names is hidden now."""


class HidingRemoved(NodeChange, frozen=True):
    """``local: *`` is gone: what no node names is exported now."""


class MapRemoved(NodeChange, frozen=True):
    """The symbol map of a library is gone."""

    symbols: tuple[str, ...]


class MapAdded(NodeChange, frozen=True):
    """A library has a symbol map now."""

    symbols: int
