"""Parse with tables that were made beforehand from a grammar of lark.

``grammars/NAME.json`` is made of ``grammars/NAME.lark`` by ``make generated`` (:mod:`abidiff.grammar.build`)
and holds the LALR(1) automaton, the rules and the terminals as plain data.  Loading it takes a
millisecond; loading lark and building the automaton takes sixty.

Tokens are cut without looking at the parser's state, by the first terminal, in lark's order, that
matches.  Lark's contextual lexer takes the first that the state accepts.  Where the first of all is
accepted, both are the same token; where it is not, this parser gives up, and lark itself says what
the text is: a tree after all, or the error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec

from abidiff.grammar.tables import GRAMMARS, Rule, Tables, Token, digest
from abidiff.resources import resource_text

if TYPE_CHECKING:
    from lark import Lark

END = "$END"


class UnacceptedError(Exception):
    """A token that the tables have no step for."""


def load(name: str) -> Tables:
    """Return the tables of a grammar: the shipped ones if they are its own, else made now."""
    text = resource_text(f"grammars/{name}.lark")
    try:
        found = msgspec.json.decode(resource_text(f"grammars/{name}.json"), type=Tables)
        if found.grammar == digest(text):
            return found
    except (OSError, ValueError):  # not there, not readable, not of this form
        pass
    from abidiff.grammar.build import made

    return made(text, GRAMMARS[name])


class Grammar:
    """A grammar of the package, with the object whose methods build the values of its rules."""

    def __init__(self, name: str, builder: object) -> None:
        self.name = name
        tables = load(name)
        self._first = tables.starts
        self._states = tables.states
        self._kept = frozenset(tables.kept)
        self._ignored = frozenset(tables.ignored)
        self._pattern = re.compile(f"{tables.pattern}|(?P<{_UNKNOWN}>(?s:.))")
        self._rules = [
            (rule.origin, _method(builder, rule), rule.size, rule.keep, rule.single)
            for rule in reversed(tables.rules)  # so that ~number, which is negative, finds its rule
        ]
        self._lark: Lark | None = None

    def parse(self, text: str, start: str = "start") -> Any:
        """Return the value of a text; raises :class:`lark.UnexpectedInput`."""
        try:
            return self.attempt(text, start)
        except UnacceptedError:
            return self._run(self._asked(text, start), start)

    def attempt(self, text: str, start: str = "start") -> Any:
        """Return the value of a text; raises :class:`UnacceptedError` where lark must be asked."""
        return self._run(chain(self._pattern.finditer(text), (_Word(END, "", len(text)),)), start)

    def _asked(self, text: str, start: str) -> Iterable[_Word]:
        """Return the tokens as lark sees them, once it has parsed the whole text."""
        if self._lark is None:
            from abidiff.grammar.build import parser

            self._lark = parser(resource_text(f"grammars/{self.name}.lark"), GRAMMARS[self.name])
        self._lark.parse(text, start=start)
        seen = self._lark.parse_interactive(text, start=start).iter_parse()
        return [*(_Word(token.type, str(token), token.start_pos or 0) for token in seen), _Word(END, "", len(text))]

    def _run(self, words: Iterable[Any], start: str) -> Any:
        """Shift and reduce (Aho, Sethi, Ullman: Compilers, section 4.7)."""
        states, rules, kept, ignored = self._states, self._rules, self._kept, self._ignored
        first, last = self._first[start]
        row, stack = states[first], [first]
        values: list[Any] = []
        for word in words:
            kind = word.lastgroup
            if kind in ignored:
                continue
            while True:
                step = row.get(kind)
                if step is None:
                    raise UnacceptedError(kind)
                if step >= 0:
                    stack.append(step)
                    row = states[step]
                    values.append(Token(kind, word[0], word.start()) if kind in kept else None)
                    break
                origin, build, size, keep, single = rules[step]
                children: list[Any] = []
                if size:
                    children = values[-size:]
                    del values[-size:], stack[-size:]
                if keep is not None:
                    children = _chosen(children, keep)
                if build is None:
                    values.append(children)
                else:
                    values.append(children[0] if single and len(children) == 1 else build(children))
                step = states[stack[-1]][origin]
                stack.append(step)
                row = states[step]
                if kind == END and step == last:
                    return values[-1]
        raise UnacceptedError(END)


class _Word:
    """A token in the form of a match of the pattern."""

    __slots__ = ("lastgroup", "position", "text")

    def __init__(self, kind: str, text: str, position: int) -> None:
        self.lastgroup = kind
        self.text = text
        self.position = position

    def __getitem__(self, _: int) -> str:
        return self.text

    def start(self) -> int:
        return self.position


_UNKNOWN = "unknown"


def _method(builder: object, rule: Rule) -> Callable[[list[Any]], Any] | None:
    """Return what makes a rule's value; one that only ever stands for its child needs no method."""
    if rule.single and rule.size == 1 and rule.keep is None:
        return itemgetter(0)
    return getattr(builder, rule.build) if rule.build else None


def _chosen(children: list[Any], keep: tuple[int, ...]) -> list[Any]:
    """Return the children that a rule hands on; a list that grows is taken over, not copied."""
    found: list[Any] = []
    for at in keep:
        if at >= 0:
            found.append(children[at])
        elif found:
            found += children[~at]
        else:
            found = children[~at]
    return found
