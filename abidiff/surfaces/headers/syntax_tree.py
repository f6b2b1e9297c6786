"""C declarations → the model, through pycparser's syntax tree (ISO C11 §6.7, §6.9).

The tokens of a translation unit are cut into external declarations.  Each is fed to pycparser
by itself, in the scope of what was declared before it, so that one that does not parse becomes
a problem at its place and all others still count.  See docs/decisions for why.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from pycparser import c_ast, c_parser
from pycparser.c_lexer import Token as CToken

from abidiff.surfaces.headers.attributes import Attributes
from abidiff.surfaces.headers.expression import NotConstant
from abidiff.surfaces.headers.files import Files
from abidiff.surfaces.headers.lexer import OFFSET_MASK, PLACE_BITS, Token
from abidiff.surfaces.headers.model import (
    Array,
    Function,
    FunctionDecl,
    Mark,
    Type,
    Typedef,
    TypedefRef,
    Variable,
)
from abidiff.surfaces.headers.pragmas import PackState
from abidiff.surfaces.headers.since import SinceTags
from abidiff.surfaces.headers.tables import Tables
from abidiff.surfaces.headers.tree_errors import Unreadable, explained
from abidiff.surfaces.headers.tree_feed import Feed
from abidiff.surfaces.headers.tree_shapes import Shapes
from abidiff.surfaces.headers.tree_types import Types
from abidiff.surfaces.headers.tree_words import ASM, ASSERT, KNOWN_PREFIX, TYPE_WORDS

MAX_TYPE_NAMES = 20
_OPEN = {"(": ")", "[": "]", "{": "}"}
_NONE = Attributes()


class Queue:
    """What pycparser takes for its lexer: tokens that are there already."""

    filename = ""

    def __init__(self, error_func: Callable[..., None], *, dialect: str = "") -> None:
        del error_func, dialect
        self.fed: list[CToken] = []
        self._tokens = iter(self.fed)

    def input(self, text: str, filename: str = "") -> None:
        """Begin with the tokens that were fed."""
        del text, filename
        self._tokens = iter(self.fed)

    def left(self) -> int:
        """Return how many tokens were not looked at."""
        return sum(1 for _ in self._tokens)

    def token(self) -> CToken | None:
        """Return the next token, None at the end."""
        return next(self._tokens, None)


class Syntax(c_parser.CParser):  # type: ignore[misc]
    """pycparser's parser, for one declaration at a time, with the typedefs of the tables in scope."""

    def __init__(self, is_typedef: Callable[[str], bool]) -> None:
        super().__init__(lexer=Queue, dialect="c23")
        self._is_type_in_scope = is_typedef

    def tree(self, fed: list[CToken]) -> list[Any]:
        """Return the declarations in some tokens."""
        self.clex.fed = fed
        found: list[Any] = self.parse("").ext
        return found


