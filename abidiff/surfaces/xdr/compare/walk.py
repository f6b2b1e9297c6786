"""What a walk over the types of messages keeps: pairs still to be compared, changes by pair, and what holds a pair."""

from __future__ import annotations

import msgspec

from abidiff.location import Location
from abidiff.surfaces.xdr.change import Evidence, XdrChange
from abidiff.surfaces.xdr.wire.values import Spot
from abidiff.surfaces.xdr.wire.wire import Scope

Key = tuple[str, str]
"""A definition: its unit and its name."""


class Pair(msgspec.Struct, frozen=True, gc=False):
    """Two definitions that stand for each other."""

    old: Key
    new: Key


class Slot(msgspec.Struct, frozen=True, gc=False):
    """A place that has a type on both sides: a member, an arm, a typedef's own, an argument.

    ``owner`` is the pair it stands in, ``part`` its name there (what :class:`Spot` calls it).
    """

    subject: str
    old: Location
    new: Location
    owner: Pair | str
    part: str = ""


class Walk:
    """Pairs of definitions, each met once, with the changes found in them and the pairs and messages around them."""

    def __init__(self, old: Scope, new: Scope) -> None:
        self.old = old
        self.new = new
        self.changes: dict[Pair | str, list[XdrChange]] = {}
        self.parents: dict[Pair, set[Pair | str]] = {}
        self._added: dict[tuple[Pair | str, type, str, str], list[XdrChange]] = {}
        self._queue: list[Pair] = []

    def _enqueue(self, old: Key, new: Key, owner: Pair | str) -> None:
        pair = Pair(old, new)
        if pair not in self.parents:
            self.parents[pair] = set()
            self._queue.append(pair)
        if owner != pair:
            self.parents[pair].add(owner)

    def _add(self, owner: Pair | str, change: XdrChange) -> None:
        alike = self._added.setdefault((owner, type(change), change.subject, change.key), [])
        if change not in alike:
            alike.append(change)
            self.changes.setdefault(owner, []).append(change)

    def _evidence(self, owner: Pair | str, part: str, number: int | None = None, length: int | None = None) -> Evidence:
        if isinstance(owner, Pair):
            return Evidence(
                self.old, self.new, Spot(owner.old, part, number, length), Spot(owner.new, part, number, length)
            )
        empty = Spot(("", ""), part, number, length)
        return Evidence(self.old, self.new, empty, empty)

    def reached_roots(self, owner: Pair | str) -> set[str]:
        """Return the messages that contain a pair."""
        found: set[str] = set()
        seen: set[Pair | str] = {owner}
        queue = [owner]
        while queue:
            at = queue.pop()
            if isinstance(at, str):
                found.add(at)
                continue
            for parent in self.parents[at]:
                if parent not in seen:
                    seen.add(parent)
                    queue.append(parent)
        return found
