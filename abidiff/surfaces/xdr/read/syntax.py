"""From the text of a protocol file to its syntax tree (grammars/xdr.lark)."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from abidiff.grammar.run import Grammar
from abidiff.grammar.tables import Token


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the tree is made of."""


class TypeNode(Node, frozen=True, array_like=True, gc=False):
    """A type specifier: ``kind`` is name, basic, struct, union or enum; the last three are bodies without a name."""

    kind: str
    text: str
    at: Token
    body: Any = None


class Declaration(Node, frozen=True, array_like=True, gc=False):
    """A declaration: ``form`` is plain, fixed, variable, opaque_fixed, opaque_variable, string, optional or void."""

    form: str
    type: TypeNode | None
    name: str
    at: Token
    size: Token | None = None


class EnumeratorNode(Node, frozen=True, array_like=True, gc=False):
    """An enumerator with its value as it was written."""

    name: Token
    value: Token | None


class CaseNode(Node, frozen=True, array_like=True, gc=False):
    """The labels of an arm (none for the default arm) and what it carries."""

    labels: tuple[Token, ...]
    arm: Declaration


class UnionBody(Node, frozen=True, array_like=True, gc=False):
    """A union without its name."""

    discriminant: Declaration
    cases: tuple[CaseNode, ...]
    default: CaseNode | None


class Item(Node, frozen=True, array_like=True, gc=False):
    """A definition: ``kind`` is const, typedef, enum, struct, union or program.

    The positions of its tokens count from ``base``.
    """

    kind: str
    name: Token
    body: Any
    base: int = 0


class ProcedureNode(Node, frozen=True, array_like=True, gc=False):
    """A procedure of a version."""

    result: Declaration
    name: Token
    arguments: tuple[Declaration, ...]
    number: Token


class NumberedBlock(Node, frozen=True, array_like=True, gc=False):
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


class _Build:
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
def grammar() -> Grammar:
    """Return the grammar with the object that builds its tree."""
    return Grammar("xdr", _Build())
