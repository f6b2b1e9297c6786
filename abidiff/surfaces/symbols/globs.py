"""Patterns of version scripts, as ld's ``fnmatch`` takes them: ``*``, ``?``, ``[…]`` and ``\\``.

A pattern is a tuple of tokens: None for ``*``, else the set of characters that one place takes
(negated or not).  What several patterns make of *all* names is found on the product of their
automata, with one name for each combination of patterns that match it.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from abidiff.limits import now, passed

_FIRST = string.ascii_lowercase + "_" + string.ascii_uppercase
_C_NAME = _FIRST + string.digits + ".$"
_DEMANGLED = _C_NAME + ":,()<>*&~ []=!+-/%^|"

Positions = frozenset[int]


class Token(NamedTuple):
    """One place of a pattern: the characters that it takes, or with ``negated`` those that it does not."""

    characters: frozenset[str]
    negated: bool = False

    def takes(self, character: str) -> bool:
        """Tell whether this place takes a character."""
        return (character in self.characters) is not self.negated


_ANY = Token(frozenset(), negated=True)


@lru_cache(maxsize=4096)
def tokens(pattern: str) -> tuple[Token | None, ...]:
    """Return the tokens of a pattern; None is ``*``."""
    out: list[Token | None] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*":
            if not out or out[-1] is not None:
                out.append(None)
        elif character == "?":
            out.append(_ANY)
        elif character == "[" and (end := _end_of_set(pattern, at)) > 0:
            out.append(_set(pattern[at:end]))
            at = end + 1
        else:
            if character == "\\" and at < len(pattern):
                character = pattern[at]
                at += 1
            out.append(Token(frozenset(character)))
    return tuple(out)


def _end_of_set(pattern: str, at: int) -> int:
    """Return where a ``[…]`` ends, -1 when it does not; a ``]`` right at its start belongs to it."""
    start = at + 1 if pattern[at : at + 1] in ("!", "^") else at
    return pattern.find("]", start + 1)


def _set(body: str) -> Token:
    negated = body[:1] in ("!", "^")
    body = body[1:] if negated else body
    found: set[str] = set()
    at = 0
    while at < len(body):
        if body[at + 1 : at + 2] == "-" and at + 2 < len(body):
            found.update(c for c in _DEMANGLED if body[at] <= c <= body[at + 2])
            at += 3
        else:
            found.add(body[at])
            at += 1
    return Token(frozenset(found), negated)


def matches(pattern: str, name: str) -> bool:
    """Tell whether a pattern matches a whole name."""
    parts = tokens(pattern)
    at = _start(parts)
    for character in name:
        at = _step(parts, at, character)
        if not at:
            return False
    return len(parts) in at


def ends(pattern: str) -> tuple[str, str]:
    """Return the text that every name has at its start and at its end, which a pattern matches."""
    parts = tokens(pattern)
    first = next((at for at, token in enumerate(parts) if not _plain(token)), len(parts))
    last = next((at for at, token in enumerate(reversed(parts)) if not _plain(token)), 0)
    return _text(parts[:first]), _text(parts[len(parts) - last :])


def _text(parts: tuple[Token | None, ...]) -> str:
    return "".join(next(iter(token.characters)) for token in parts if token is not None)


def _plain(token: Token | None) -> bool:
    return token is not None and not token.negated and len(token.characters) == 1


class Budget:
    """How many patterns may be tried for the names of one map."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.left = now().glob_steps

    def spend(self, steps: int) -> None:
        """Count steps.  Raises :class:`LimitError` when there are none left."""
        self.left -= steps
        if self.left < 0:
            steps = now().glob_steps
            raise passed("glob-steps", f"{self.what}: more than {steps:,} steps in matching names with patterns")


def _closure(parts: tuple[Token | None, ...], at: Iterable[int]) -> Positions:
    """Add the positions behind each ``*``, which takes nothing as well."""
    found = set(at)
    for position in tuple(found):
        while position < len(parts) and parts[position] is None:
            position += 1
            found.add(position)
    return frozenset(found)


def _start(parts: tuple[Token | None, ...]) -> Positions:
    return _closure(parts, (0,))


def _step(parts: tuple[Token | None, ...], at: Positions, character: str) -> Positions:
    found = set()
    for position in at:
        if position == len(parts):
            continue
        token = parts[position]
        if token is None:
            found.add(position)
        elif token.takes(character):
            found.add(position + 1)
    return _closure(parts, found)


def samples(patterns: Iterable[str], names: Iterable[str], *, demangled: bool = False) -> list[str] | None:
    """Return a shortest name for each combination of patterns that match it, ``names`` left out.

    None when the patterns are too many or too entangled to look at all combinations.
    """
    parts = [tokens(pattern) for pattern in sorted(set(patterns))]
    names = frozenset(names)
    beginnings = {name[:n] for name in names for n in range(len(name) + 1)}
    classes = _classes(parts, _DEMANGLED if demangled else _C_NAME)
    start = tuple(_start(one) for one in parts)
    seen: set[tuple[tuple[Positions, ...], str | None]] = set()
    found: dict[tuple[bool, ...], str] = {}
    row: list[tuple[tuple[Positions, ...], str]] = [(start, "")]
    left = now().glob_steps // (4 * len(parts) or 1)
    known: list[dict[tuple[Positions, str], Positions]] = [{} for _ in parts]
    while row:
        following = []
        for state, name in row:
            if name and name not in names:
                found.setdefault(tuple(len(one) in at for one, at in zip(parts, state, strict=True)), name)
            for character in _characters(classes, name, beginnings):
                left -= 1
                if left < 0:
                    return None
                after = tuple(map(_stepped, parts, state, known, repeat(character)))
                longer = name + character
                key = (after, longer if longer in beginnings else None)
                if key not in seen:
                    seen.add(key)
                    following.append((after, longer))
        if len(seen) > now().glob_states:
            return None
        row = following
    return list(found.values())


def _stepped(
    one: tuple[Token | None, ...], at: Positions, known: dict[tuple[Positions, str], Positions], character: str
) -> Positions:
    found = known.get((at, character))
    if found is None:
        found = known[at, character] = _step(one, at, character)
    return found


def _classes(parts: list[tuple[Token | None, ...]], alphabet: str) -> list[str]:
    """Return the characters that no token tells apart, as one text each."""
    every = {token for one in parts for token in one if token is not None}
    ordered = sorted(every, key=lambda token: (sorted(token.characters), token.negated))
    classes: dict[tuple[bool, ...], str] = {}
    for character in alphabet:
        kind = tuple(token.takes(character) for token in ordered)
        classes[kind] = classes.get(kind, "") + character
    return list(classes.values())


def _characters(classes: list[str], name: str, beginnings: set[str]) -> list[str]:
    """Return what may follow: each character that leads on to a listed name, and one of each class beside these."""
    out = []
    for members in classes:
        if not name:
            members = "".join(c for c in members if c in _FIRST)
        leading = [c for c in members if name + c in beginnings] if name in beginnings else []
        others = (c for c in members if c not in leading)
        out += [*leading, *(c for c in (next(others, ""),) if c)]
    return out
