"""In which version nodes releases give a symbol, as far as a history or two releases tell (GNU ld; LSB)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from msgspec import structs

from abidiff.history.lives import Phase
from abidiff.requires.presence import Lives
from abidiff.surface_names import HEADERS, SYMBOLS

ENDING = re.compile(r"\.so(?:\..*)?\Z")


class Nodes:
    """The version nodes of a library.

    ``of``     symbol → the nodes in which any release has it.
    ``every``  all nodes; ``units`` what the library and its parts are called, ``sonames`` how programs ask for it.
    """

    def __init__(self, of: Mapping[str, frozenset[str]], units: Iterable[str], sonames: Iterable[str] = ()) -> None:
        self.of = of
        self.every = frozenset(node for several in of.values() for node in several)
        self.units = frozenset(units)
        self.sonames = frozenset(sonames)
        self.bare = frozenset(_bare(each) for each in self.units)

    def joined(self, other: Nodes) -> Nodes:
        """Return the nodes of two releases together."""
        of = {name: self.of.get(name, frozenset()) | other.of.get(name, frozenset()) for name in {*self.of, *other.of}}
        return Nodes(of, self.units | other.units, self.sonames | other.sonames)

    def is_called(self, library: str) -> bool:
        """Tell whether a program that asks for a file asks for this library, by its name."""
        return library in self.sonames or _bare(ENDING.sub("", library)) in self.bare

    def has(self, name: str, node: str) -> bool:
        """Tell whether any release gives a symbol in a node."""
        return node in self.of.get(name, ())


def nodes_of(lives: Mapping[str, Lives]) -> Nodes:
    """Return the nodes that a history knows."""
    of: dict[str, frozenset[str]] = {}
    units: set[str] = set()
    for name, several in lives.items():
        for item, phases in several:
            if item.surface in (HEADERS, SYMBOLS):
                units.add(item.unit)
            if item.surface == SYMBOLS:
                found = {node for phase in phases if phase.there for node in phase.shape.split()}
                if found:
                    of[name] = of.get(name, frozenset()) | found
    return Nodes(of, units)


def in_node(several: Lives, node: str) -> Lives:
    """Return a symbol where releases give it in a node, or in none.

    A symbol without a node serves programs that ask for one (``do_lookup_x`` of the GNU C library).
    """
    return [
        (item, [structs.replace(phase, there=_serves(phase, node)) for phase in phases])
        for item, phases in several
        if item.surface == SYMBOLS and any(phase.there and node in phase.shape.split() for phase in phases)
    ]


def _serves(phase: Phase, node: str) -> bool:
    return phase.there and (not phase.shape or node in phase.shape.split())


def _bare(name: str) -> str:
    return name.lower().removeprefix("lib")


def gathered(symbols: Iterable[tuple[str, str]], units: Collection[str], sonames: Collection[str]) -> Nodes:
    """Return the nodes of one release, of which pairs of a symbol and its node are known."""
    of: dict[str, frozenset[str]] = {}
    for name, node in symbols:
        if node:
            of[name] = of.get(name, frozenset()) | {node}
    return Nodes(of, units, sonames)
