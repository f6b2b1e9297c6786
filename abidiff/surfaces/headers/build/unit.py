"""C declarations → the model, through pycparser's syntax tree (ISO C11 §6.7, §6.9).

The tokens of a translation unit are cut into external declarations.  Each is fed to pycparser
by itself, in the scope of what was declared before it, so that one that does not parse becomes
a problem at its place and all others still count.  See docs/decisions for why.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

from abidiff.surfaces.headers.build.errors import Unreadable
from abidiff.surfaces.headers.build.scope import Scope
from abidiff.surfaces.headers.build.tables import BASIC_WORDS, Tables, basic_type
from abidiff.surfaces.headers.build.words import ASM, ASSERT
from abidiff.surfaces.headers.model import RecordRef, Type
from abidiff.surfaces.headers.read.expression import NotConstant
from abidiff.surfaces.headers.read.lexer import Token

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.declarations import DeclarationReader

MAX_TYPE_NAMES = 20


class Parser(Scope):
    """Reads the tokens of a translation unit into :class:`Tables`.

    ``recall``  reads a declaration that may have been parsed in an earlier run, and returns the token behind it.
    """

    recall: Callable[[int], int] | None = None
    _reader: DeclarationReader | None = None

    def reader(self) -> DeclarationReader:
        """Return what parses (made when it is first needed)."""
        if self._reader is None:
            from abidiff.surfaces.headers.build.declarations import DeclarationReader

            made = self._reader = DeclarationReader(self)
            self.feed, self.shapes = made.feed, made.shapes
        return self._reader

    def type_name(self, tokens: list[Token]) -> Type:
        """type-name (§6.7.7), from tokens of their own."""
        plain = self._plain([token[1] for token in tokens])
        if plain is not None:
            return plain
        place = tokens[0][2] if tokens else 0
        if self.depth > MAX_TYPE_NAMES:
            raise Unreadable("nested too deeply", place)
        parser = Parser(
            self.files, [*tokens, ("p", ";", place, False, None)], self.report, tables=self.tables, depth=self.depth + 1
        )
        parser.target = self.target
        return parser.reader().only_type()

    def _plain(self, words: list[str]) -> Type | None:
        """Return what basic words, one typedef's name or the tag of a declared record name; None for all else."""
        if len(words) == 1 and words[0] in self.tables.typedefs and words[0] not in BASIC_WORDS:
            return self.tables.reference(words[0])
        if len(words) == 2 and words[0] in ("struct", "union"):
            id_ = " ".join(words)
            return RecordRef(id_) if id_ in self.tables.records else None
        return basic_type(words) if words and BASIC_WORDS.issuperset(words) else None

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
        self._linkage: set[int] = set()  # where the braces of extern "C" close
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
        at = self.behind(start)
        self.unread.update(t[1] for t in self.tokens[start:at] if t[0] == "i")
        return at

    def behind(self, at: int) -> int:
        """Return the token at which reading goes on when the declaration at a token could not be read."""
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
            return self.recall(at)
        return self.reader().declaration(at)
