"""pycparser on one declaration at a time, in the scope of what was declared before it.

Loaded when there is something to parse: what is remembered needs none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from pycparser import c_ast, c_parser
from pycparser.c_lexer import Token as CToken

from abidiff.surfaces.headers.build.errors import explained
from abidiff.surfaces.headers.build.feed import Feed
from abidiff.surfaces.headers.build.initialisers import code_text, initialiser
from abidiff.surfaces.headers.build.records import Specifiers
from abidiff.surfaces.headers.build.types import Types
from abidiff.surfaces.headers.model import Array, Function, FunctionDecl, Mark, Type, Typedef, TypedefRef, Variable
from abidiff.surfaces.headers.read.attributes import Attributes

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.scope import Scope

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


class DeclarationReader:
    """What a parser needs to parse: what feeds pycparser, and what makes a model of its trees."""

    def __init__(self, parser: Scope) -> None:
        self.parser = parser
        self.tables = parser.tables
        self.feed = Feed(parser.tokens, parser.close, parser.starts_type)
        self.types = Types(parser, parser.tables)
        self.shapes = Specifiers(parser, parser.tables, self.types, parser.sentinel, parser.sentinel_names)
        self.syntax = Syntax(parser.is_typedef)

    def only_type(self) -> Type:
        """Return the type that all tokens (and a semicolon) name."""
        at = self.feed.declaration(0)
        if at != len(self.parser.tokens) - 1:
            raise self.parser.unreadable("this is no type name", at)
        place = self.feed.out[0].lineno
        before = [("TYPEOF", "typeof"), ("LPAREN", "(")]
        after = [("RPAREN", ")"), ("ID", "x"), ("SEMI", ";")]
        fed = [CToken(kind, text, place, 0, "") for kind, text in before]
        fed += self.feed.out[:-1]
        fed += [CToken(kind, text, place, 0, "") for kind, text in after]
        nodes = self.tree(fed)
        found = nodes[0].type.type if len(nodes) == 1 else None
        if not isinstance(found, c_ast.TypeOf) or not isinstance(found.expr, c_ast.Typename):
            raise self.parser.unreadable("this is no type name", place)
        return self.types.declared(found.expr).type

    def declaration(self, start: int) -> int:
        """Parse the external declaration at a token; return the token behind it."""
        feed = self.feed
        feed.out = []
        try:
            after = feed.declaration(start)
            self.types.made.clear()
            for node in self.tree(feed.out):
                self._declare(node, start)
        except BaseException:
            feed.forget()  # reading goes on somewhere in these tokens
            raise
        return after

    def tree(self, fed: list[CToken]) -> list[Any]:
        """Return the declarations in some tokens; raises Unreadable."""
        try:
            return self.syntax.tree(fed)
        except (c_parser.ParseError, AssertionError, ValueError, AttributeError, IndexError) as error:
            read = len(fed) - self.syntax.clex.left()
            message, at, hint = explained(str(error), fed, read, self.parser.is_typedef)
            raise self.parser.unreadable(message, at, hint) from None

    # --- what was declared --------------------------------------------------------------

    def _declare(self, node: Any, start: int) -> None:
        if node.name is None:
            self.types.base(node.type, "", "", 0)
            return
        declared = self.types.declared(node)
        at, name, type_ = declared.at, declared.name, declared.type
        if at < 0:
            self.tables.doubtful = True
        outer, own = self.feed.attached.get(at, (_NONE, _NONE))
        mark = self.parser.mark(self.parser.tokens[at][2], start, self.feed.ends.get(at, at), own, outer)
        if type(node) is c_ast.Typedef:
            transparent = own.transparent or outer.transparent
            may_alias = own.may_alias or outer.may_alias
            typedef = Typedef(name, type_, mark, self.types.strictest(own, outer), transparent, may_alias=may_alias)
            if name not in self.tables.typedefs or self.tables.gives_way(typedef):
                self.tables.enter(typedef)
            else:
                self.tables.compare(name, typedef)
            return
        storage = {*node.storage, *node.funcspec}
        found = self.tables.resolved(type_) if isinstance(type_, TypedefRef) else type_
        more = own.of_definitions | outer.of_definitions
        if more and (
            at in self.feed.values or "static" in storage or not ("extern" in storage or type(found) is Function)
        ):
            mark = msgspec.structs.replace(mark, unmodelled=tuple(sorted({*mark.unmodelled, *more})))
        if isinstance(found, Function):
            made = self._function(at, name, found, mark, storage, self._kept(own, outer, start, name))
            if own.nonnull or outer.nonnull:
                made = msgspec.structs.replace(made, nonnull=tuple(sorted(own.nonnull | outer.nonnull)))
            self.tables.enter(made)
            return
        before = self.tables.variables.get(name)
        if before is not None:
            again = Variable(name, type_, mark, "static" if "static" in storage else "extern")
            given = "=" if at in self.feed.values else ""  # that it has a value is all that counts
            self.tables.compare(name, msgspec.structs.replace(again, value=given))
        if before is None or (isinstance(before.type, Array) and before.type.length is None):
            linkage = "static" if "static" in storage else "extern"
            kept = tuple(sorted(self._kept(own, outer, start, name))) if linkage == "extern" else ()
            symbol = self._symbol(at, name)
            first, end = self.feed.values.get(at, (0, 0))
            value = initialiser(self.parser, self.parser.tokens[first:end], type_) if end else ""
            aligned = self.types.strictest(own, outer)
            defines = linkage == "extern" and (bool(end) or storage.isdisjoint(("extern", "register")))
            entered = Variable(name, type_, mark, linkage, "thread" in storage, kept, symbol, value, aligned, defines)
            self.tables.enter(entered)

    def _kept(self, own: Attributes, outer: Attributes, start: int, name: str) -> set[str]:
        """Return the attributes of a symbol; pragmas may give it a visibility and make it weak."""
        kept = own.kept | outer.kept
        if name in self.parser.pragmas.weak:
            kept = kept | {"weak"}
        pushed = self.parser.pragmas.at(start).visibility
        if pushed and not any(word.startswith("visibility:") for word in kept):
            kept = kept | {f"visibility:{pushed}"}
        return kept - {"visibility:default"}

    def _symbol(self, at: int, name: str) -> str:
        """Return the symbol that an asm label or ``redefine_extname`` gives, empty for the name itself."""
        found = self.feed.labels.get(at, "") or self.parser.pragmas.renamed.get(name, "")
        return found if found != name else ""

    def _function(
        self, at: int, name: str, type_: Function, mark: Mark, storage: set[str], kept: set[str]
    ) -> FunctionDecl:
        linkage = "extern"
        if "static" in storage:
            linkage = "static inline" if "inline" in storage or at in self.feed.defined else "static"
        elif "inline" in storage and ("extern" in storage) == ("gnu_inline" in kept):
            linkage = "inline"
        attributes = tuple(sorted(kept | ({"noreturn"} if "noreturn" in storage else set())))
        first, end = self.feed.values.get(at, (0, 0))
        body = code_text(self.parser.tokens[first:end]) if end else ""
        return FunctionDecl(name, type_, mark, linkage, attributes, self._symbol(at, name), body=body)