@dataclass(slots=True)
class Parser:
    """Reads the tokens of a translation unit into :class:`Tables`.

    ``report``    called with (message, place, hint) for what can't be modelled.
    ``sentinel``  tells whether a place is guarded by a sentinel macro.
    ``sentinel_names`` the profile's pattern of sentinel names.
    """

    files: Files
    tokens: list[Token]
    report: Callable[[str, int, str], None]
    sentinel: Callable[[int], bool] = lambda _: False
    sentinel_names: re.Pattern[str] | None = None
    tables: Tables = field(default_factory=Tables)
    packs: PackState = field(default_factory=PackState)
    close: dict[int, int] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    depth: int = 0
    feed: Feed = field(init=False)
    types: Types = field(init=False)
    shapes: Shapes = field(init=False)
    syntax: Syntax = field(init=False)
    _since: dict[int, SinceTags] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens, self.packs = PackState.take(self.tokens)
        self.tokens.append(("e", "", self.tokens[-1][2] if self.tokens else 0, True, None))
        self.close = pairs(self.tokens)
        self.feed = Feed(self.tokens, self.close, self.starts_type)
        self.types = Types(self, self.tables)
        self.shapes = Shapes(self, self.tables, self.sentinel, self.sentinel_names)
        self.syntax = Syntax(self.is_typedef)

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
        return parser.only_type()

    def only_type(self) -> Type:
        """Return the type that all tokens (and a semicolon) name."""
        at = self.feed.declaration(0)
        if at != len(self.tokens) - 1:
            raise self.unreadable("this is no type name", at)
        place = self.feed.out[0].lineno
        before = [("TYPEOF", "typeof"), ("LPAREN", "(")]
        after = [("RPAREN", ")"), ("ID", "x"), ("SEMI", ";")]
        fed = [CToken(kind, text, place, 0, "") for kind, text in before]
        fed += self.feed.out[:-1]
        fed += [CToken(kind, text, place, 0, "") for kind, text in after]
        nodes = self._tree(fed)
        found = nodes[0].type.type if len(nodes) == 1 else None
        if not isinstance(found, c_ast.TypeOf) or not isinstance(found.expr, c_ast.Typename):
            raise self.unreadable("this is no type name", place)
        return self.types.declared(found.expr).type

    def unreadable(self, message: str, at: int, hint: str = "") -> Unreadable:
        """Return an error at a token."""
        return Unreadable(message, self.tokens[at][2], hint)

    def span(self, constant: Any) -> list[Token]:
        """Return the tokens of a constant expression."""
        first, _, end = constant.value.partition(":")
        return self.tokens[int(first) : int(end)]

    def special(self, at: int) -> Type:
        """Return what ``typeof(...)`` or ``_Atomic(...)`` stands for."""
        text = self.tokens[at][1]
        inner = self.tokens[at + 2 : self.feed.special[at] - 1]
        if inner and self.starts_type(inner[0][1]):
            return self.type_name(inner)
        if len(inner) == 1 and text != "_Atomic":
            name = inner[0][1]
            found = self.tables.functions.get(name) or self.tables.variables.get(name)
            if found is not None:
                return found.type
        raise self.unreadable(f"{text} of an expression can't be modelled", at)

    def mark(self, place: int, start: int, end: int, deprecated: str | None) -> Mark:
        """Return what every declaration carries; ``start`` and ``end`` are token numbers."""
        first, last = self.tokens[start][2], self.tokens[end][2]
        index = place >> PLACE_BITS
        since = ""
        if first >> PLACE_BITS == index == last >> PLACE_BITS:
            tags = self._since.get(index)
            if tags is None:
                file = self.files.file_of(place)
                if file is not None and not file.system:
                    tags = self._since[index] = SinceTags(file)
            if tags is not None and tags.starts:
                since = tags.tag(first & OFFSET_MASK, (last & OFFSET_MASK) + len(self.tokens[end][1]))
        return Mark(self.files.location(place), since, deprecated)

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
        if text == ";" or (text == "}" and kind == "p"):
            return at + 1
        if text in ASSERT or text in ASM:
            at += 1
            while tokens[at][1] in ("volatile", "__volatile__", "goto"):
                at += 1
            if at not in self.close:
                raise self.unreadable(f"expected '(' before {tokens[at][1]!r}", at)
            return self.close[at] + 1
        if text == "extern" and tokens[at + 1][0] == "s":
            return at + 2 + (tokens[at + 2][1] == "{")
        return self._declaration(at)

    def _declaration(self, start: int) -> int:
        feed = self.feed
        feed.out = []
        after = feed.declaration(start)
        self.types.made.clear()
        for node in self._tree(feed.out):
            self._declare(node, start)
        return after

    def _tree(self, fed: list[CToken]) -> list[Any]:
        try:
            return self.syntax.tree(fed)
        except (c_parser.ParseError, AssertionError, ValueError, AttributeError, IndexError) as error:
            read = len(fed) - self.syntax.clex.left()
            message, at, hint = explained(str(error), fed, read, self.is_typedef)
            raise self.unreadable(message, at, hint) from None

    # --- what was declared --------------------------------------------------------------

    def _declare(self, node: Any, start: int) -> None:
        if node.name is None:
            self.types.base(node.type, "", "", 0)
            return
        declared = self.types.declared(node)
        at, name, type_ = declared.at, declared.name, declared.type
        outer, own = self.feed.attached.get(at, (_NONE, _NONE))
        deprecated = own.deprecated if own.deprecated is not None else outer.deprecated
        mark = self.mark(self.tokens[at][2], start, self.feed.ends.get(at, at), deprecated)
        if type(node) is c_ast.Typedef:
            if name not in self.tables.typedefs:
                self.tables.typedefs[name] = Typedef(name, type_, mark, self.types.strictest(own, outer))
            return
        storage = {*node.storage, *node.funcspec}
        found = self.tables.resolved(type_) if isinstance(type_, TypedefRef) else type_
        if isinstance(found, Function):
            self._function(at, name, found, mark, storage, own.kept | outer.kept)
            return
        before = self.tables.variables.get(name)
        if before is None or (isinstance(before.type, Array) and before.type.length is None):
            linkage = "static" if "static" in storage else "extern"
            self.tables.variables[name] = Variable(name, type_, mark, linkage, "thread" in storage)

    def _function(self, at: int, name: str, type_: Function, mark: Mark, storage: set[str], kept: set[str]) -> None:
        linkage = "extern"
        if "static" in storage:
            linkage = "static inline" if "inline" in storage or at in self.feed.defined else "static"
        elif "inline" in storage:
            linkage = "inline"
        attributes = tuple(sorted(kept | ({"noreturn"} if "noreturn" in storage else set())))
        made = FunctionDecl(name, type_, mark, linkage, attributes, self.feed.labels.get(at, ""))
        before = self.tables.functions.get(name)
        self.tables.functions[name] = made if before is None else merged(before, made)


def pairs(tokens: list[Token]) -> dict[int, int]:
    """Return the token number of each bracket → of the one that closes it."""
    close: dict[int, int] = {}
    stack: list[tuple[str, int]] = []
    for at, token in enumerate(tokens):
        text = token[1]
        if text in _OPEN:
            stack.append((_OPEN[text], at))
        elif text == ")" or text == "]" or text == "}":
            while stack and stack[-1][0] != text and text == "}":
                stack.pop()
            if stack and stack[-1][0] == text:
                close[stack.pop()[1]] = at
    return close


def merged(before: FunctionDecl, again: FunctionDecl) -> FunctionDecl:
    """Two declarations of one function: the first place counts, and every attribute of both."""
    mark = before.mark
    if mark.deprecated is None and again.mark.deprecated is not None:
        mark = msgspec.structs.replace(mark, deprecated=again.mark.deprecated)
    if not mark.since and again.mark.since:
        mark = msgspec.structs.replace(mark, since=again.mark.since)
    type_ = again.type if not before.type.prototyped else before.type
    linkage = before.linkage if before.linkage == "extern" else again.linkage
    if before.linkage.startswith("static") or again.linkage.startswith("static"):
        linkage = "static inline"
    attributes = tuple(sorted({*before.attributes, *again.attributes}))
    return FunctionDecl(before.name, type_, mark, linkage, attributes, before.asm or again.asm)
