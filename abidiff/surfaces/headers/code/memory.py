"""Code that reads and writes members of what it is given: each of them as a variable of its own (ISO C11 §6.5.2.3).

A place is a parameter and the steps behind it (``.name``, ``[2]``, ``->`` to the object that a member points to).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from abidiff.surfaces.headers.code.evaluate import NotValue
from abidiff.surfaces.headers.code.syntax import Tree

Place = tuple[str, tuple[str, ...]]
Typed = Callable[[Place], str]
POINTER = "pointer"
MAX_PLACES = 8
_APART = 1 << 20
_COMPARED = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_CHARACTERS = frozenset({("char",), ("void",), ("char", "unsigned"), ("char", "signed")})


class Addresses(msgspec.Struct):
    """Numbers that stand for the addresses of places, far from each other; the same for both releases."""

    known: dict[Place, int] = msgspec.field(default_factory=dict)

    def of(self, place: Place) -> int:
        """Return the number of a place."""
        return self.known.setdefault(place, (len(self.known) + 1) * _APART)

    def place(self, number: int) -> tuple[Place, int] | None:
        """Return the place that a number lies in, and how far behind its begin."""
        found = [(n, place) for place, n in self.known.items() if n <= number < n + _APART // 2]
        return (found[0][1], number - found[0][0]) if found else None


class Memory(msgspec.Struct):
    """One side's code with places as variables.

    ``roots``: parameter → whether it is a pointer to the object (else the object itself); ``typed``: the standard kind
    of a place, ``pointer`` or empty.
    """

    roots: Mapping[str, bool]
    typed: Typed
    addresses: Addresses
    used: dict[Place, str] = msgspec.field(default_factory=dict)
    written: dict[Place, str] = msgspec.field(default_factory=dict)
    tested: set[str] = msgspec.field(default_factory=set)

    def rewritten(self, tree: Any) -> Any:
        """Return the code; raises NotValue for what is no such code."""
        return self._walk(tree)[0]

    def place(self, tree: Tree) -> Place | None:
        """Return the place that an expression designates."""
        match tree:
            case ("id", name) if name in self.roots and not self.roots[name]:
                return name, ()
            case ("un", "*", ("id", name)) if self.roots.get(name):
                return name, ("[0]",)
            case ("index", ("id", name), ("num", number, _)) if self.roots.get(name) and number >= 0:
                return name, (f"[{number}]",)
            case ("member", ("id", name), "->", member) if self.roots.get(name):
                return name, ("[0]", f".{member}")
            case ("member", inner, "->", member):
                found = self.place(inner)
                return (found[0], (*found[1], "->", f".{member}")) if found is not None else None
            case ("un", "*", inner):
                found = self.place(inner)
                return (found[0], (*found[1], "->")) if found is not None else None
            case ("member", inner, ".", member):
                found = self.place(inner)
                return (found[0], (*found[1], f".{member}")) if found is not None else None
            case ("index", inner, ("num", number, _)) if number >= 0:
                found = self.place(inner)
                return (found[0], (*found[1], f"[{number}]")) if found is not None else None
        return None

    def _variable(self, place: Place, *, write: bool = False) -> tuple[Tree, str]:
        kind = self.typed(place)
        if not kind:
            raise NotValue("memory")
        self.used[place] = kind
        if write:
            self.written[place] = kind
        if len(self.used) > MAX_PLACES:
            raise NotValue("many places")
        return ("id", name_of(place)), "other" if kind == POINTER else ""

    def _walk(self, tree: Any) -> tuple[Any, str]:
        """Return code, and whether it is a pointer: to characters (``char``), to something (``other``) or none."""
        if not isinstance(tree, tuple) or not tree:
            return tree, ""
        place = self.place(tree)
        if place is not None:
            return self._variable(place)
        match tree:
            case ("id", name) if name in self.roots:
                self.tested.add(name)
                return ("id", f"@{name}"), "other"
            case ("un", "&", inner) if (found := self.place(inner)) is not None:
                return ("num", self.addresses.of(found), "unsigned long"), "other"
            case ("cast", ("type", words), inner) if "*" in words:
                code, _ = self._walk(inner)
                base = tuple(word for word in words if word not in ("*", "const", "volatile"))
                return code, "char" if base in _CHARACTERS and words.count("*") == 1 else "other"
            case ("assign", operator, left, value):
                return self._assigned(operator, left, value)
            case ("step", operator, inner) if (found := self.place(inner)) is not None:
                code, pointer = self._variable(found, write=True)
                if pointer:
                    raise NotValue("memory")
                return ("step", operator, code), ""
            case ("bin", operator, a, b):
                return self._binary(operator, a, b)
            case ("cond", condition, a, b):
                parts = [self._walk(part) for part in (condition, a, b)]
                return ("cond", *(code for code, _ in parts)), parts[1][1] or parts[2][1]
            case ("declare", _, name, value):
                if name in self.roots or self._walk(value)[1]:
                    raise NotValue("memory")
            case ("sizeof", _) | ("alignof", _) | ("type", _):
                return tree, ""
            case ("member", *_) | ("un", "*" | "&", _):
                raise NotValue("memory")
        return self._whole(tree)

    def _whole(self, tree: Tree) -> tuple[Tree, str]:
        passes = tree[0] not in ("return", "do", "if", "loop", "block", "many", "statements") and tree[:2] != (
            "un",
            "!",
        )
        out = []
        for part in tree:
            code, pointer = self._walk(part)
            if pointer and passes:
                raise NotValue("memory")
            out.append(code)
        return tuple(out), ""

    def _binary(self, operator: str, a: Tree, b: Tree) -> tuple[Tree, str]:
        (left, first), (right, second) = self._walk(a), self._walk(b)
        if not (first or second) or operator in _COMPARED:
            return ("bin", operator, left, right), ""
        if operator not in "+-" or {first, second} != {"char", ""}:
            raise NotValue("memory")
        return ("bin", operator, left, right), "char"

    def _assigned(self, operator: str, left: Tree, value: Tree) -> tuple[Tree, str]:
        code, pointer = self._walk(value)
        place = self.place(left)
        if place is None:
            if pointer or left[0] != "id" or left[1] in self.roots:
                raise NotValue("memory")
            return ("assign", operator, left, code), ""
        target, kind = self._variable(place, write=True)
        if (pointer or kind) and operator != "=":
            raise NotValue("memory")
        return ("assign", operator, target, code), kind


def name_of(place: Place) -> str:
    """Return the name of the variable that stands for a place."""
    return f"@{place[0]}{''.join(place[1])}"
