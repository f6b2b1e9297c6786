"""What conditions ask: ``defined``, ``__has_include`` and the like, and the value of ``#if`` (ISO C11 §6.10.1)."""

from __future__ import annotations

import msgspec

from abidiff import limits
from abidiff.finding import Problem, ProblemKind
from abidiff.location import Location
from abidiff.surfaces.headers.read.directives import operand
from abidiff.surfaces.headers.read.expression import Expression, NotConstant
from abidiff.surfaces.headers.read.failures import make_problem
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import PLACE_BITS, SourceFile, Token
from abidiff.surfaces.headers.read.macros import Definition, Expander
from abidiff.surfaces.headers.read.predefined import KNOWN_ATTRIBUTES

_HAS = frozenset({"__has_include", "__has_include_next"})
_HAS_FEATURE = frozenset({"__has_attribute", "__has_builtin", "__has_c_attribute", "__has_cpp_attribute"})


# C23 6.10.1: the compilers that are judged do not have it, and nothing is embedded.
_HAS_EMBED = "__has_embed"
OPERATORS = frozenset({"defined", _HAS_EMBED}) | _HAS | _HAS_FEATURE
_ANSWERS = frozenset({("n", "0"), ("n", "1")})
"""What most conditions are once their operators have an answer."""


class Answers(msgspec.Struct):
    """The macros and files of a run, and what its conditions ask of them.

    ``cplusplus``: as a C++ program reads it.
    """

    files: Files
    defines: tuple[tuple[str, str], ...] = ()
    sentinel_macros: frozenset[str] = frozenset()
    target: str = "x86_64"
    cplusplus: bool = False
    problems: list[Problem] = msgspec.field(default_factory=list)
    expander: Expander = msgspec.field(default_factory=lambda: Expander(limits.now().header_expansion))
    _stack: list[SourceFile] = msgspec.field(default_factory=list)
    _brought: dict[str, Definition] = msgspec.field(default_factory=dict)

    def location(self, place: int) -> Location:
        """Return path, line and column of a token's place."""
        return self.files.location(place)

    def problem(self, message: str, place: int, hint: str = "", kind: ProblemKind = ProblemKind.UNREAD) -> None:
        """Record something that could not be read."""
        self.problems.append(make_problem(self.files, message, place, hint, kind))

    def defined(self, name: str) -> bool:
        """Tell whether ``#ifdef NAME`` holds."""
        definition = self.expander.table.get(name)
        if definition is not None:
            self.expander.used.add(definition.place >> PLACE_BITS)
            return True
        return name in self.sentinel_macros or name in _HAS or name in _HAS_FEATURE

    def evaluate(self, tokens: list[Token], place: int) -> bool:
        """Evaluate the condition of ``#if`` (§6.10.1)."""
        ready = self.answered(tokens)
        if not ready:
            raise NotConstant("the condition is empty", place)
        if len(ready) == 1 and ready[0][:2] in _ANSWERS:
            return ready[0][1] == "1"
        table = self.expander.table
        added = {name: made for name, made in self._brought.items() if name not in table}
        dict.update(table, added)  # for a moment only
        try:
            expanded = self.expander.expand(ready)
        finally:
            for name in added:
                dict.__delitem__(table, name)
        return bool(Expression(expanded, preprocessing=True).whole()[0])

    def _operator(self, token: Token, work: list[Token]) -> list[Token]:
        """``defined X`` and the like that a macro brings: its operand is not expanded, as GCC has it."""
        taken = [token]
        if work:
            taken.append(work.pop())
        if taken[-1][1] == "(":
            depth = 1
            while work and depth:
                taken.append(work.pop())
                depth += (taken[-1][1] == "(") - (taken[-1][1] == ")")
        return self.answered(taken)

    def answered(self, tokens: list[Token]) -> list[Token]:
        """Replace ``defined X``, ``__has_include(...)`` and the like by 0 or 1."""
        out: list[Token] = []
        at = 0
        while at < len(tokens):
            kind, text, place, space, _ = tokens[at]
            at += 1
            if kind != "i" or text not in OPERATORS:
                out.append(tokens[at - 1])
                continue
            inside, at = operand(tokens, at)
            if text == "defined":
                if len(inside) != 1:
                    raise NotConstant("'defined' without a name", place)
                found = self.defined(inside[0][1])
            elif text in _HAS:
                found = self._has_include(inside)
            elif text == _HAS_EMBED:
                found = False
            else:
                found = bool(inside) and inside[-1][1].strip("_") in KNOWN_ATTRIBUTES
            out.append(("n", str(int(found)), place, space, None))
        return out

    def _has_include(self, inside: list[Token]) -> bool:
        if len(inside) == 1 and inside[0][0] != "s":
            inside = self.expander.expand(inside)
        text = "".join(token[1] for token in inside)
        if len(text) < 3:
            return False
        includer = self._stack[-1] if self._stack else None
        return self.files.find(text[1:-1], text[0] == '"', includer, asked=True) is not None
