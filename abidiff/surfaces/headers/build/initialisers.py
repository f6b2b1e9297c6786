"""Initialisers and function bodies as text in one spelling (ISO C11 §6.7.9, §6.9.1)."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from abidiff import limits
from abidiff.surfaces.headers.build.constants import Constants
from abidiff.surfaces.headers.build.errors import Unreadable
from abidiff.surfaces.headers.model import Array, Builtin, RecordRef, Type
from abidiff.surfaces.headers.read.expression import Expression, NotConstant
from abidiff.surfaces.headers.read.lexer import Token, presentable
from abidiff.surfaces.headers.read.texts import PREFIXES, element_of, text_of

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.scope import Scope

MAX_DEPTH = 20
MOST = 100_000
_CHARACTERS = (Builtin("char"), Builtin("signed char"), Builtin("unsigned char"))
_ASCII = re.compile(r"[0-9]{1,3}")
_ZERO = frozenset({"0", "0.0", "-0.0", "{ }", '""'})


def code_text(tokens: list[Token]) -> str:
    """Return tokens with one blank between; of long code its hash, which says no more than whether it is the same."""
    text = presentable(" ".join(token[1] for token in tokens))
    return text if len(text) <= limits.now().code_text else digest(text)


def digest(text: str) -> str:
    """Return what stands for long code: a hash, which says no more than whether it is the same."""
    return "# " + hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def initialiser(parser: Scope, tokens: list[Token], type_: Type) -> str:
    """Return an initialiser: constants by value, zeros at the end left out where that says the same."""
    if len(tokens) > limits.now().code_text:
        return code_text(tokens)
    return code_text([("o", _initialiser(parser, tokens, type_, 0), 0, True, None)])


def _initialiser(parser: Scope, tokens: list[Token], type_: Type, depth: int) -> str:
    bare = parser.tables.unqualified(type_)
    if not tokens or depth > MAX_DEPTH or tokens[0][1] != "{" or tokens[-1][1] != "}":
        return _scalar(parser, tokens, bare)
    items = split(tokens[1:-1])
    if not isinstance(bare, Array | RecordRef) and len(items) == 1:
        return _initialiser(parser, items[0], bare, depth + 1)
    try:
        return _list(parser, items, bare, depth)
    except _Odd:
        return " ".join(token[1] for token in tokens)


class _Odd(Exception):  # noqa: N818 - a question answered, not an error
    """A list whose parts can't be told."""


def _list(parser: Scope, queue: list[list[Token]], bare: Type, depth: int, *, elided: bool = False) -> str:
    """Take what initialises one array or struct from a list (§6.7.9 paragraphs 17 to 20)."""
    if depth > MAX_DEPTH:
        raise _Odd
    record = parser.tables.records.get(bare.id) if isinstance(bare, RecordRef) else None
    members = list(record.members or ()) if record is not None else []
    element = bare.element if isinstance(bare, Array) else Builtin("void")
    count = len(members) if members else bare.length if isinstance(bare, Array) and bare.length is not None else MOST
    slots: dict[int, str] = {}
    at = 0
    while queue and (at < count or queue[0][0][1] in (".", "[")):
        item = queue[0]
        if item[0][1] in (".", "["):
            if elided:
                break  # it names a part of what is around
            if record is not None and record.kind != "struct":
                raise _Odd
            at, item = _designated(parser, item, [member.name for member in members])
            if at >= count:
                raise _Odd
        inner = parser.tables.unqualified(members[at].type if at < len(members) else element)
        if elided or isinstance(inner, Array | RecordRef):
            queue[0] = item
        if isinstance(inner, Array | RecordRef) and item[0][1] != "{" and item[0][0] != "s" and _elides(item, inner):
            slots[at] = _list(parser, queue, inner, depth + 1, elided=True)
        else:
            queue.pop(0)
            slots[at] = _initialiser(parser, item, inner, depth + 1)
        at += 1
    if queue and not elided:
        raise _Odd
    texts = [slots.get(n, "0") for n in range(max(slots, default=-1) + 1)]
    if not isinstance(bare, Array) or bare.length is not None:
        while texts and texts[-1] in _ZERO:
            texts.pop()
    characters = (
        isinstance(bare, Array) and bare.length is not None and parser.tables.unqualified(element) in _CHARACTERS
    )
    if characters and texts and all(_ASCII.fullmatch(text) and 0 < int(text) < 127 for text in texts):
        return json.dumps("".join(chr(int(text)) for text in texts))
    return f"{{ {' , '.join(texts)} }}" if texts else "{ }"


def _elides(item: list[Token], inner: Type) -> bool:
    """Tell whether an item is no expression of the struct itself: a number, or the list is flat (§6.7.9)."""
    return isinstance(inner, Array) or item[0][0] in ("n", "c", "s") or item[0][1] in ("-", "+", "~", "(", "&")


def _designated(parser: Scope, item: list[Token], names: list[str]) -> tuple[int, list[Token]]:
    if item[0][1] == ".":
        if len(item) < 4 or item[2][1] != "=" or item[1][1] not in names:
            raise _Odd
        return names.index(item[1][1]), item[3:]
    close = next((n for n, token in enumerate(item) if token[1] == "]"), 0)
    if not close or len(item) < close + 3 or item[close + 1][1] != "=":
        raise _Odd
    try:
        at = int(Constants(parser).value(item[1:close])[0])
    except (NotConstant, Unreadable, RecursionError, OverflowError, ValueError):
        raise _Odd from None
    if not 0 <= at < MOST:
        raise _Odd
    return at, item[close + 2 :]


def _scalar(parser: Scope, tokens: list[Token], type_: Type) -> str:
    if tokens and all(token[0] == "s" for token in tokens):
        element = element_of(tokens)
        return " ".join(t[1] for t in tokens) if element is None else PREFIXES[element] + json.dumps(text_of(tokens))
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
