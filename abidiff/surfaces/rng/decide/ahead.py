"""What the other side wants before an element that it does not take where it stands.

``title, author?, body`` that became ``title, author, body`` refuses ``body`` behind ``title``: not for where it stands,
but since ``author`` is missing.  It is so where the element is taken once what comes first is taken out of the
pattern, and where this side can do without that.
"""

from __future__ import annotations

import msgspec

from abidiff.surfaces.rng.decide import derivatives, erasing
from abidiff.surfaces.rng.decide.algebra import NONE, P, choice
from abidiff.surfaces.rng.decide.inclusion import Inclusion
from abidiff.surfaces.rng.decide.steps import Failure, Kind
from abidiff.surfaces.rng.values.bits import bits, bits_of
from abidiff.surfaces.rng.values.effort import spend
from abidiff.surfaces.rng.values.namesets import NameSet, meets

MAX_NAMES = 64
"""So many elements are looked at as what comes first; where there are more, none is named."""


class Ahead(msgspec.Struct, frozen=True):
    """The elements that are missing before a refused one.

    ``each``  whether all of them are missing, and not one of them.
    ``rest``  what follows the refused one on the other side where they are not.
    """

    names: tuple[NameSet, ...] = ()
    each: bool = True
    rest: P = NONE


_NOTHING = Ahead()


def wanted(inclusion: Inclusion, failure: Failure) -> Ahead:
    """Return what is missing before a refused element; no names where it is refused for something else."""
    if failure.kind is not Kind.STRUCTURE or failure.letter < 0:
        return _NOTHING
    q, letters = failure.q, inclusion.universe.letters
    own = bits_of(d for d in bits(q.letters) if meets(letters[d].names, failure.names))
    groups = inclusion.symbols.by_name(q.letters & ~own)
    if not own or len(groups) > MAX_NAMES:
        return _NOTHING
    spend(len(groups))
    groups = [one for one in groups if not _needed(failure.p, one[1], inclusion)]
    alone = [one for one in groups if erasing.vanishes(q, one[1])]
    for one in alone:
        if _takes(q, one[1], own):
            return Ahead((one[0],), True, _rest(q, one[1], own))
    for several, each in ((alone, True), (groups, False)):
        found = _least(q, several, own)
        if found:
            every = bits_of(letter for _, group in found for letter in bits(group))
            return Ahead(tuple(names for names, _ in found), each, _rest(q, every, own))
    return _NOTHING


def _needed(p: P, group: int, inclusion: Inclusion) -> bool:
    """Whether this side wants one of some elements later: then they stand elsewhere, and are not missing."""
    return erasing.vanishes(p, inclusion.symbols.partners(group))


def _takes(q: P, group: int, own: int) -> bool:
    """Whether one of some elements may come first once others are taken out of a pattern that needs them."""
    return erasing.vanishes(q, group) and _rest(q, group, own) is not NONE


def _rest(q: P, group: int, own: int) -> P:
    """Return what follows one of some elements in a pattern without others."""
    rest = erasing.erase(q, group, 0)
    return choice([derivatives.derive(rest, letter) for letter in bits(own & rest.letters)])


def _least(q: P, groups: list[tuple[NameSet, int]], own: int) -> list[tuple[NameSet, int]]:
    """Return the elements without which the others are taken, no one too many."""
    every = 0
    for _, group in groups:
        every |= group
    if not _takes(q, every, own):
        return []
    kept = []
    for names, group in groups:
        if _takes(q, every & ~group, own):
            every &= ~group
        else:
            kept.append((names, group))
    return kept
