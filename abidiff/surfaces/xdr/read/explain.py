"""What is wrong with a protocol file: lark's errors, as a person needs them."""

from __future__ import annotations

from typing import Any

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from abidiff.errors import ParseError
from abidiff.grammar.run import Grammar
from abidiff.surfaces.xdr.read.scan import Source


def parse_or_explain(grammar: Grammar, source: Source) -> Any:
    """Return what lark makes of a file; raises :class:`ParseError` where it makes nothing."""
    try:
        return grammar.parse(source.code)
    except UnexpectedInput as error:
        raise _explain(source, error) from None


_SPELLING = {
    "SEMICOLON": "';'", "COMMA": "','", "EQUAL": "'='", "LBRACE": "'{'", "RBRACE": "'}'", "LPAR": "'('",
    "RPAR": "')'", "LSQB": "'['", "RSQB": "']'", "LESSTHAN": "'<'", "MORETHAN": "'>'", "COLON": "':'",
    "STAR": "'*'", "IDENT": "a name", "NUMBER": "a number", "QUOTED": "a string", "CHARACTER": "a character",
    "$END": "the end of the file",
}  # fmt: skip
_TYPE_WORDS = {
    "UNSIGNED", "INT", "SHORT", "LONG", "HYPER", "CHAR", "FLOAT", "DOUBLE", "BOOL", "OPAQUE", "STRING",
    "STRUCT", "UNION", "ENUM",
}  # fmt: skip


def _explain(source: Source, error: UnexpectedInput) -> ParseError:
    """Turn lark's error into one with its place, what was expected, and what to do."""
    position = error.pos_in_stream if error.pos_in_stream is not None else len(source.code)
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        position = max(0, len(source.code.rstrip()) - 1)
        return source.error(
            f"the file ends in the middle of a definition: expected {_expected(error.accepts or error.expected)}",
            position,
            "is the file complete?",
        )
    if isinstance(error, UnexpectedCharacters):
        char = source.code[position : position + 1]
        return source.error(f"unexpected character {char!r}", position, _character_hint(char))
    assert isinstance(error, UnexpectedToken)
    accepts = set(error.accepts or error.expected)
    shown = str(error.token)[:40]
    message = f"unexpected {shown!r}, expected {_expected(accepts)}"
    return source.error(message, position, _hint(str(error.token), accepts))


def _expected(names: Any) -> str:
    names = set(names)
    words = []
    if len(names & _TYPE_WORDS) > 6:
        names -= _TYPE_WORDS | {"IDENT"}
        words.append("a type")
    words += sorted(_SPELLING.get(name, name.lower().strip("_")) for name in names)
    if len(words) > 1:
        return ", ".join(words[:-1]) + " or " + words[-1]
    return words[0] if words else "nothing more"


def _character_hint(char: str) -> str:
    if char == "#":
        return "a directive stands on a line of its own"
    if char == "%":
        return "a line for the C compiler begins with % in its first column"
    if char in "\"'":
        return "the string or character is not closed on its line"
    return ""


def _hint(word: str, accepts: set[str]) -> str:
    if word == ";" and "COMMA" in accepts:
        return "the values of an enum are separated by ',', and only the enum ends with ';'"
    if word == "," and "SEMICOLON" in accepts:
        return "every declaration ends with ';' and names one thing"
    if word == "}" and accepts == {"IDENT"}:
        return "no ',' stands behind the last value of an enum"
    if word == "}" and "SEMICOLON" in accepts:
        return "the last declaration needs its ';' too"
    if word == "}" and len(accepts & _TYPE_WORDS) > 6:
        return "a struct has at least one member"
    if word == "void":
        return "void stands only in unions and for the arguments and results of procedures"
    if accepts & {"LSQB", "LESSTHAN"} and not accepts - {"LSQB", "LESSTHAN"}:
        return "string takes <>, opaque takes [n] or <n>"
    if word in ("[", "<") and accepts == {"SEMICOLON"}:
        return "no array of pointers or of arrays in one declaration: use a typedef"
    if word in ("case", "default") and accepts == {"RBRACE"}:
        return "the default is the last one of a union, and the only one"
    if word in ("version", "program", "string", "opaque", "case", "default", "switch", "const"):
        return f"{word!r} is a word of the language and cannot be a name"
    if "SEMICOLON" in accepts and word != ";":
        return "is a ';' missing before this?"
    return ""
