"""A declaration that can't be read, and what pycparser says about it in our words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pycparser.c_lexer import Token as CToken

_MESSAGE = re.compile(r"(?::(?P<at>\d+)(?::\d+)?|[^:]*): (?P<text>.*)", re.DOTALL)
_BEFORE_TYPE = frozenset(
    {"LPAREN", "COMMA", "LBRACE", "SEMI", "CONST", "VOLATILE", "EXTERN", "STATIC", "INLINE", "TYPEDEF", "REGISTER",
     "_NORETURN", "_THREAD_LOCAL"}
)  # fmt: skip
_NO_TYPE = ("Missing type", "Invalid declaration", "Invalid specifier list")
HINT = "is the header that declares it included?"


class Unreadable(Exception):  # noqa: N818 - one declaration that is left out
    """A declaration that can't be read or modelled."""

    def __init__(self, message: str, place: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint


def explained(message: str, fed: Sequence[CToken], read: int, is_type: Callable[[str], bool]) -> tuple[str, int, str]:
    """Return message, token number and hint for what pycparser said about a declaration.

    ``read`` is how many of the tokens it had looked at: not every message names a place.
    """
    unknown = _unknown_type(fed, is_type)
    if unknown is not None:
        return f"unknown type name {unknown.value!r}", unknown.lineno, HINT
    match = _MESSAGE.match(message)
    text = match["text"] if match else message
    wanted = int(match["at"]) if match and match["at"] else -1
    found = next((t for t in fed if t.lineno == wanted), None) or fed[max(0, min(read, len(fed)) - 1)]
    if text.startswith(_NO_TYPE) and found.type in ("ID", "TYPEID"):
        return f"unknown type name {found.value!r}", found.lineno, HINT
    if text.startswith("Invalid function definition"):
        return f"expected ';' or '{{' behind the declarator of {found.value!r}", found.lineno, ""
    if text.startswith("before: "):
        return f"unexpected {_spelled(found)}", found.lineno, ""
    return f"{text[:1].lower()}{text[1:]} at {_spelled(found)}", found.lineno, ""


def _spelled(token: CToken) -> str:
    """Return how a token is written: a constant expression was handed over as token numbers."""
    return "a constant here" if token.type == "INT_CONST_DEC" else repr(token.value.rstrip("\0"))


def _unknown_type(fed: Sequence[CToken], is_type: Callable[[str], bool]) -> CToken | None:
    """Return the first name that stands where only a type can stand, and is none."""
    depth = 0
    enum = False
    for at, token in enumerate(fed):
        depth += (token.type in ("LPAREN", "LBRACE")) - (token.type in ("RPAREN", "RBRACE"))
        if token.type == "LBRACE":
            enum = any(t.type == "ENUM" for t in fed[max(0, at - 2) : at])
        enum = enum and token.type != "RBRACE"
        if enum or token.type not in ("ID", "TYPEID") or is_type(token.value):
            continue
        before = fed[at - 1].type if at else "SEMI"
        if before not in _BEFORE_TYPE or (before == "COMMA" and not depth):
            continue
        after = fed[at + 1].type if at + 1 < len(fed) else ""
        if after in ("ID", "TYPEID", "TIMES"):
            return token
    return None
