"""What is wrong with a symbol map: lark's errors, as a person needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from abidiff.errors import ParseError
from abidiff.grammar.run import Grammar

Fail: TypeAlias = Callable[..., ParseError]
"""(message, line, column, hint) → the error for a place of the file."""

_WORDS = {
    "SEMICOLON": "`;`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "NAME": "a name",
    "QUOTED": "a quoted name",
    "EXTERN": "`extern`",
    "_GLOBAL_LABEL": "`global:`",
    "_LOCAL_LABEL": "`local:`",
    "$END": "the end of the file",
}


def parse_or_explain(grammar: Grammar, text: str, start: str, fail: Fail) -> Any:
    """Return what lark makes of a file; raises :class:`ParseError` where it makes nothing."""
    try:
        return grammar.parse(text, start)
    except UnexpectedInput as error:
        raise _explain(text, error, start, fail) from None


def _explain(text: str, error: UnexpectedInput, start: str, fail: Fail) -> ParseError:
    if isinstance(error, UnexpectedCharacters):
        character = text[error.pos_in_stream] if error.pos_in_stream is not None else "?"
        rest = text[error.pos_in_stream or 0 :]
        if rest.startswith("/*"):
            return fail("comment without an end", error.line, error.column, "close it with `*/`")
        if character == '"':
            return fail("quote without an end", error.line, error.column)
        hint = "comments begin with `#` or stand in `/* */`" if rest.startswith("//") else ""
        return fail(f"unexpected character {character!r}", error.line, error.column, hint)
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return fail(f"unexpected `{error.token}`", error.line, error.column, _expected(error, start))
    lines = text.rstrip().split("\n")
    expected = _expected(error, start)
    return fail("the file ends too early", len(lines), len(lines[-1]) + 1, expected)


def _expected(error: UnexpectedInput, start: str) -> str:
    if isinstance(error, UnexpectedToken):
        names = error.accepts or error.expected
    else:
        names = set(error.expected) if isinstance(error, UnexpectedEOF) else set()
    if isinstance(error, UnexpectedToken) and error.token.type == "_LOCAL_LABEL":
        return "`local:` may only follow the names below a `global:`"
    known = sorted(_WORDS[name] for name in names if name in _WORDS)
    return f"expected {' or '.join(known)}" if known and start == "version_script" else ""
