"""Macros that stand for the same in another configuration of the same files are not looked at again.

What a macro stands for depends on its definition, on those of the names in it, and on what is declared under them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from abidiff.surfaces.headers.build.macro_values import MacroReader
from abidiff.surfaces.headers.build.version_macros import family, says_version
from abidiff.surfaces.headers.build.words import SIZES
from abidiff.surfaces.headers.model import Macro
from abidiff.surfaces.headers.read.again import alike
from abidiff.surfaces.headers.read.macros import Definition

MAX_STEPS = 40
_MEASURES = frozenset({*SIZES, "offsetof", "__builtin_offsetof", "typeof", "__typeof__", "__typeof"})
"""What they say of a type may change with one that is named nowhere near."""
Written = Mapping[str, Sequence[tuple[str, ...]]]


class KnownMacros(msgspec.Struct):
    """The macros of a run: their definitions at its end, what they stand for, and what was declared.

    ``meanings``: name → what its declarations mean, ``written``: their tokens (:mod:`remembered`).
    """

    table: dict[str, Definition]
    made: dict[str, Macro]
    meanings: Mapping[str, str]
    written: Written
    reader: MacroReader
    words: dict[str, frozenset[str]] = msgspec.field(default_factory=dict)

    def same(
        self, table: Mapping[str, Definition], meanings: Mapping[str, str], written: Written, reader: MacroReader
    ) -> dict[str, Macro]:
        """Return those that stand for the same in another run, whose reader gets what is known of versions."""
        if self.reader.looked_at_all():
            return {}
        names = {*self.table, *table}
        changed = {name for name in names if not alike(self.table.get(name), table.get(name))}
        declared = {name for name in {*self.meanings, *meanings} if self.meanings.get(name) != meanings.get(name)}
        if declared:
            changed |= _with_users(declared, (self.written, written))
        if not changed.isdisjoint(self.reader.expander.pasted):
            changed.add("##")
        if changed and not self._spread(changed, table):
            return {}
        if not any(says_version(name) or family(name)[0] for name in changed):
            reader.take_versions(self.reader)
        return {name: macro for name, macro in self.made.items() if name not in changed}

    def _spread(self, changed: set[str], table: Mapping[str, Definition]) -> bool:
        """Add the macros in whose bodies something changed stands; False where that takes too long."""
        if not self.words:
            self.words = {name: _words(definition) for name, definition in self.table.items()}
        others = {n: _words(d) for n, d in table.items() if n in changed or n not in self.words}
        for _ in range(MAX_STEPS):
            found = set(_touched(self.words, changed)) | set(_touched(others, changed))
            if not found:
                return True
            changed |= found
        return False


def _with_users(names: set[str], sides: Iterable[Written]) -> set[str]:
    """Return names with all whose declarations lead to them; what measures any type too where that takes too long."""
    found = set(names)
    for _ in range(MAX_STEPS):
        more = {
            name
            for written in sides
            for name, these in written.items()
            if name not in found and not all(map(found.isdisjoint, these))
        }
        if not more:
            return found
        found |= more
    return found | _MEASURES


def _words(definition: Definition) -> frozenset[str]:
    return frozenset([token[1] for token in definition.body])


def _touched(words: Mapping[str, frozenset[str]], changed: set[str]) -> Iterable[str]:
    return (name for name, these in words.items() if name not in changed and not these.isdisjoint(changed))
