"""Macro definitions and their expansion (ISO C11 §6.10.3), after Prosser's algorithm with hide sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from abidiff import limits
from abidiff.surfaces.headers.read.lexer import PLACE_BITS, Token, spell, tokenize

_ABSENT: list[Token] = []  # the variable arguments of a call without them: GNU's comma goes only then


class Expanding(Exception):  # noqa: N818 - carries a message and a place
    """Expansion had to stop: too large, nested too deeply, or arguments that do not fit."""

    def __init__(self, message: str, place: int, hint: str = "", limit: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint
        self.limit = limit


class Definition(msgspec.Struct):
    """A macro: ``parameters`` None for an object-like one; ``place`` where its name stands.

    ``overridable``: it is only defined where a program did not define it before.
    ``builtin`` makes the token that stands for it; ``operator`` takes its operand from the tokens
    that follow (the next one last) and returns what stands for both (``defined``, ``_Pragma``).
    """

    name: str
    body: list[Token]
    place: int
    parameters: tuple[str, ...] | None = None
    variadic: bool = False
    guard: bool = False
    overridable: bool = False
    builtin: Callable[[Token], Token] | None = None
    operator: Callable[[Token, list[Token]], list[Token]] | None = None
    index: dict[str, int] = msgspec.field(default_factory=dict)
    plain: bool = True

    def __post_init__(self) -> None:
        if self.parameters is not None:
            self.index = {name: at for at, name in enumerate(self.parameters)}
        self.plain = not any(token[1] == "##" for token in self.body)

    def same(self, other: Definition) -> bool:
        """Tell whether a redefinition is allowed (§6.10.3 paragraph 2)."""
        return (
            self.parameters == other.parameters
            and self.variadic == other.variadic
            and [(t[1], t[3]) for t in self.body[1:]] == [(t[1], t[3]) for t in other.body[1:]]
            and [t[1] for t in self.body[:1]] == [t[1] for t in other.body[:1]]
        )


class MacroTable(dict[str, Definition]):
    """Name → definition, in the order of their definition; what was done to it since a mark can be taken back.

    Most headers only add names: the table is copied where one goes that was there before, and not for every header.
    ``changes``: where it is a list, what is done is noted there.
    """

    __slots__ = ("_added", "_before", "changes")

    def __init__(self) -> None:
        super().__init__()
        self._added: set[str] | None = None
        self._before: dict[str, Definition] | None = None
        self.changes: list[tuple[str, Definition | None]] | None = None

    def mark(self) -> None:
        """Remember what the table holds now."""
        self._added, self._before = set(), None

    def keep(self) -> None:
        """Forget what it held at the mark."""
        self._added = self._before = None

    def take_back(self) -> None:
        """Hold what it held at the mark, in the same order."""
        added, before = self._added, self._before
        self.keep()
        if before is not None:
            self.clear()
            self.update(before)
        else:
            for name in added or ():
                super().pop(name, None)

    def __setitem__(self, name: str, definition: Definition) -> None:
        if self._added is not None and self._before is None:
            if name not in self:
                self._added.add(name)
            elif name not in self._added:
                self._copy(self._added)
        if self.changes is not None:
            self.changes.append((name, definition))
        super().__setitem__(name, definition)

    def __delitem__(self, name: str) -> None:
        self._goes(name)
        super().__delitem__(name)

    def pop(self, name: str, default: Any = None) -> Any:
        """Remove a name; return its definition."""
        self._goes(name)
        return super().pop(name, default)

    def _goes(self, name: str) -> None:
        if self.changes is not None:
            self.changes.append((name, None))
        if self._added is not None and self._before is None and name in self and name not in self._added:
            self._copy(self._added)

    def _copy(self, added: set[str]) -> None:
        self._before = {name: definition for name, definition in self.items() if name not in added}


class Expander:
    """The macro table with a budget: no input makes it run or grow without bound.

    ``used``: the files (by the number in their places) whose macros were expanded; ``pasted``: names that ``##`` made.
    """

    def __init__(self, budget: int) -> None:
        self.table = MacroTable()
        self.used: set[int] = set()
        self.pasted: set[str] = set()
        self.budget = budget
        self.spent = 0
        self.depth = 0

    def spend(self, count: int, place: int) -> None:
        """Account for tokens that expansion makes."""
        self.spent += count + 1
        if self.spent > self.budget:
            raise Expanding(
                f"macro expansion makes more than {self.budget:,} tokens (limit header-expansion)",
                place,
                f"a macro that doubles itself at each step? {limits.raising('header-expansion')}",
                "header-expansion",
            )

    def expand(self, tokens: list[Token], rest: list[Token] | None = None) -> list[Token]:
        """Expand completely.  When an argument list does not end, what is open goes to ``rest``."""
        table = self.table
        for token in tokens:
            if token[0] == "i" and token[1] in table:
                break
        else:
            return tokens
        self.depth += 1
        if self.depth > limits.now().macro_nesting:
            message = "macro arguments are nested too deeply (limit macro-nesting)"
            raise Expanding(message, tokens[0][2], limits.raising("macro-nesting"), "macro-nesting")
        try:
            return self._expand(tokens, rest)
        finally:
            self.depth -= 1

    def _expand(self, tokens: list[Token], rest: list[Token] | None) -> list[Token]:
        table = self.table
        out: list[Token] = []
        work = tokens[::-1]
        pop = work.pop
        while work:
            token = pop()
            if token[0] != "i":
                out.append(token)
                continue
            name = token[1]
            macro = table.get(name)
            if macro is None or (token[4] and name in token[4]):
                out.append(token)
                continue
            self.used.add(macro.place >> PLACE_BITS)
            if macro.builtin is not None:
                out.append(macro.builtin(token))
                continue
            if macro.operator is not None:
                out.extend(macro.operator(token, work))
                continue
            if macro.parameters is None:
                hidden = (token[4] or frozenset()) | {name}
                self._replace(work, macro.body if macro.plain else self.paste_all(macro.body), token, hidden)
                continue
            if not work:
                if rest is not None:
                    rest.append(token)
                else:
                    out.append(token)
                continue
            if work[-1][1] != "(":
                out.append(token)
                continue
            mark = len(work)
            arguments, closing = self._arguments(macro, token, work)
            if closing is None:
                if rest is None:
                    out.append(token)
                    work.extend(arguments[0][::-1])
                    out.append(pop())
                    continue
                rest.append(token)
                rest.extend(arguments[0])
                continue
            self.spend(mark - len(work), token[2])
            hidden = ((token[4] or frozenset()) & (closing[4] or frozenset())) | {name}
            self._replace(work, self.substitute(macro, arguments, token), token, hidden)
        return out

    def _replace(self, work: list[Token], body: list[Token], call: Token, hidden: frozenset[str]) -> None:
        self.spend(len(body), call[2])
        place, space = call[2], call[3]
        fresh = [
            (kind, text, place, gap, hidden if not old else old | hidden)
            for kind, text, _, gap, old in reversed(body)
            if kind != "m"
        ]
        if fresh:
            kind, text, _, _, old = fresh[-1]
            fresh[-1] = (kind, text, place, space, old)
        work.extend(fresh)

    def _arguments(self, macro: Definition, call: Token, work: list[Token]) -> tuple[list[list[Token]], Token | None]:
        """Take ``( ... )`` from ``work``; if it does not end, return all taken tokens and None."""
        taken = [work.pop()]
        arguments: list[list[Token]] = [[]]
        depth = 0
        assert macro.parameters is not None
        last = len(macro.parameters) if macro.variadic else -1
        while work:
            token = work.pop()
            taken.append(token)
            text = token[1] if token[0] == "p" else ""
            if text == "(":
                depth += 1
            elif text == ")":
                if not depth:
                    self._check_count(macro, arguments, call)
                    return arguments, token
                depth -= 1
            elif text == "," and not depth and len(arguments) != last:
                arguments.append([])
                continue
            arguments[-1].append(token)
        return [taken], None

    @staticmethod
    def _check_count(macro: Definition, arguments: list[list[Token]], call: Token) -> None:
        assert macro.parameters is not None
        wanted = len(macro.parameters)
        if not wanted and len(arguments) == 1 and not arguments[0]:
            arguments.clear()
        if macro.variadic and len(arguments) == wanted - 1:
            arguments.append(_ABSENT)
        if len(arguments) != wanted:
            raise Expanding(f"macro {macro.name!r} takes {wanted} arguments, not {len(arguments)}", call[2])

    def substitute(self, macro: Definition, arguments: list[list[Token]], call: Token) -> list[Token]:
        """Replace parameters in the body (§6.10.3.1 to §6.10.3.3)."""
        index, body = macro.index, macro.body
        out: list[Token] = []
        expanded: dict[int, list[Token]] = {}
        at, end = 0, len(body)
        while at < end:
            token = body[at]
            text = token[1]
            following = body[at + 1][1] if at + 1 < end else ""
            if text == "#" and following in index:
                out.append(stringise(arguments[index[following]], token))
                at += 2
                continue
            if text == "#" and following == "__VA_OPT__" and macro.variadic:
                made, at = self._va_opt(macro, arguments, call, at + 1, expanded)
                out.append(stringise(made, token))
                continue
            if text == "__VA_OPT__" and macro.variadic and following == "(":
                made, at = self._va_opt(macro, arguments, call, at, expanded)
                out.extend(_spaced(made, token) or [("m", "", token[2], token[3], None)])
                continue
            which = index.get(text, -1) if token[0] == "i" else -1
            if which < 0:
                if text == "," and following == "##" and macro.variadic and _is_rest(macro, at + 2):
                    if arguments[-1] or (len(index) > 1 and arguments[-1] is not _ABSENT):
                        out.append(token)
                        out.extend(_inert(self._fresh(arguments[-1], expanded, len(index) - 1)))
                    at += 3
                    continue
                out.append(token)
            elif following == "##" or (at and body[at - 1][1] == "##"):
                out.extend(_inert(_spaced(arguments[which], token)) or [("m", "", token[2], token[3], None)])
            else:
                out.extend(_inert(_spaced(self._fresh(arguments[which], expanded, which), token)))
            self.spend(0, call[2])
            at += 1
        return out if macro.plain else self.paste_all(out)

    def _fresh(self, argument: list[Token], expanded: dict[int, list[Token]], which: int) -> list[Token]:
        found = expanded.get(which)
        if found is None:
            found = expanded[which] = self.expand(argument)
        self.spend(len(found), argument[0][2] if argument else 0)
        return found

    def _va_opt(
        self, macro: Definition, arguments: list[list[Token]], call: Token, at: int, expanded: dict[int, list[Token]]
    ) -> tuple[list[Token], int]:
        """Return what ``__VA_OPT__ ( ... )`` stands for, and the number of the token behind it (C23 §6.10.5.2).

        It stands for something when the variable arguments have a token after their expansion.
        """
        depth, start = 0, at + 2
        for end in range(at + 1, len(macro.body)):
            text = macro.body[end][1]
            depth += (text == "(") - (text == ")")
            if not depth:
                if not self._fresh(arguments[-1], expanded, len(macro.index) - 1):
                    return [], end + 1
                part = Definition(macro.name, macro.body[start:end], macro.place, macro.parameters)
                return self.substitute(part, arguments, call), end + 1
        raise Expanding("__VA_OPT__ is not closed", call[2])

    def paste_all(self, tokens: list[Token]) -> list[Token]:
        """Carry out ``##`` (§6.10.3.3)."""
        out: list[Token] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token[1] == "##" and token[0] == "p" and out and at + 1 < len(tokens):
                out[-1] = paste(out[-1], tokens[at + 1])
                self.pasted.add(out[-1][1])
                at += 2
                continue
            out.append(token)
            at += 1
        return out


