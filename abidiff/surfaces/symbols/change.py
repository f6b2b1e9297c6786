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
    ``hidden``     the new map names it below ``local:``, or a pattern there matches it.
    ``shown``      what shows that it existed, where the old map does not list it.
    """

    node: str
    node_gone: bool
    hidden: bool
    shown: str = ""


class SymbolMoved(SymbolChange, frozen=True):
    """A symbol that left a node and stands in others; ``shown`` as in :class:`SymbolRemoved`."""

    node: str
    now: tuple[str, ...]
    node_gone: bool
    shown: str = ""


class SymbolUnversioned(SymbolChange, frozen=True):
    """A symbol that left its node and is exported without a version; ``shown``: what shows that it is there."""

    node: str
    shown: str


class ExistenceUnknown(SymbolChange, frozen=True):
    """A name that the new map lists, and that the old one exported if it existed.

    ``node``     where the old map would have exported it.
    ``pattern``  what matches it there; empty when the old map exports whatever it does not name.
    ``now``      the nodes that it stands in now; empty when it is hidden.
    """

    node: str
    pattern: str
    now: tuple[str, ...]


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
    """A node is gone; ``symbols`` are those that it surely exported, ``patterns`` its patterns."""

    symbols: tuple[str, ...]
    patterns: tuple[str, ...] = ()


class NodeReparented(NodeChange, frozen=True):
    """A node depends on other nodes than before."""

    before: tuple[str, ...]
    after: tuple[str, ...]


class NodeMisnamed(NodeChange, frozen=True):
    """A new node whose name is not that of a release since the old one."""

    expected: str
    old_version: str


class PatternNarrowed(NodeChange, frozen=True):
    """A pattern exported names that are hidden or in another node now.

    ``gone``    the pattern itself is gone.
    ``sample``  such a name; empty when none was looked for.
    ``now``     the nodes that have them now; empty when they are hidden.
    ``listed``  names of the new map that it matched.
    ``known``   number of names that something else shows and that it exported.
    """

    node: str
    gone: bool
    sample: str
    now: tuple[str, ...]
    listed: tuple[str, ...]
    known: int


class PatternAdded(NodeChange, frozen=True):
    """A pattern that exports names is new."""

    node: str


class HidingAdded(NodeChange, frozen=True):
    """``local: *`` is new: what no node names is hidden now.

    ``declared``  the headers were read, and what they show is told apart.
    """

    declared: bool = False


class HidingRemoved(NodeChange, frozen=True):
    """``local: *`` is gone: what no node names is exported now."""


class MapRemoved(NodeChange, frozen=True):
    """The symbol map of a library is gone; ``node``: the first one that a public symbol stands in, if any."""

    symbols: tuple[str, ...]
    node: str = ""


class MapAdded(NodeChange, frozen=True):
    """A library has a symbol map now."""

    symbols: int
