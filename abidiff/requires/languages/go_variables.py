"""The types that variables of Go have in the blocks that declare them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Typed(NamedTuple):
    """The type of a variable, or nothing where it is not known; ``sure`` where no other one can be meant."""

    kind: str
    sure: bool = False


class Variables:
    """Variable → type, with what a block that ends gives back."""

    def __init__(self, held: dict[str, Typed] | None = None) -> None:
        self.held: dict[str, Typed] = held or {}
        self.hidden: list[tuple[str, Typed | None]] = []

    def __contains__(self, name: str) -> bool:
        """Tell whether a variable is known by name."""
        return name in self.held

    def copy(self) -> Variables:
        """Return the same for a function inside, which may change its own."""
        return Variables(dict(self.held))

    def kind(self, name: str) -> str:
        """Return the type of a variable, or nothing."""
        found = self.held.get(name)
        return found.kind if found is not None else ""

    def is_sure(self, name: str) -> bool:
        """Tell whether the type of a variable is the one that the program gives it."""
        found = self.held.get(name)
        return found is not None and found.sure

    def declare(self, several: Iterable[tuple[str, Typed]]) -> None:
        """Take in variables that live until the block around ends."""
        for name, typed in several:
            self.hidden.append((name, self.held.get(name)))
            self.held[name] = typed

    def assign(self, name: str, typed: Typed) -> None:
        """Take in what a variable of this or an outer block is given."""
        self.held[name] = typed

    def begin(self) -> int:
        """Begin a block and return what ends it."""
        return len(self.hidden)

    def end(self, mark: int) -> None:
        """End a block: what it declared is what it was before."""
        while len(self.hidden) > mark:
            name, before = self.hidden.pop()
            if before is None:
                self.held.pop(name, None)
            else:
                self.held[name] = before
