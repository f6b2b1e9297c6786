"""What the variables of a Python program hold at one place."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from abidiff.requires.facts import Condition
from abidiff.requires.languages.python_index import Inside
from abidiff.requires.languages.python_types import Kind


class Scope(NamedTuple):
    """What the variables hold at one place: conditions, the library's version, objects of the bindings.

    ``inside``  the module, class or function.
    ``hidden``  names that mean nothing of a module: functions bind them; ``fakes``: see ``Known``.
    """

    inside: Inside
    conditions: dict[str, Condition]
    versions: set[str]
    types: dict[str, Kind]
    hidden: frozenset[str]
    fakes: frozenset[str]

    def within(
        self, inside: Inside, names: Collection[str], hidden: Collection[str], fakes: frozenset[str] = frozenset()
    ) -> Scope:
        """Return the scope inside of this one where ``names`` are bound anew, ``hidden`` of them not as functions."""
        return Scope(
            inside,
            {name: held for name, held in self.conditions.items() if name not in names},
            self.versions.difference(names),
            {name: kind for name, kind in self.types.items() if name not in names},
            self.hidden.union(hidden),
            self.fakes.difference(names) | fakes,
        )
