"""From the text of a protocol file to its syntax tree (grammars/xdr.lark)."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from abidiff.errors import ParseError
from abidiff.location import Location
from abidiff.resources import resource_text
from abidiff.surfaces.xdr.scan import Source


class TypeNode(NamedTuple):
    """A type specifier: ``kind`` is name, basic, struct, union or enum; the last three are bodies without a name."""

    kind: str
    text: str
    at: Token
    body: Any = None


class Declaration(NamedTuple):
    """A declaration: ``form`` is plain, fixed, variable, opaque_fixed, opaque_variable, string, optional or void."""

    form: str
    type: TypeNode | None
    name: str
    at: Token
    size: Token | None = None


class EnumeratorNode(NamedTuple):
    """An enumerator with its value as it was written."""

    name: Token
    value: Token | None


class CaseNode(NamedTuple):
    """The labels of an arm (none for the default arm) and what it carries."""

    labels: tuple[Token, ...]
    arm: Declaration


class UnionBody(NamedTuple):
    """A union without its name."""

    discriminant: Declaration
    cases: tuple[CaseNode, ...]
    default: CaseNode | None


class Item(NamedTuple):
    """A definition: ``kind`` is const, typedef, enum, struct, union or program."""

    kind: str
    name: Token | None
    body: Any


class ProcedureNode(NamedTuple):
    """A procedure of a version."""

    result: Declaration
    name: Token
    arguments: tuple[Declaration, ...]
    number: Token


class NumberedBlock(NamedTuple):
    """A version or a program: what stands between its braces, and its number."""

    name: Token
    items: tuple[Any, ...]
    number: Token


KINDS = {
    ("int",): "int",
    ("unsigned",): "unsigned int",
    ("unsigned", "int"): "unsigned int",
    ("short",): "short",
    ("unsigned", "short"): "unsigned short",
    ("long",): "int",
    ("unsigned", "long"): "unsigned int",
    ("hyper",): "hyper",
    ("unsigned", "hyper"): "unsigned hyper",
    ("char",): "char",
    ("unsigned", "char"): "unsigned char",
    ("float",): "float",
    ("double",): "double",
    ("bool",): "bool",
}
"""What the words of a basic type mean on the wire: rpcgen's ``long`` has four bytes."""


def _form(form: str) -> Any:
    def build(_: Any, children: list[Any]) -> Declaration:
        name = next(c for c in children if type(c) is Token)
        kind = children[0] if type(children[0]) is TypeNode else None
        return Declaration(form, kind, str(name), name, children[-1] if children[-1] is not name else None)

    return build


class _Build(Transformer[Token, Any]):
    """Reductions of the grammar, bottom-up: no recursion, whatever the nesting."""

    plain = _form("plain")
    fixed = _form("fixed")
    variable = _form("variable")
    opaque_fixed = _form("opaque_fixed")
    opaque_variable = _form("opaque_variable")
    string = _form("string")
    optional = _form("optional")

    def void(self, children: list[Any]) -> Declaration:
        return Declaration("void", None, "", children[0])

    def name(self, children: list[Any]) -> TypeNode:
        return TypeNode("name", str(children[0]), children[0])

    def prefixed(self, children: list[Any]) -> TypeNode:
        return TypeNode("name", str(children[-1]), children[-1])

    def basic(self, children: list[Any]) -> TypeNode:
        words = tuple(map(str, children))
        if len(words) > 1 and words[-1] == "int" and words[0] != "unsigned":
            words = words[:-1]
        elif len(words) == 3:
            words = words[:2]
        return TypeNode("basic", KINDS[words], children[0])

    def enum_type(self, children: list[Any]) -> TypeNode:
        return TypeNode("enum", "", children[0], children[1])

    def struct_type(self, children: list[Any]) -> TypeNode:
        return TypeNode("struct", "", children[0], children[1])

    def union_type(self, children: list[Any]) -> TypeNode:
        return TypeNode("union", "", children[0], children[1])

    def enumerator(self, children: list[Any]) -> EnumeratorNode:
        return EnumeratorNode(children[0], children[1] if len(children) > 1 else None)

    def enum_body(self, children: list[Any]) -> tuple[Any, ...]:
        return tuple(children)

    struct_body = enum_body

    def label(self, children: list[Any]) -> Token:
        return children[0]  # type: ignore[no-any-return]

    def case_spec(self, children: list[Any]) -> CaseNode:
        return CaseNode(tuple(children[:-1]), children[-1])

    def default_spec(self, children: list[Any]) -> tuple[str, Declaration]:
        return ("default", children[0])

    def union_body(self, children: list[Any]) -> UnionBody:
        default = children.pop()[1] if type(children[-1]) is tuple else None
        return UnionBody(children[0], tuple(children[1:]), CaseNode((), default) if default is not None else None)

    def constant_def(self, children: list[Any]) -> Item:
        return Item("const", children[0], children[1])

    def typedef_def(self, children: list[Any]) -> Item:
        return Item("typedef", children[0].at, children[0])

    def enum_def(self, children: list[Any]) -> Item:
        return Item("enum", children[0], children[1])

    def struct_def(self, children: list[Any]) -> Item:
        return Item("struct", children[0], children[1])

    def union_def(self, children: list[Any]) -> Item:
        return Item("union", children[0], children[1])

    def result(self, children: list[Any]) -> Declaration:
        return Declaration("plain", children[0], "", children[0].at)

    def string_result(self, children: list[Any]) -> Declaration:
        return Declaration("string", None, "", children[0])

    def void_argument(self, children: list[Any]) -> Declaration:
        return Declaration("void", None, "", children[0])

    def argument(self, children: list[Any]) -> Declaration:
        return Declaration("plain", children[0], "", children[0].at)

    def pointer_argument(self, children: list[Any]) -> Declaration:
        return Declaration("optional", children[0], "", children[0].at)

    def string_argument(self, children: list[Any]) -> Declaration:
        size = children[-1][0] if type(children[-1]) is tuple else None
        return Declaration("string", None, "", children[0], size)

    def limit(self, children: list[Any]) -> tuple[Token]:
        return (children[0],)

    def procedure_def(self, children: list[Any]) -> ProcedureNode:
        return ProcedureNode(children[0], children[1], tuple(children[2:-1]), children[-1])

    def version_def(self, children: list[Any]) -> NumberedBlock:
        return NumberedBlock(children[0], tuple(children[1:-1]), children[-1])

    def program_def(self, children: list[Any]) -> Item:
        return Item("program", children[0], NumberedBlock(children[0], tuple(children[1:-1]), children[-1]))

    def start(self, children: list[Any]) -> tuple[Item, ...]:
        return tuple(children)


@cache
def _parser() -> Lark:
    return Lark(
        resource_text("grammars/xdr.lark"),
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=False,
        transformer=_Build(),
    )


def parse_source(source: Source) -> tuple[Item, ...]:
    """Return the definitions of a scanned file; raises :class:`ParseError`."""
    try:
        return _parser().parse(source.code)  # type: ignore[return-value]
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
    if word in ("version", "program", "string", "opaque", "case", "default", "switch", "const"):
        return f"{word!r} is a word of the language and cannot be a name"
    if "SEMICOLON" in accepts and word != ";":
        return "is a ';' missing before this?"
    return ""


def place(path: str, token: Token) -> Location:
    """Return where a token stands."""
    return Location(path, token.line or 0, token.column or 0)
