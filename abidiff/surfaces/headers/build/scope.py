"""What a declaration may ask of the translation unit that it stands in: names, tokens and marks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from abidiff.patterns import Patterns
from abidiff.surfaces.headers.build.errors import Unreadable
from abidiff.surfaces.headers.build.tables import Tables
from abidiff.surfaces.headers.build.words import KNOWN_PREFIX, TYPE_WORDS
from abidiff.surfaces.headers.model import Mark, Type
from abidiff.surfaces.headers.read.attributes import Attributes
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import OFFSET_MASK, PLACE_BITS, Token
from abidiff.surfaces.headers.read.pragmas import Pragmas

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.feed import Feed

_OPEN = {"(": ")", "[": "]", "{": "}"}
_BRACKETS = frozenset("()[]{}")


class Bodies(Protocol):
    """Enters structs, unions and enums into the tables and returns the types that name them."""

    def reference(self, node: Any) -> Type:
        """``struct foo`` without members."""

    def record(self, node: Any, hint: str, parent: str, position: int) -> Type:
        """struct-or-union-specifier with members."""

    def enum(self, node: Any, hint: str) -> Type:
        """enum-specifier."""


class Scope(ABC):
    """The names that are declared so far, the tokens, and what is pushed by pragmas.

    ``report``    called with (message, place, hint) for what can't be modelled.
    ``sentinel``  tells whether a place is guarded by a sentinel macro.
    ``target``    the one that is read for.
    ``sentinel_names`` the profile's patterns of sentinel names.
    """

    feed: Feed
    shapes: Bodies
    target = "x86_64"

    def __init__(
        self,
        files: Files,
        tokens: list[Token],
        report: Callable[[str, int, str], None],
        sentinel: Callable[[int], bool] = lambda _: False,
        sentinel_names: Patterns | None = None,
        tables: Tables | None = None,
        depth: int = 0,
    ) -> None:
        self.files = files
        self.report = report
        self.sentinel = sentinel
        self.sentinel_names = Patterns(()) if sentinel_names is None else sentinel_names
        self.tables = Tables() if tables is None else tables
        self.depth = depth
        self.unread: set[str] = set()
        self.tokens, self.pragmas = Pragmas.take(tokens)
        self.tokens.append(("e", "", self.tokens[-1][2] if self.tokens else 0, True, None))
        self.close = pairs(self.tokens)

    def is_typedef(self, name: str) -> bool:
        """Tell whether a name stands for a type."""
        return name in self.tables.typedefs or name.startswith(KNOWN_PREFIX)

    def starts_type(self, text: str) -> bool:
        """Tell whether a type name can begin with this word."""
        return text in TYPE_WORDS or text in self.tables.typedefs or text.startswith(KNOWN_PREFIX)

    @abstractmethod
    def type_name(self, tokens: list[Token]) -> Type:
        """type-name (§6.7.7), from tokens of their own."""

    def unreadable(self, message: str, at: int, hint: str = "") -> Unreadable:
        """Return an error at a token."""
        return Unreadable(message, self.tokens[at][2], hint)

    def span(self, constant: Any) -> list[Token]:
        """Return the tokens of a constant expression."""
        first, _, end = constant.value.partition(":")
        return self.tokens[int(first) : int(end)]

    def mark(self, place: int, start: int, end: int, *attributes: Attributes) -> Mark:
        """Return what every declaration carries; ``start`` and ``end`` are token numbers."""
        first, last = self.tokens[start][2], self.tokens[end][2]
        index = place >> PLACE_BITS
        since = ""
        if first >> PLACE_BITS == index == last >> PLACE_BITS:
            tags = self.files.tags(place)
            if tags is not None and tags.starts:
                since = tags.tag(first & OFFSET_MASK, (last & OFFSET_MASK) + len(self.tokens[end][1]))
        unmodelled = set(self.pragmas.at(start).unmodelled) if self.pragmas.starts else set()
        deprecated = refused = None
        for found in attributes:
            deprecated = found.deprecated if deprecated is None else deprecated
            refused = found.refused if refused is None else refused
            unmodelled |= found.unmodelled
        return Mark(self.files.location(place), since, deprecated, refused, tuple(sorted(unmodelled)))


def pairs(tokens: list[Token]) -> dict[int, int]:
    """Return the token number of each bracket → of the one that closes it."""
    close: dict[int, int] = {}
    stack: list[tuple[str, int]] = []
    for at, token in enumerate(tokens):
        text = token[1]
        if text not in _BRACKETS:
            continue
        if text in _OPEN:
            stack.append((_OPEN[text], at))
        else:
            while stack and stack[-1][0] != text and text == "}":
                stack.pop()
            if stack and stack[-1][0] == text:
                close[stack.pop()[1]] = at
    return close
