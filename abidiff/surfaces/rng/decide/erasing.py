"""What is left of a pattern, and of the documents of it, without some elements and attributes."""

from __future__ import annotations

from abidiff.surfaces.rng.decide.algebra import EMPTY, K_ATTR, K_CHOICE, K_ELEM, K_NONE, P, rebuild
from abidiff.surfaces.rng.values import namesets
from abidiff.surfaces.rng.values.effort import spend
from abidiff.surfaces.rng.values.interning import owned

_VANISHES: dict[tuple[int, int, int], bool] = {}


def vanishes(p: P, letters: int, names: int = 0) -> bool:
    """Whether nothing is left of a pattern without some letters and attributes (whether it needs one of them)."""
    kind = p.kind
    if kind == K_ATTR:
        return not p.mask & ~names
    letters &= p.letters
    if kind == K_ELEM:
        return letters != 0
    names &= p.mask
    if not letters and not names:
        return kind == K_NONE
    key = (p.id, letters, names)
    found = _VANISHES.get(key)
    if found is None:
        every = kind == K_CHOICE
        found = every
        looked = 0
        for part in p.parts:
            looked += 1
            if vanishes(part, letters, names) is not every:
                found = not every
                break
        spend(2 * looked)
        _VANISHES[key] = found
    return found


_ERASED: dict[tuple[int, int, int], P] = {}


def erase(p: P, letters: int, names: int) -> P:
    """Return the pattern of the documents from which some elements and attributes were taken out.

    ``names`` are atoms of names; an attribute of others as well stays.
    """
    here, names = letters & p.letters, names & p.mask
    if not here and not names:
        return p
    if p.kind == K_ELEM:
        return EMPTY
    if p.kind == K_ATTR:
        return p if p.mask & ~names else EMPTY
    key = (p.id, here, names)
    found = _ERASED.get(key)
    if found is None:
        found = _ERASED[key] = rebuild(p.kind, [erase(part, here, names) for part in p.parts])
    return found


namesets.GROWN.extend((_VANISHES.clear, _ERASED.clear))
owned(_VANISHES, _ERASED)
