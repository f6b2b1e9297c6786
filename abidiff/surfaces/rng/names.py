"""Name classes (RELAX NG specification, sections 4.16 and 6.1), normalised and bounded in depth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import msgspec

Space: TypeAlias = Callable[[str], str]
"""Writes a namespace in front of a local name: ``{uri}``, or a prefix; empty for no namespace."""


def braced(ns: str) -> str:
    """Return ``{uri}``."""
    return f"{{{ns}}}" if ns else ""


class Name(msgspec.Struct, frozen=True, tag="name", array_like=True):
    """One expanded name; ``ns`` is empty for no namespace."""

    ns: str
    local: str

    def __str__(self) -> str:
        return self.text(braced)

    def text(self, space: Space) -> str:
        """Return the name with its namespace as ``space`` writes it."""
        return space(self.ns) + self.local


class NsName(msgspec.Struct, frozen=True, tag="nsName", array_like=True):
    """Every name of a namespace, but for ``except_``."""

    ns: str
    except_: NameClass | None = None

    def __str__(self) -> str:
        return f"{{{self.ns}}}*" + (f" - ({self.except_})" if self.except_ else "")

    def text(self, space: Space) -> str:
        """Return the names with their namespaces as ``space`` writes them."""
        return f"{space(self.ns)}*" + (f" - ({self.except_.text(space)})" if self.except_ else "")


class AnyName(msgspec.Struct, frozen=True, tag="anyName", array_like=True):
    """Every name, but for ``except_``."""

    except_: NameClass | None = None

    def __str__(self) -> str:
        return "*" + (f" - ({self.except_})" if self.except_ else "")

    def text(self, space: Space) -> str:
        """Return the names with their namespaces as ``space`` writes them."""
        return "*" + (f" - ({self.except_.text(space)})" if self.except_ else "")


class NameChoice(msgspec.Struct, frozen=True, tag="choice", array_like=True):
    """Either of two or more name classes, none of them a choice; without duplicates."""

    parts: tuple[Name | NsName | AnyName, ...]

    def __str__(self) -> str:
        return "|".join(map(str, self.parts))

    def text(self, space: Space) -> str:
        """Return the names with their namespaces as ``space`` writes them."""
        return "|".join(part.text(space) for part in self.parts)


NameClass: TypeAlias = Name | NsName | AnyName | NameChoice


def name_choice(parts: Iterable[NameClass]) -> NameClass:
    """Build a choice: flat, without duplicates, a single part standing for itself."""
    flat: dict[Name | NsName | AnyName, None] = {}
    for part in parts:
        for single in part.parts if isinstance(part, NameChoice) else (part,):
            flat[single] = None
    singles = tuple(flat)
    return singles[0] if len(singles) == 1 else NameChoice(singles)


def contains(names: NameClass, ns: str, local: str) -> bool:
    """Whether a name class holds a name (section 6.1)."""
    if type(names) is Name:
        return names.local == local and names.ns == ns
    if isinstance(names, NameChoice):
        return any(contains(part, ns, local) for part in names.parts)
    if isinstance(names, NsName) and names.ns != ns:
        return False
    assert not isinstance(names, Name)
    return names.except_ is None or not contains(names.except_, ns, local)


def is_finite(names: NameClass) -> bool:
    """Whether a name class is made of single names only."""
    if type(names) is Name:
        return True
    parts = names.parts if isinstance(names, NameChoice) else (names,)
    return all(isinstance(part, Name) for part in parts)


# A namespace and a local name that no schema writes: they stand for "any other" one.
IMPOSSIBLE = "\0"


def representatives(names: NameClass) -> Iterable[tuple[str, str]]:
    """One name for every region that the name class can tell apart (after James Clark, section 7.3)."""
    stack: list[NameClass] = [names]
    while stack:
        one = stack.pop()
        if isinstance(one, Name):
            yield one.ns, one.local
        elif isinstance(one, NameChoice):
            stack.extend(one.parts)
        else:
            yield (one.ns if isinstance(one, NsName) else IMPOSSIBLE), IMPOSSIBLE
            if one.except_ is not None:
                stack.append(one.except_)


def overlap(one: NameClass, other: NameClass) -> bool:
    """Whether two name classes have a name in common."""
    if type(one) is Name:
        return contains(other, one.ns, one.local)
    if type(other) is Name:
        return contains(one, other.ns, other.local)
    return any(
        contains(one, *name) and contains(other, *name) for names in (one, other) for name in representatives(names)
    )
