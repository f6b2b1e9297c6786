"""C declarations → the model, through pycparser's syntax tree (ISO C11 §6.7, §6.9).

The tokens of a translation unit are cut into external declarations.  Each is fed to pycparser
by itself, in the scope of what was declared before it, so that one that does not parse becomes
a problem at its place and all others still count.  See docs/decisions for why.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from abidiff.surfaces.headers.build.constants import Constants
from abidiff.surfaces.headers.build.errors import Unreadable
from abidiff.surfaces.headers.build.objects import type_of
from abidiff.surfaces.headers.build.tables import Tables, builtin
from abidiff.surfaces.headers.build.words import ASM, ASSERT, KNOWN_PREFIX, SIZES, TYPE_WORDS, UNQUALIFIED
from abidiff.surfaces.headers.model import Mark, Qualified, Type
from abidiff.surfaces.headers.read.attributes import Attributes
from abidiff.surfaces.headers.read.expression import NotConstant
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import OFFSET_MASK, PLACE_BITS, Token
from abidiff.surfaces.headers.read.pragmas import Pragmas

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.declarations import Reader
    from abidiff.surfaces.headers.build.feed import Feed
    from abidiff.surfaces.headers.build.records import Shapes
    from abidiff.surfaces.headers.build.remembered import Recall
    from abidiff.surfaces.headers.build.types import Types

MAX_TYPE_NAMES = 20
MAX_BITS = 65535
_OPEN = {"(": ")", "[": "]", "{": "}"}
_BRACKETS = frozenset("()[]{}")


class Parser:
    """Reads the tokens of a translation unit into :class:`Tables`.

    ``report``    called with (message, place, hint) for what can't be modelled.
    ``sentinel``  tells whether a place is guarded by a sentinel macro.
    ``sentinel_names`` the profile's pattern of sentinel names.
    ``recall``    knows declarations that were parsed in an earlier run; they are not parsed again.
    """

    def __init__(
        self,
        files: Files,
        tokens: list[Token],
        report: Callable[[str, int, str], None],
        sentinel: Callable[[int], bool] = lambda _: False,
        sentinel_names: re.Pattern[str] | None = None,
        tables: Tables | None = None,
        depth: int = 0,
    ) -> None:
        self.files = files
        self.report = report
        self.sentinel = sentinel
        self.sentinel_names = sentinel_names
        self.tables = Tables() if tables is None else tables
        self.depth = depth
        self.unread: set[str] = set()
        self._linkage: set[int] = set()  # where the braces of extern "C" close
        self.recall: Recall | None = None
        self.tokens, self.pragmas = Pragmas.take(tokens)
        self.tokens.append(("e", "", self.tokens[-1][2] if self.tokens else 0, True, None))
        self.close = pairs(self.tokens)
        self.feed: Feed
        self.types: Types
        self.shapes: Shapes
        self._reader: Reader | None = None

    def reader(self) -> Reader:
        """Return what parses (made when it is first needed)."""
        if self._reader is None:
            from abidiff.surfaces.headers.build.declarations import Reader

            made = self._reader = Reader(self)
            self.feed, self.types, self.shapes = made.feed, made.types, made.shapes
        return self._reader

    # --- what others ask --------------------------------------------------------------------

    def is_typedef(self, name: str) -> bool:
        """Tell whether a name stands for a type."""
        return name in self.tables.typedefs or name.startswith(KNOWN_PREFIX)

    def starts_type(self, text: str) -> bool:
        """Tell whether a type name can begin with this word."""
        return text in TYPE_WORDS or text in self.tables.typedefs or text.startswith(KNOWN_PREFIX)

    def type_name(self, tokens: list[Token]) -> Type:
        """type-name (§6.7.7), from tokens of their own."""
        place = tokens[0][2] if tokens else 0
        if self.depth > MAX_TYPE_NAMES:
            raise Unreadable("nested too deeply", place)
        parser = Parser(
            self.files, [*tokens, ("p", ";", place, False, None)], self.report, tables=self.tables, depth=self.depth + 1
        )
        return parser.reader().only_type()

    def unreadable(self, message: str, at: int, hint: str = "") -> Unreadable:
        """Return an error at a token."""
        return Unreadable(message, self.tokens[at][2], hint)

    def span(self, constant: Any) -> list[Token]:
        """Return the tokens of a constant expression."""
        first, _, end = constant.value.partition(":")
        return self.tokens[int(first) : int(end)]

    def special(self, at: int) -> Type:
        """Return what ``typeof(...)``, ``_Atomic(...)`` or ``_BitInt(...)`` stands for."""
        text = self.tokens[at][1]
        inner = self.tokens[at + 2 : self.feed.special[at] - 1]
        if text == "_BitInt":
            return self._bit_precise(inner, at)
        found = self._type_of(inner, text)
        if found is not None:
            return self.unqualified(found) if text in UNQUALIFIED else found
        raise self.unreadable(f"{text} of an expression can't be modelled", at)

    def _type_of(self, inner: list[Token], text: str) -> Type | None:
        """Return the type that is named, or that an object, a function or an integer constant has."""
        if inner and self.starts_type(inner[0][1]):
            return self.type_name(inner)
        if len(inner) == 1 and text != "_Atomic":
            name = inner[0][1]
            found = self.tables.functions.get(name) or self.tables.variables.get(name)
            if found is not None:
                return found.type
        if text == "_Atomic" or not inner:
            return None
        try:
            return type_of(self, inner)
        except NotConstant:
            pass
        if inner[0][1] in SIZES:
            return builtin("size_t")
        if any(token[1] in SIZES for token in inner):
            return None
        try:
            return builtin(Constants(self).value(inner)[1])
        except NotConstant:
            return None

    def unqualified(self, type_: Type) -> Type:
        """Return a type without its qualifiers, those of the typedefs at its top included."""
        found = self.tables.resolved(type_)
        return self.unqualified(found.type) if isinstance(found, Qualified) else type_

    def _bit_precise(self, width: list[Token], at: int) -> Type:
        bits = self.types.constant(width) if width else 0
        if not 1 <= bits <= MAX_BITS:
            raise self.unreadable(f"_BitInt({bits}) is no type", at)
        return builtin(f"_BitInt({bits})")

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

    # --- the unit -----------------------------------------------------------------------

    def unit(self) -> Tables:
        """Read all declarations.  Trees have no cycles: the collector would only search them."""
        enabled = gc.isenabled()
        gc.disable()
        try:
            self._all()
        finally:
            if enabled:
                gc.enable()
        return self.tables

    def _all(self) -> None:
        at, last = 0, len(self.tokens) - 1
        while at < last:
            start = at
            try:
                at = self._external(at)
            except (Unreadable, NotConstant) as error:
                self.report(error.message, error.place, getattr(error, "hint", ""))
                at = self._recover(start)
            except RecursionError:
                self.report("nested too deeply", self.tokens[start][2], "")
                at = self._recover(start)

    def _recover(self, start: int) -> int:
        """Go on behind the declaration that could not be read; its names are left open."""
        at = self._behind(start)
        self.unread.update(t[1] for t in self.tokens[start:at] if t[0] == "i")
        return at

    def _behind(self, at: int) -> int:
        tokens, close, last = self.tokens, self.close, len(self.tokens) - 1
        while at < last:
            text = tokens[at][1]
            if text == ";":
                return at + 1
            if text == "{" and at in close:
                at = close[at] + 1
                following = tokens[at]
                if following[0] == "i" and following[1] in ("typedef", "extern", "static", "struct"):
                    return at
                if following[0] != "p" and following[0] != "i":
                    return at
                continue
            at = close.get(at, at) + 1
        return at

    def _external(self, at: int) -> int:
        """external-declaration (§6.9)."""
        tokens = self.tokens
        kind, text, _, _, _ = tokens[at]
        if text == ";":
            return at + 1
        if text == "}" and kind == "p":
            if at not in self._linkage:
                raise self.unreadable("'}' closes nothing", at)
            return at + 1
        if text in ASSERT or text in ASM:
            at += 1
            while tokens[at][1] in ("volatile", "__volatile__", "goto"):
                at += 1
            if at not in self.close:
                raise self.unreadable(f"expected '(' before {tokens[at][1]!r}", at)
            return self.close[at] + 1
        if text == "extern" and tokens[at + 1][0] == "s":
            if tokens[at + 2][1] == "{":
                self._linkage.add(self.close.get(at + 2, -1))
                return at + 3
            return at + 2
        if self.recall is not None:
            return self.recall.declaration(at)
        return self.reader().declaration(at)


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
