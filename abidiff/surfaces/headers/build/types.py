"""pycparser's tree of a declarator → a type of the model (ISO C11 §6.7.2, §6.7.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from pycparser import c_ast

from abidiff.surfaces.headers.build.constants import Constants, per_target
from abidiff.surfaces.headers.build.errors import HINT, Unreadable
from abidiff.surfaces.headers.build.feed import MAX_DEPTH, SHOWN
from abidiff.surfaces.headers.build.objects import type_of
from abidiff.surfaces.headers.build.tables import BASIC_WORDS, VOID, Tables, basic_type, bit_precise, builtin
from abidiff.surfaces.headers.build.words import KNOWN_PREFIX, SIZES, UNQUALIFIED
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    Function,
    Parameter,
    Pointer,
    Qualified,
    Type,
    TypedefRef,
    Vector,
)
from abidiff.surfaces.headers.read.attributes import LARGEST, Attributes
from abidiff.surfaces.headers.read.expression import NotConstant, integer_literal
from abidiff.surfaces.headers.read.lexer import Token

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.scope import Scope

_MODES = {"QI": "char", "byte": "char", "HI": "short", "SI": "int", "DI": "int64_t", "TI": "__int128",
          "word": "ssize_t", "pointer": "ssize_t", "SF": "float", "DF": "double", "TF": "_Float128",
          "XF": "long double"}  # fmt: skip
_UNSIGNED = {"char": "unsigned char", "short": "unsigned short", "int": "unsigned int", "int64_t": "uint64_t",
             "__int128": "unsigned __int128", "ssize_t": "size_t"}  # fmt: skip
_NONE = Attributes()
MAX_BITS = 65535


class Declared(msgspec.Struct):
    """A declarator: the name (empty when abstract), its token (-1 then) and the whole type."""

    name: str
    at: int
    type: Type


class Types(msgspec.Struct):
    """Turns declarators into types, with the names that a parser has seen."""

    parser: Scope
    tables: Tables
    made: dict[int, Type] = msgspec.field(default_factory=dict)
    scopes: list[set[str]] = msgspec.field(default_factory=list)

    def declared(self, node: Any, parent: str = "", position: int = 0) -> Declared:
        """Return what a Decl, Typedef or Typename declares."""
        modifiers = []
        inner = node.type
        while type(inner) is not c_ast.TypeDecl:
            modifiers.append(inner)
            inner = inner.type
        if len(modifiers) > MAX_DEPTH:
            raise self.parser.unreadable("nested too deeply", modifiers[0].coord.line)
        at = inner.coord.line if inner.coord is not None else -1
        name = (inner.declname or "").removesuffix(SHOWN)
        hint = name and "*" * sum(type(m) is c_ast.PtrDecl for m in modifiers) + name
        type_ = self.base(inner.type, hint, parent, position)
        outer, own = self.parser.feed.attached.get(at, (_NONE, _NONE))
        type_ = self.moded(type_, outer, at)
        if inner.quals:
            type_ = qualify(type_, inner.quals)
        for modifier in reversed(modifiers):
            type_ = self._modified(type_, modifier)
        type_ = self.moded(type_, own, at)
        calling = outer.calling | own.calling
        if self.parser.feed.inner and inner.type.coord is not None:
            calling = calling | self.parser.feed.calling_at(inner.type.coord.line)
        return Declared(name, at, self._called(type_, calling) if calling else type_)

    def _called(self, type_: Type, calling: set[str]) -> Type:
        """Give a calling convention to the function that is declared, or that is pointed to."""
        match type_:
            case Function():
                return msgspec.structs.replace(type_, calling=tuple(sorted(calling | set(type_.calling))))
            case Pointer(target):
                return Pointer(self._called(target, calling))
            case Qualified(inner, qualifiers):
                return Qualified(self._called(inner, calling), qualifiers)
            case Array(element, length, lengths):
                return Array(self._called(element, calling), length, lengths)
            case TypedefRef():
                meant = self.tables.resolved(type_)
                found = self._called(meant, calling) if not isinstance(meant, TypedefRef) else meant
                return type_ if found == meant else found
            case _:
                return type_

    def _modified(self, type_: Type, modifier: Any) -> Type:
        kind = type(modifier)
        if kind is c_ast.PtrDecl:
            type_ = Pointer(type_)
            return qualify(type_, modifier.quals) if modifier.quals else type_
        if kind is c_ast.FuncDecl:
            return self._function(type_, modifier.args)
        return self._array(type_, modifier.dim)

    def base(self, node: Any, hint: str, parent: str, position: int) -> Type:
        """Return what the specifiers name."""
        kind = type(node)
        if kind is c_ast.IdentifierType:
            return self._identifier(node)
        if kind is c_ast.Enum:
            found = self.made.get(id(node))
            if found is None:
                found = self.made[id(node)] = self.parser.shapes.enum(node, hint)
            return found
        if kind is c_ast.Struct or kind is c_ast.Union:
            if node.decls is None:
                return self.parser.shapes.reference(node)
            found = self.made.get(id(node))
            if found is None:
                found = self.made[id(node)] = self.parser.shapes.record(node, hint, parent, position)
            return found
        raise self.parser.unreadable(f"{kind.__name__} can't be modelled", node.coord.line)

    def special(self, at: int) -> Type:
        """Return what ``typeof(...)``, ``_Atomic(...)`` or ``_BitInt(...)`` stands for."""
        text = self.parser.tokens[at][1]
        inner = self.parser.tokens[at + 2 : self.parser.feed.special[at] - 1]
        if text == "_BitInt":
            return self._bit_precise(inner, at)
        found = self._type_of(inner, text)
        if found is not None:
            return self.unqualified(found) if text in UNQUALIFIED else found
        raise self.parser.unreadable(f"{text} of an expression can't be modelled", at)

    def _type_of(self, inner: list[Token], text: str) -> Type | None:
        """Return the type that is named, or that an object, a function or an integer constant has."""
        if inner and self.parser.starts_type(inner[0][1]):
            return self.parser.type_name(inner)
        if len(inner) == 1 and text != "_Atomic":
            name = inner[0][1]
            found = self.tables.functions.get(name) or self.tables.variables.get(name)
            if found is not None:
                return found.type
        if text == "_Atomic" or not inner:
            return None
        try:
            return type_of(self.parser, inner)
        except NotConstant:
            pass
        if inner[0][1] in SIZES:
            return builtin("size_t")
        if any(token[1] in SIZES for token in inner):
            return None
        try:
            return builtin(Constants(self.parser).value(inner)[1])
        except NotConstant:
            return None

    def unqualified(self, type_: Type) -> Type:
        """Return a type without its qualifiers, those of the typedefs at its top included."""
        found = self.tables.resolved(type_)
        return self.unqualified(found.type) if isinstance(found, Qualified) else type_

    def _bit_precise(self, width: list[Token], at: int) -> Type:
        bits = self.constant(width) if width else 0
        if not 1 <= bits <= MAX_BITS:
            raise self.parser.unreadable(f"_BitInt({bits}) is no type", at)
        return builtin(f"_BitInt({bits})")

    def _identifier(self, node: Any) -> Type:
        names = node.names
        if len(names) == 1:
            name = names[0]
            found = self.tables.references.get(name)
            if found is not None:
                return found
            if name in self.tables.typedefs:
                return self.tables.reference(name)
            if name[0] == "@":
                return self.special(int(name[1:]))
            if name.startswith(KNOWN_PREFIX):
                return builtin(name.removeprefix(KNOWN_PREFIX))
            if name == "int" and self.parser.tokens[node.coord.line][1] not in BASIC_WORDS:
                text = self.parser.tokens[node.coord.line][1]
                raise self.parser.unreadable(f"unknown type name {text!r}", node.coord.line, HINT)
        made = basic_type(names)
        special = [name for name in names if name[0] == "@"]
        if len(special) == 1:
            made = bit_precise([n for n in names if n != special[0]], self.special(int(special[0][1:])))
        if made is None:
            raise self.parser.unreadable(f"{' '.join(names)!r} is no type that is known", node.coord.line)
        return made

    def _array(self, element: Type, dim: Any) -> Type:
        if dim is None:
            return Array(element, None)
        inner = self.parser.span(dim)
        if len(inner) == 1 and inner[0][0] == "n":
            literal = integer_literal(inner[0][1])
            if literal is not None:
                return Array(element, int(literal[0]))
        try:
            length, lengths = per_target(self.parser, inner)
        except NotConstant:
            if any(token[1] in names for names in self.scopes for token in inner):
                return Array(element, None)  # a length that another parameter gives (§6.7.6.2)
            raise
        if length < 0 or any(each < 0 for _, each in lengths):
            length, lengths = self.refused(inner, length, lengths)
        return Array(element, length, lengths)

    def refused(
        self, tokens: list[Token], number: int, numbers: tuple[tuple[str, int], ...]
    ) -> tuple[int, tuple[tuple[str, int], ...]]:
        """Take note of a negative length or width: no compiler takes it, and headers assert with it (§6.7.6.2).

        One that is written as a negative number asserts nothing: it is a mistake.
        """
        if self.parser.depth or (len(tokens) == 2 and tokens[1][0] == "n"):
            raise Unreadable(f"an array of {number} elements", tokens[0][2])
        self.tables.doubtful = True
        self.tables.negative.append(
            (tokens, tuple(t for t, n in numbers or ((t, number) for t in TARGET_NAMES) if n < 0))
        )
        return max(number, 1), tuple((target, max(each, 1)) for target, each in numbers)

    def _function(self, result: Type, args: Any) -> Type:
        if args is None:
            return Function(result, (), False, False)
        self.scopes.append(set())
        try:
            parameters, variadic = self._parameters(args)
        finally:
            self.scopes.pop()
        if len(parameters) == 1 and not parameters[0].name and self.tables.resolved(parameters[0].type) == VOID:
            parameters = []
        return Function(result, tuple(parameters), variadic)

    def _parameters(self, args: Any) -> tuple[list[Parameter], bool]:
        parameters: list[Parameter] = []
        variadic = False
        for node in args.params:
            kind = type(node)
            if kind is c_ast.EllipsisParam:
                variadic = True
            elif kind is c_ast.ID:
                raise self.parser.unreadable(f"unknown type name {node.name!r}", node.coord.line, HINT)
            else:
                parameters.append(self._parameter(node))
                self.scopes[-1].add(parameters[-1].name)
        return parameters, variadic

    def _parameter(self, node: Any) -> Parameter:
        """parameter-declaration, adjusted (§6.7.6.3 paragraphs 7 and 8), without top-level qualifiers."""
        declared = self.declared(node)
        name, type_ = declared.name, declared.type
        if isinstance(type_, Array):
            return self._array_parameter(node, name, type_)
        if isinstance(type_, Function):
            return Parameter(name, Pointer(type_))
        if isinstance(type_, Qualified):
            restrict = "restrict" in type_.qualifiers
            type_ = type_.type
            if restrict:
                return Parameter(name, type_, restrict=True)
        if isinstance(type_, TypedefRef):
            found = self.tables.resolved(type_)
            if isinstance(found, Array):
                return Parameter(name, Pointer(found.element))
            if isinstance(found, Function):
                return Parameter(name, Pointer(type_))
        return Parameter(name, type_)

    def _array_parameter(self, node: Any, name: str, type_: Array) -> Parameter:
        """``[static n]`` and ``[restrict n]`` say something of the pointer that such a parameter is."""
        said = self.parser.feed.bracketed
        words = said.get(node.type.dim.coord.line, ()) if said and node.type.dim is not None else ()
        least = type_.length or 0 if "static" in words else 0
        return Parameter(name, Pointer(type_.element), restrict="restrict" in words, least=least)

    # --- attributes and constants -------------------------------------------------------

    def moded(self, type_: Type, attributes: Attributes, at: int) -> Type:
        """``mode(DI)`` and ``vector_size(N)`` replace the type."""
        if attributes.mode:
            kind = _MODES.get(attributes.mode)
            if kind is None or not isinstance(type_, Builtin):
                raise self.parser.unreadable(f"mode({attributes.mode}) can't be modelled", at)
            unsigned = type_.kind.startswith("unsigned")
            type_ = builtin(_UNSIGNED.get(kind, kind) if unsigned else kind)
        if attributes.vector is not None:
            type_ = Vector(type_, self.constant(attributes.vector))
        return type_

    def width(self, tokens: list[Token]) -> int:
        """Evaluate the width of a bit-field (§6.7.2.1)."""
        if len(tokens) == 1:
            return self.constant(tokens)
        bits, widths = per_target(self.parser, tokens)
        negative = bits < 0 or any(each < 0 for _, each in widths)
        return self.refused(tokens, bits, widths)[0] if negative else self.constant(tokens)

    def constant(self, tokens: list[Token]) -> int:
        """Evaluate an integer constant expression (§6.6)."""
        if len(tokens) == 1 and tokens[0][0] == "n":
            literal = integer_literal(tokens[0][1])
            if literal is not None:
                return int(literal[0])
        constants = Constants(self.parser, self.parser.target)
        value = constants.value(tokens)[0]
        if not isinstance(value, int):
            raise NotConstant("not an integer", tokens[0][2])
        if constants.sized:
            others = {name for name in TARGET_NAMES if Constants(self.parser, name).value(tokens)[0] != value}
            self.tables.elsewhere |= others
            self.tables.doubtful |= bool(others)
        return value

    def alignment(self, attributes: Attributes) -> int:
        """Return the strictest ``aligned`` in bytes, 0 for none, -1 for the largest of the target."""
        strictest = 0
        for tokens in attributes.aligned:
            if not tokens:
                return LARGEST
            place = tokens[0][2]
            if self.parser.starts_type(tokens[0][1]):
                made: list[Token] = [("i", "_Alignof", place, True, None), ("p", "(", place, False, None), *tokens]
                found = self.constant([*made, ("p", ")", place, False, None)])
            else:
                found = self.constant(tokens)
            if found < 0 or found & (found - 1):
                raise Unreadable(f"alignment {found} is no power of two", place)
            strictest = max(strictest, found)
        return strictest

    def strictest(self, one: Attributes, other: Attributes) -> int:
        """Return the stricter alignment of two."""
        if not one.aligned and not other.aligned:
            return 0
        return max(self.alignment(one), self.alignment(other), key=lambda a: 1 << 30 if a == LARGEST else a)


def qualify(type_: Type, qualifiers: list[str]) -> Type:
    """Add qualifiers, keeping them sorted and in one layer."""
    if isinstance(type_, Qualified):
        return Qualified(type_.type, tuple(sorted({*type_.qualifiers, *qualifiers})))
    return Qualified(type_, tuple(sorted(set(qualifiers))))
