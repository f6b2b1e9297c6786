"""The tables of a grammar, as they are shipped: the automaton, the rules and the terminals as plain data."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from abidiff.surface_names import SYMBOLS, XDR

GRAMMARS = {SYMBOLS: ("name_list", "version_script"), XDR: ("start",)}
"""The grammars of the package, with their start symbols."""


class Token(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A terminal's name, its text, and where it starts in the text that was parsed."""

    type: str
    text: str
    start_pos: int

    def __str__(self) -> str:
        return self.text

    @property
    def end_pos(self) -> int:
        """The position behind the last character."""
        return self.start_pos + len(self.text)


class Rule(msgspec.Struct, frozen=True, array_like=True):
    """A production: what it reduces ``size`` values to, and how.

    ``build``   the method that makes the value; empty when the children go to the rule above.
    ``keep``    positions of the children that the method gets, or None for all; ``~position``
                is a child whose own children take its place.
    ``single``  a lone child stands for the whole (``?rule``).
    """

    origin: str
    build: str
    size: int
    keep: tuple[int, ...] | None
    single: bool


class Tables(msgspec.Struct, frozen=True):
    """A grammar ready for parsing.

    ``grammar``  the hash of the grammar's text, ``lark`` the version that made the tables.
    ``pattern``  one group for each terminal, in the order in which they are tried.
    ``ignored``  terminals that separate others; ``kept`` those that a rule hands on.
    ``starts``   symbol → its first and its last state.
    ``states``   symbol → the state to go to, or ``~rule`` to reduce by.
    """

    grammar: str
    lark: str
    pattern: str
    ignored: tuple[str, ...]
    kept: tuple[str, ...]
    starts: dict[str, tuple[int, int]]
    rules: tuple[Rule, ...]
    states: tuple[dict[str, int], ...]


def digest(text: str) -> str:
    """Return the hash that ties tables to their grammar."""
    return sha256(text.encode()).hexdigest()
