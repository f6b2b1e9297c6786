"""Objects that ``sizeof`` and ``offsetof`` name without a type name: ``((struct s *)0)->m``, ``"text"`` (§6.5.3.4).

Nothing is evaluated: an expression has a type, and that is all that is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidiff.surfaces.headers.build.tables import builtin
from abidiff.surfaces.headers.model import Array, Member, Pointer, Record, RecordRef, Type
from abidiff.surfaces.headers.read.attributes import string_value
from abidiff.surfaces.headers.read.expression import NotConstant
from abidiff.surfaces.headers.read.lexer import Token

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.scope import Scope

MAX_STEPS = 60


def type_of(parser: Scope, tokens: list[Token], steps: int = 0) -> Type:
    """Return the type of an expression that names an object; raises :class:`NotConstant` for any other."""
    if not tokens or steps > MAX_STEPS:
        raise _unknown(tokens)
    tokens = _bare(tokens)
    last = tokens[-1]
    if len(tokens) > 2 and last[0] == "i" and tokens[-2][1] in (".", "->"):
        inner = type_of(parser, tokens[:-2], steps + 1)
        return member(parser, _pointed(parser, inner, last) if tokens[-2][1] == "->" else inner, last).type
    if last[1] == "]":
        return _pointed(parser, type_of(parser, tokens[: _opening(tokens)], steps + 1), last)
    if tokens[0][1] == "*":
        return _pointed(parser, type_of(parser, tokens[1:], steps + 1), last)
    if tokens[0][1] == "(" and len(tokens) > 2 and parser.starts_type(tokens[1][1]):
        close = _closing(tokens)
        if close < len(tokens) - 1:
            return parser.type_name(tokens[1:close])
    if all(token[0] == "s" for token in tokens) and tokens[0][1].startswith('"'):
        return Array(builtin("char"), _bytes(tokens) + 1)
    found = parser.tables.variables.get(last[1]) if len(tokens) == 1 else None
    if found is None:
        raise _unknown(tokens)
    return found.type


def member(parser: Scope, type_: Type, name: Token) -> Member:
    """Return the member of a struct or union that a name stands for, anonymous ones looked through."""
    parser.tables.doubtful = True  # the record may have been completed under another name
    record = record_of(parser, type_)
    found = _find(parser, record, name[1], 0) if record is not None else None
    if found is None:
        raise NotConstant(f"no member is called {name[1]!r}", name[2])
    if found.bits is not None:
        raise NotConstant(f"{name[1]!r} is a bit-field", name[2])
    return found


def _bytes(tokens: list[Token]) -> int:
    """Return how many bytes a string literal has: escapes stand for one each, characters for their UTF-8."""
    text, raw = string_value(tokens), "".join(token[1] for token in tokens)
    if text.isascii() or raw.isascii():
        return len(text)
    if "\\" in raw:
        raise NotConstant("the length of this string can't be told", tokens[0][2])
    return len(text.encode("utf-8", "surrogateescape"))


def _find(parser: Scope, record: Record, name: str, depth: int) -> Member | None:
    for found in record.members or ():
        if found.name == name:
            return found
        if not found.name and depth < MAX_STEPS:
            inner = record_of(parser, found.type)
            below = _find(parser, inner, name, depth + 1) if inner is not None else None
            if below is not None:
                return below
    return None


def operands(parser: Scope, tokens: list[Token]) -> tuple[Type, list[Token]]:
    """Split ``offsetof``'s operands: the type, and the tokens that name the member (§7.19)."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token[1] in "([{") - (token[1] in ")]}") if token[0] == "p" else 0
        if token[1] == "," and not depth:
            return parser.type_name(tokens[:at]), tokens[at + 1 :]
    raise _unknown(tokens)


def record_of(parser: Scope, type_: Type) -> Record | None:
    """Return the struct or union that a type is, None for any other."""
    bare = parser.tables.unqualified(type_)
    return parser.tables.records.get(bare.id) if isinstance(bare, RecordRef) else None


def _pointed(parser: Scope, type_: Type, at: Token) -> Type:
    bare = parser.tables.unqualified(type_)
    if isinstance(bare, Array):
        return bare.element
    if isinstance(bare, Pointer):
        return bare.target
    raise NotConstant("this is no pointer", at[2])


def _bare(tokens: list[Token]) -> list[Token]:
    """Take off parentheses around the whole."""
    while len(tokens) > 2 and tokens[0][1] == "(" and _closing(tokens) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _closing(tokens: list[Token]) -> int:
    """Return where the bracket that opens a list of tokens closes."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token[1] in "([") - (token[1] in ")]") if token[0] == "p" else 0
        if not depth:
            return at
    raise _unknown(tokens)


def _opening(tokens: list[Token]) -> int:
    """Return where the bracket that ends a list of tokens opens."""
    depth = 0
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        depth += (token[1] in ")]") - (token[1] in "([") if token[0] == "p" else 0
        if not depth:
            return at
    raise _unknown(tokens)


def _unknown(tokens: list[Token]) -> NotConstant:
    return NotConstant("the type of this expression can't be told", tokens[0][2] if tokens else -1)
