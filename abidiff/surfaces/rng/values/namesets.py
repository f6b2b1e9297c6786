"""Name classes as sets: a canonical form, closed under the Boolean operations.

A set is an integer with a bit for each *atom*: a name that some name class mentions, the other names of a namespace
that one mentions, and the names of all other namespaces.  Boolean operations are those of integers.  Names that are
met later are cut out of the atom that they were in, and the sets that held it hold them too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from abidiff.surfaces.rng.names import AnyName, Name, NameChoice, NameClass, NsName
from abidiff.surfaces.rng.values.effort import spend
from abidiff.surfaces.rng.values.interning import owned

_SPELLINGS = ("other", "any", "extra", "anything")


class NameSet:
    """A set of expanded names; interned, equal sets are the same object.

    ``mask``    a bit for each atom of the names that belong to it.
    ``single``  the only name of the set, if it has one only.
    """

    __slots__ = ("mask", "number", "single")

    def __init__(self, mask: int, number: int) -> None:
        self.mask = mask
        self.number = number
        self.single: tuple[str, str] | None = None
        if mask and not mask & (mask - 1):
            ns, local = _ATOMS[mask.bit_length() - 1]
            if ns is not None and local is not None:
                self.single = (ns, local)

    def __contains__(self, name: tuple[str, str]) -> bool:
        bit = _BITS.get(name)
        if bit is None:
            bit = _BITS.get((name[0], None), 1)
        return bool(self.mask & bit)

    def __str__(self) -> str:
        if self.single:
            return f"{{{self.single[0]}}}{self.single[1]}" if self.single[0] else self.single[1]
        if not self.infinite:
            atoms = (local for number, (_, local) in _ATOMS.items() if self.mask >> number & 1)
            return "|".join(sorted(local for local in atoms if local is not None))
        return "*"

    @property
    def infinite(self) -> bool:
        """Whether the set has no end."""
        return bool(self.mask & _REST[None])

    def _spaces(self) -> dict[str, tuple[bool, list[str]]]:
        """Return namespace → (whether its names belong to it, the local names for which it is the opposite).

        Left out is what is as in all namespaces that nothing mentions.
        """
        others = bool(self.mask & 1)
        found: dict[str, tuple[bool, list[str]]] = {}
        for number, (ns, local) in _ATOMS.items():
            here = bool(self.mask >> number & 1)
            if ns is not None and local is None:
                found[ns] = (here, [])
            elif ns is not None and local is not None and here != found[ns][0]:
                found[ns][1].append(local)
        return {ns: entry for ns, entry in sorted(found.items()) if entry[1] or entry[0] != others}

    def sample(self, avoid: Iterable[str] = ()) -> tuple[str, str]:
        """Return a name of the set (its local name not among those to avoid, where there is a choice)."""
        if self.single:
            return self.single
        known = self._spaces()
        for ns, (inside, but) in known.items():
            if not inside and but:
                return ns, min(but)
        taken = set(avoid)
        spaces = [ns for ns, (inside, _) in known.items() if inside]
        if self.mask & 1:
            fresh = "urn:example"
            while fresh in known:
                fresh += ":x"
            spaces = ([""] if "" not in known else []) + [fresh] + spaces
        for ns in spaces:
            for number in range(10_000):
                local = _SPELLINGS[number] if number < len(_SPELLINGS) else f"other{number}"
                if local not in taken and (ns, local) in self:
                    return ns, local
        raise AssertionError("an empty set of names has no sample")


_ATOMS: dict[int, tuple[str | None, str | None]] = {0: (None, None)}
"""Namespace and local name of each atom: no local name stands for the others, no namespace for all others."""
_BITS: dict[tuple[str | None, str | None], int] = {(None, None): 1}
_REST = {None: 1}
"""The bits of the atoms that are no single name."""
_SETS: dict[int, NameSet] = {}
GROWN: list[Callable[[], None]] = []
"""What is called when sets have got other masks: a memory of masks is stale by then."""


def _make(mask: int) -> NameSet:
    found = _SETS.get(mask)
    if found is None:
        found = _SETS[mask] = NameSet(mask, len(_SETS))
    return found


NO_NAME = _make(0)


def declare(classes: Iterable[NameClass]) -> None:
    """Make atoms of all names and namespaces that are mentioned."""
    fresh: dict[int, int] = {}  # bit of the atom that names were cut out of → their bits
    pending = list(classes)
    while pending:
        one = pending.pop()
        if isinstance(one, NameChoice):
            pending.extend(one.parts)
            continue
        if isinstance(one, AnyName | NsName) and one.except_ is not None:
            pending.append(one.except_)
        if not isinstance(one, AnyName):
            space = _atom((one.ns, None), 1, fresh)
            if isinstance(one, Name):
                _atom((one.ns, one.local), space, fresh)
    if fresh and any(one.mask & _REST[None] for one in _SETS.values()):
        _grow(fresh)


def _atom(atom: tuple[str, str | None], within: int, fresh: dict[int, int]) -> int:
    bit = _BITS.get(atom)
    if bit is None:
        bit = _BITS[atom] = 1 << len(_ATOMS)
        _ATOMS[len(_ATOMS)] = atom
        if atom[1] is None:
            _REST[None] |= bit
        fresh[within] = fresh.get(within, 0) | bit
    return bit


def _grow(fresh: dict[int, int]) -> None:
    """Put names into the sets that hold the atom which they were cut out of."""
    order = sorted(fresh)  # all other names first, then those of namespaces, which may be new themselves
    for one in _SETS.values():
        for within in order:
            if one.mask & within:
                one.mask |= fresh[within]
    sets = list(_SETS.values())
    _SETS.clear()
    _SETS.update((one.mask, one) for one in sets)
    for function in GROWN:
        function()


@cache
def name_set(names: NameClass) -> NameSet:
    """Return a name class as a set."""
    declare([names])
    return _make(_mask(names))


def _mask(names: NameClass) -> int:
    if isinstance(names, Name):
        return _BITS[names.ns, names.local]
    if isinstance(names, NameChoice):
        found = 0
        for part in names.parts:
            found |= _mask(part)
        return found
    assert isinstance(names, AnyName | NsName)
    if isinstance(names, AnyName):
        base = (1 << len(_ATOMS)) - 1
    else:
        base = sum(bit for (ns, _), bit in _BITS.items() if ns == names.ns)
    return base & ~_mask(names.except_) if names.except_ is not None else base


def unite(one: NameSet, other: NameSet) -> NameSet:
    """Return the union."""
    return _make(one.mask | other.mask)


def common(one: NameSet, other: NameSet) -> NameSet:
    """Return the intersection."""
    return _make(one.mask & other.mask)


def meets(one: NameSet, other: NameSet) -> bool:
    """Whether two sets have a name in common."""
    return one.mask & other.mask != 0


def subtract(one: NameSet, other: NameSet) -> NameSet:
    """Return the names of the first that are not in the second."""
    return _make(one.mask & ~other.mask)


def without(one: NameSet, mask: int) -> NameSet:
    """Return the names of a set that are not among some atoms."""
    return _make(one.mask & ~mask)


def mask_of(sets: Iterable[NameSet]) -> int:
    """Return the atoms of the union of some sets."""
    mask = 0
    for one in sets:
        mask |= one.mask
    return mask


def cells(sets: Iterable[NameSet]) -> list[NameSet]:
    """Split the union of some sets by which of them a name is in: single names first, then the others."""
    distinct = sorted(set(sets), key=lambda s: s.number)
    parts = [one for one in distinct if one.single is not None]
    singles = mask_of(parts)
    wide: list[int] = []
    for one in distinct:
        rest = one.mask & ~singles
        following: list[int] = []
        spend(4 * len(wide))
        for part in wide:
            following.extend(piece for piece in (part & rest, part & ~rest) if piece)
            rest &= ~part
        wide = [*following, rest] if rest else following
    return parts + [_make(mask) for mask in wide]


owned(_ATOMS, _BITS, _REST, _SETS, caches=(name_set,))
