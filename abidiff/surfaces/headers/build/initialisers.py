"""Initialisers and function bodies as text in one spelling (ISO C11 §6.7.9, §6.9.1)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from abidiff.surfaces.headers.build.constants import Constants
from abidiff.surfaces.headers.build.errors import Unreadable
from abidiff.surfaces.headers.model import Array, Builtin, Qualified, RecordRef, Type
from abidiff.surfaces.headers.read.attributes import string_value
from abidiff.surfaces.headers.read.expression import Expression, NotConstant
from abidiff.surfaces.headers.read.lexer import Token, presentable

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.unit import Parser

MAX_TEXT = 4000
MAX_DEPTH = 20
_ZERO = frozenset({"0", "0.0", "-0.0", "{ }", '""'})


def code_text(tokens: list[Token]) -> str:
    """Return tokens with one blank between; of long code its hash, which says no more than whether it is the same."""
    text = presentable(" ".join(token[1] for token in tokens))
    return text if len(text) <= MAX_TEXT else "# " + hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def initialiser(parser: Parser, tokens: list[Token], type_: Type) -> str:
    """Return an initialiser: constants by value, zeros at the end left out where that says the same."""
    if len(tokens) > MAX_TEXT:
        return code_text(tokens)
    return code_text([("o", _initialiser(parser, tokens, type_, 0), 0, True, None)])


def _initialiser(parser: Parser, tokens: list[Token], type_: Type, depth: int) -> str:
    bare = _bare(parser, type_)
    if not tokens or depth > MAX_DEPTH or tokens[0][1] != "{" or tokens[-1][1] != "}":
        return _scalar(parser, tokens, bare)
    items = split(tokens[1:-1])
    if any(item[0][1] in (".", "[") for item in items):
        return " ".join(token[1] for token in tokens)
    if not isinstance(bare, Array | RecordRef) and len(items) == 1:
        return _initialiser(parser, items[0], bare, depth + 1)
    element = bare.element if isinstance(bare, Array) else Builtin("void")
    record = parser.tables.records.get(bare.id) if isinstance(bare, RecordRef) else None
    members = [member.type for member in (record.members or ())] if record is not None else []
    texts = []
    for at, item in enumerate(items):
        texts.append(_initialiser(parser, item, members[at] if at < len(members) else element, depth + 1))
    if not isinstance(bare, Array) or bare.length is not None:
        while texts and texts[-1] in _ZERO:
            texts.pop()
    return f"{{ {' , '.join(texts)} }}" if texts else "{ }"


def _scalar(parser: Parser, tokens: list[Token], type_: Type) -> str:
    if tokens and all(token[0] == "s" for token in tokens):
        return json.dumps(string_value(tokens))
    constants = Constants(parser)
    try:
        value = constants.value(tokens)
        if isinstance(type_, Builtin) and type_.kind != "void":
            value = constants.convert(value, type_, Expression(tokens))
    except (NotConstant, Unreadable, RecursionError, OverflowError, ValueError):
        return " ".join(token[1] for token in tokens)
    return repr(value[0])


def split(tokens: list[Token]) -> list[list[Token]]:
    """Cut tokens at their outer commas; a last empty part is none."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        text = token[1] if token[0] == "p" else ""
        depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        if text == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _bare(parser: Parser, type_: Type) -> Type:
    type_ = parser.tables.resolved(type_)
    while isinstance(type_, Qualified):
        type_ = parser.tables.resolved(type_.type)
    return type_
