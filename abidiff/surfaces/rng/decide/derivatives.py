"""Derivatives: what may follow in a pattern once an element, or text between elements, was read."""

from __future__ import annotations

from abidiff.surfaces.rng.decide.algebra import (
    EMPTY,
    K_CHOICE,
    K_DATA,
    K_ELEM,
    K_GROUP,
    K_INTER,
    K_PLUS,
    K_TEXT,
    NONE,
    TEXT,
    P,
    choice,
    group,
    inter,
    optional,
)
from abidiff.surfaces.rng.values.effort import spend
from abidiff.surfaces.rng.values.interning import owned

_DERIVED: dict[tuple[int, int], P] = {}
_FEW = 8
"""So many different continuations are kept with the pattern."""
TEXT_LETTER = -2


def derive(p: P, letter: int) -> P:
    """Return what may follow once an element of a class (or text, TEXT_LETTER) was read.

    The pattern holds no attributes any more.
    """
    if letter == TEXT_LETTER:
        if not p.text:
            return NONE
    elif not p.letters >> letter & 1:
        return NONE
    if p.kind == K_ELEM:
        return EMPTY
    if p.kind in (K_TEXT, K_DATA):
        return TEXT if p.kind == K_TEXT else NONE
    if letter != TEXT_LETTER:
        for letters, after in steps_of(p):
            if letters >> letter & 1:
                return after
        if p.steps:
            return NONE
    key = (p.id, letter)
    found = _DERIVED.get(key)
    if found is None:
        found = _DERIVED[key] = _derive(p, letter)
    return found


def steps_of(p: P) -> tuple[tuple[int, P], ...]:
    """Return what may follow each element, by sets of elements; nothing where that is asked for each by itself."""
    found = p.steps
    if found is None:
        found = p.steps = _steps_of(p)
    return found


def _steps_of(p: P) -> tuple[tuple[int, P], ...]:
    if p.kind == K_ELEM or (p.kind == K_CHOICE and p.bare):
        return ((p.letters, EMPTY),)
    if p.kind == K_INTER:  # mostly one branch is asked about: not for the elements of all
        return ()
    pieces: dict[tuple[P, ...], int] = {}
    rest = p.letters
    for i, part in enumerate(p.parts):
        if part.letters:
            below = steps_of(part)
            if not below or rest & part.letters != part.letters:
                return ()
            rest &= ~part.letters
            for letters, after in below:
                key = (after,) if p.kind == K_CHOICE else (after, *p.parts[i + 1 :])
                pieces[key] = pieces.get(key, 0) | letters
            if len(pieces) > _FEW:
                return ()
        if p.kind == K_GROUP and not part.nullable:
            break
    spend(len(p.parts))
    if p.kind == K_PLUS:
        return tuple([(letters, group((after, optional(p)))) for (after,), letters in pieces.items()])
    made = [(choice(key if p.kind == K_CHOICE else (group(key),)), letters) for key, letters in pieces.items()]
    return tuple([(letters, after) for after, letters in made if after is not NONE])


def _derive(p: P, letter: int) -> P:
    parts = p.parts
    if p.kind == K_CHOICE:
        spend(len(parts))
        if letter == TEXT_LETTER:
            return choice([derive(part, letter) for part in parts if part.text])
        return choice([derive(part, letter) for part in parts if part.letters >> letter & 1])
    if p.kind == K_PLUS:
        return group((derive(parts[0], letter), optional(p)))
    out: list[P] = []
    for i, part in enumerate(parts):
        spend(1)
        step = derive(part, letter)
        if step is not NONE:
            rest = (*parts[:i], step, *parts[i + 1 :]) if p.kind == K_INTER else (step, *parts[i + 1 :])
            out.append(inter(rest) if p.kind == K_INTER else group(rest))
        if p.kind == K_GROUP and not part.nullable:
            break
    return choice(out)


owned(_DERIVED)
