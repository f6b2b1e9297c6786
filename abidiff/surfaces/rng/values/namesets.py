"""Name classes as sets: a canonical form, closed under the Boolean operations.

A set says for each namespace whether it holds all its names but some, or some only, and
whether it holds the names of every namespace that it does not mention.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from abidiff.surfaces.rng.names import AnyName, Name, NameChoice, NameClass, NsName

_SPELLINGS = ("other", "any", "extra", "anything")


class NameSet:
    """A set of expanded names; interned, equal sets are the same object.

    ``others``  whether names of namespaces that are not in ``spaces`` belong to it.
    ``spaces``  namespace → (whether its names belong to it, the local names for which it is the opposite).
    ``single``  the only name of the set, if it has one only.
    """

    __slots__ = ("number", "others", "single", "spaces")

    def __init__(self, others: bool, spaces: tuple[tuple[str, bool, frozenset[str]], ...], number: int) -> None:
        self.others = others
        self.spaces = {ns: (inside, but) for ns, inside, but in spaces}
        self.number = number
        self.single: tuple[str, str] | None = None
        if not others and len(spaces) == 1 and not spaces[0][1] and len(spaces[0][2]) == 1:
            self.single = (spaces[0][0], next(iter(spaces[0][2])))

    def __contains__(self, name: tuple[str, str]) -> bool:
        ns, local = name
        inside, but = self.spaces.get(ns, (self.others, frozenset()))
        return inside != (local in but)

    def __str__(self) -> str:
        if self.single:
            return f"{{{self.single[0]}}}{self.single[1]}" if self.single[0] else self.single[1]
        if not self.others and all(not inside for inside, _ in self.spaces.values()):
            return "|".join(sorted(local for _, but in self.spaces.values() for local in but))
        return "*"

    @property
    def infinite(self) -> bool:
        """Whether the set has no end."""
        return self.others or any(inside for inside, _ in self.spaces.values())

    def sample(self, avoid: Iterable[str] = ()) -> tuple[str, str]:
        """Return a name of the set (its local name not among those to avoid, where there is a choice)."""
        if self.single:
            return self.single
        for ns, (inside, but) in sorted(self.spaces.items()):
            if not inside and but:
                return ns, min(but)
        taken = set(avoid)
        spaces = [ns for ns, (inside, _) in sorted(self.spaces.items()) if inside]
        if self.others:
            fresh = "urn:example"
            while fresh in self.spaces:
                fresh += ":x"
            spaces = ([""] if "" not in self.spaces else []) + [fresh] + spaces
        for ns in spaces:
            for number in range(10_000):
                local = _SPELLINGS[number] if number < len(_SPELLINGS) else f"other{number}"
                if local not in taken and (ns, local) in self:
                    return ns, local
        raise AssertionError("an empty set of names has no sample")


_SETS: dict[tuple[object, ...], NameSet] = {}


def _make(others: bool, spaces: dict[str, tuple[bool, frozenset[str]]]) -> NameSet:
    kept = tuple(
        sorted(
            ((ns, inside, but) for ns, (inside, but) in spaces.items() if but or inside != others),
            key=lambda entry: entry[0],
        )
    )
    key = (others, kept)
    found = _SETS.get(key)
    if found is None:
        found = _SETS[key] = NameSet(others, kept, len(_SETS))
    return found


NO_NAME = _make(False, {})
EVERY_NAME = _make(True, {})


@cache
def name_set(names: NameClass) -> NameSet:
    """Return a name class as a set."""
    if isinstance(names, Name):
        return _make(False, {names.ns: (False, frozenset([names.local]))})
    if isinstance(names, NameChoice):
        found = NO_NAME
        for part in names.parts:
            found = unite(found, name_set(part))
        return found
    base = EVERY_NAME if isinstance(names, AnyName) else _make(False, {names.ns: (True, frozenset())})
    assert isinstance(names, AnyName | NsName)
    return subtract(base, name_set(names.except_)) if names.except_ is not None else base


def reset() -> None:
    """Forget all sets but the two constants, so that their numbers do not depend on what came before."""
    for function in (name_set, unite, common, subtract):
        function.cache_clear()
    _SETS.clear()
    _SETS.update({(False, ()): NO_NAME, (True, ()): EVERY_NAME})


def _combine(one: NameSet, other: NameSet, keep: Callable[[bool, bool], bool]) -> NameSet:
    spaces: dict[str, tuple[bool, frozenset[str]]] = {}
    none: frozenset[str] = frozenset()
    for ns in {*one.spaces, *other.spaces}:
        a, but_a = one.spaces.get(ns, (one.others, none))
        b, but_b = other.spaces.get(ns, (other.others, none))
        inside = keep(a, b)
        but = frozenset(n for n in but_a | but_b if keep(a != (n in but_a), b != (n in but_b)) != inside)
        spaces[ns] = (inside, but)
    return _make(keep(one.others, other.others), spaces)


@cache
def unite(one: NameSet, other: NameSet) -> NameSet:
    """Return the union."""
    return _combine(one, other, lambda a, b: a or b)


@cache
def common(one: NameSet, other: NameSet) -> NameSet:
    """Return the intersection."""
    if one is other:
        return one
    return _combine(one, other, lambda a, b: a and b)


@cache
def subtract(one: NameSet, other: NameSet) -> NameSet:
    """Return the names of the first that are not in the second."""
    return _combine(one, other, lambda a, b: a and not b)


def cells(sets: Iterable[NameSet]) -> list[NameSet]:
    """Split the union of some sets by which of them a name is in."""
    parts: list[NameSet] = []
    for one in sorted(set(sets), key=lambda s: s.number):
        rest = one
        following: list[NameSet] = []
        for part in parts:
            both = common(part, one)
            if both is NO_NAME:
                following.append(part)
                continue
            following.append(both)
            left = subtract(part, one)
            if left is not NO_NAME:
                following.append(left)
            rest = subtract(rest, part)
        if rest is not NO_NAME:
            following.append(rest)
        parts = following
    return parts
