"""Random texts of a datatype: walks through its automaton, checked against the datatype itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from abidiff.errors import LimitError
from abidiff.surfaces.rng.model import Data
from abidiff.surfaces.rng.values.automata import Dfa
from abidiff.surfaces.rng.values.datatypes import allows
from abidiff.surfaces.rng.values.typelangs import data_bounds

LONG = 24
"""From this length on a walk goes straight to an end."""
_COMMON = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_OTHER = "-_./:,+=@%#!?*()[]{}~^;|'\"\\`$&<>"
_RARE = " \t\n"
_MOMENTS = frozenset(("date", "dateTime", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"))
_REFUSED_MOMENT = re.compile(r"[0-9]{9}|24:00:00|[+-](?:13:(?!00)|14:)")
"""Moments that some validators refuse: years beyond machine words, the end of a day, time zones beyond 13 hours."""
_REFUSED_URI = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//\s*(?:[?#]|\Z)")
"""An authority that is nothing, with no path after it."""
_CONTEXT: Mapping[str, str] = {}


class Walker:
    """Random words of one automaton."""

    def __init__(self, dfa: Dfa) -> None:
        self.dfa = dfa
        self.distance = _distances(dfa)
        self.letters: dict[int, list[str]] = {}
        self.weights: dict[int, float] = {}
        for letters, weight in ((_COMMON, 8.0), (_OTHER, 2.0), (_RARE, 0.1)):
            for letter in letters:
                kind = dfa.kind(ord(letter))
                self.letters.setdefault(kind, []).append(letter)
                self.weights[kind] = max(weight, self.weights.get(kind, 0.0))
        for start, kind in zip(dfa.starts, dfa.kinds, strict=True):
            if kind >= 0 and kind not in self.letters:
                self.letters[kind] = [chr(start)]
                self.weights[kind] = 0.1

    def word(self, random: Random) -> str | None:
        """Return a random word, or None when there is none."""
        state, text = 0, ""
        if self.distance[0] < 0:
            return None
        while True:
            distance = self.distance[state]
            if state in self.dfa.accept and (len(text) >= LONG or random.random() < 0.3):
                return text
            row = self.dfa.rows[state]
            kinds = [
                kind
                for kind in self.letters
                if self.distance[row[kind]] >= 0 and (len(text) < LONG or self.distance[row[kind]] < distance)
            ]
            if not kinds:
                return text if state in self.dfa.accept else None
            (kind,) = random.choices(kinds, [self.weights[kind] for kind in kinds])
            text += random.choice(self.letters[kind])
            state = row[kind]


def _distances(dfa: Dfa) -> list[int]:
    """Return for each state how far the next accepting one is; -1: none can be reached."""
    before: list[set[int]] = [set() for _ in dfa.rows]
    for state, row in enumerate(dfa.rows):
        for target in row:
            before[target].add(state)
    found = [-1] * len(dfa.rows)
    layer, distance = set(dfa.accept), 0
    while layer:
        for state in layer:
            found[state] = distance
        distance += 1
        layer = {earlier for state in layer for earlier in before[state] if found[earlier] < 0}
    return found


def _refused(name: str, text: str) -> bool:
    """Whether a validator is known to refuse a value that the recommendation allows."""
    if name in _MOMENTS:
        return _REFUSED_MOMENT.search(text) is not None
    return name == "anyURI" and _REFUSED_URI.match(text) is not None


class Words:
    """Random texts of data patterns; kept, so that the automata are built once."""

    def __init__(self) -> None:
        self._walkers: dict[object, tuple[list[Walker], tuple[str, ...]]] = {}

    def word(self, data: Data, random: Random) -> str | None:
        """Return a text of the datatype (``except`` is not looked at), or None when none was found."""
        key = (data.library, data.datatype, data.params)
        if key not in self._walkers:
            self._walkers[key] = self._sources(data)
        walkers, samples = self._walkers[key]
        for _ in range(12):
            pick = random.randrange(len(walkers) + (1 if samples else 0))
            text = walkers[pick].word(random) if pick < len(walkers) else random.choice(samples)
            if text is None or _refused(data.datatype, text):
                continue
            if allows(data.library, data.datatype, data.params, text, _CONTEXT):
                return text
        return next((one for one in samples if allows(*key, one, _CONTEXT)), None)

    def _sources(self, data: Data) -> tuple[list[Walker], tuple[str, ...]]:
        try:
            bounds = data_bounds(data.library, data.datatype, data.params)
        except LimitError:
            return [], ("0", "1", "a", "")
        if isinstance(bounds, Dfa):
            return [Walker(bounds)], ()
        upper, lower, samples = bounds
        if data.datatype == "QName":
            samples = (*samples, "xml:a")  # the only prefix that is bound everywhere
        return [Walker(one) for one in (upper, lower) if not one.is_empty], samples