def _is_rest(macro: Definition, at: int) -> bool:
    """Tell whether the body's token there is the variable arguments (GNU ``, ## __VA_ARGS__``)."""
    return at < len(macro.body) and macro.index.get(macro.body[at][1], -1) == len(macro.index) - 1


def _spaced(tokens: list[Token], like: Token) -> list[Token]:
    if tokens and tokens[0][3] != like[3]:
        kind, text, place, _, hidden = tokens[0]
        return [(kind, text, place, like[3], hidden), *tokens[1:]]
    return tokens


def _inert(tokens: list[Token]) -> list[Token]:
    """Return an argument's tokens: ``##`` in them is no operator (§6.10.3.3 paragraph 3)."""
    if any(token[1] == "##" for token in tokens):
        return [("o", *token[1:]) if token[1] == "##" else token for token in tokens]
    return tokens


def stringise(argument: list[Token], like: Token) -> Token:
    """The ``#`` operator (§6.10.3.2)."""
    parts = []
    for at, token in enumerate(argument):
        if token[3] and at:
            parts.append(" ")
        text = token[1]
        parts.append(text.replace("\\", "\\\\").replace('"', '\\"') if token[0] in "sc" else text)
    return ("s", '"' + "".join(parts) + '"', like[2], like[3], None)


def paste(left: Token, right: Token) -> Token:
    """The ``##`` operator on two tokens."""
    if left[0] == "m":
        return (right[0], right[1], right[2], left[3], right[4])
    if right[0] == "m":
        return left
    text = left[1] + right[1]
    made = tokenize(text, 0, len(text), 0)
    if len(made) != 1:
        raise Expanding(f"pasting {left[1]!r} and {right[1]!r} gives no token", left[2])
    return ("o" if text == "##" else made[0][0], text, left[2], left[3], None)


def body_text(definition: Definition) -> str:
    """Return the body as text, parameters as ``#1``, ``#2`` ...: equal bodies read equal."""
    parts = []
    for token in definition.body:
        which = definition.index.get(token[1], -1) if token[0] == "i" else -1
        parts.append(f"#{which + 1}" if which >= 0 else token[1])
    return " ".join(parts)


def raw_text(definition: Definition) -> str:
    """Return the body as it was written."""
    return spell(definition.body)
