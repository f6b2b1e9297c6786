"""Constant expressions that name things: enumerators, casts, ``sizeof``, ``offsetof`` (§6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidiff.surfaces.headers.build.objects import member, operands, record_of, type_of
from abidiff.surfaces.headers.build.words import SIZES
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES, scalar_size, standard_kind
from abidiff.surfaces.headers.model import Array, Builtin, EnumRef, Pointer, Type
from abidiff.surfaces.headers.read.expression import Expression, NotConstant, Value, single, wrap
from abidiff.surfaces.headers.read.lexer import Token

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.scope import Scope

_NARROW = {
    "bool": (1, False),
    "char": (8, True),
    "signed char": (8, True),
    "unsigned char": (8, False),
    "short": (16, True),
    "unsigned short": (16, False),
}
_WIDE = frozenset({"int", "unsigned int", "long", "unsigned long", "long long", "unsigned long long"})


class Constants:
    """Evaluates constant expressions with the names that a parser has seen, for one target."""

    def __init__(self, parser: Scope, target: str = "x86_64") -> None:
        self.parser = parser
        self.target = target
        self.sized = False

    def value(self, tokens: list[Token]) -> Value:
        """Return the value of a whole expression; raises :class:`NotConstant`."""
        return Expression(tokens, self.primary).whole()

    def primary(self, expression: Expression) -> Value | None:
        """Take an enumerator, cast, ``sizeof`` ... at the expression's place, or return None."""
        if expression.at >= len(expression.tokens):
            return None
        kind, text, place, _, _ = expression.tokens[expression.at]
        if kind == "i":
            return self._named(expression, text, place)
        if text == "(" and expression.at + 1 < len(expression.tokens):
            following = expression.tokens[expression.at + 1]
            if following[0] == "i" and self.parser.starts_type(following[1]):
                return self._cast(expression)
        return None

    def _named(self, expression: Expression, text: str, place: int) -> Value | None:
        found = self.parser.tables.constants.get(text)
        if found is not None:
            expression.at += 1
            type_ = "int" if -(1 << 31) <= found < 1 << 31 else "unsigned int" if 0 <= found < 1 << 32 else "long"
            return found, type_
        if text in SIZES:
            return self._size(expression, text)
        if text == "__extension__":
            expression.at += 1
            return expression.unary()
        if text in ("__builtin_offsetof", "offsetof"):
            return self._offset(expression)
        raise NotConstant(f"{text!r} is no constant", place)

    def _group(self, expression: Expression) -> list[Token]:
        """Take ``( ... )`` and return what stands between."""
        expression.expect("(")
        start, depth = expression.at, 1
        tokens = expression.tokens
        while expression.at < len(tokens):
            text = tokens[expression.at][1]
            depth += (text == "(") - (text == ")")
            expression.at += 1
            if not depth:
                return list(tokens[start : expression.at - 1])
        raise expression.fail("missing ')'")

    def _cast(self, expression: Expression) -> Value:
        type_ = self.parser.type_name(self._group(expression))
        if expression.peek() == "{":
            raise expression.fail("a compound literal is no constant")
        return self.convert(expression.unary(), type_, expression)

    def convert(self, value: Value, type_: Type, expression: Expression) -> Value:
        """Carry out a cast (§6.3)."""
        type_ = self.parser.tables.unqualified(type_)
        if isinstance(type_, EnumRef):
            return value if value[1] != "double" else (int(value[0]), "int")
        if isinstance(type_, Pointer):
            raise expression.fail("a pointer is no integer constant")
        if not isinstance(type_, Builtin):
            raise expression.fail("a cast to this type is no constant")
        kind = standard_kind(type_.kind, self.target)
        if kind in _WIDE:
            return wrap(int(value[0]), kind), kind
        if kind in ("float", "double", "long double", "_Float32", "_Float64", "_Float32x"):
            return (single(float(value[0])) if kind in ("float", "_Float32") else float(value[0])), "double"
        if kind in _NARROW:
            if kind == "bool":
                return int(bool(value[0])), "int"
            bits, signed = _NARROW[kind]
            number = int(value[0]) & ((1 << bits) - 1)
            return (number - (1 << bits) if signed and number >> (bits - 1) else number), "int"
        raise expression.fail(f"a cast to {kind} is no constant")

    def _size(self, expression: Expression, text: str) -> Value:
        expression.at += 1
        following = expression.tokens[expression.at + 1] if expression.at + 1 < len(expression.tokens) else None
        if expression.peek() != "(" or following is None:
            raise expression.fail(f"{text} of an expression can't be evaluated")
        inner = self._group(expression)
        type_ = self.parser.type_name(inner) if self.parser.starts_type(following[1]) else type_of(self.parser, inner)
        self.sized = True
        size, align = measure(type_, self.parser, self.target, expression)
        return (size if text == "sizeof" else align), standard_kind("size_t", self.target)

    def _offset(self, expression: Expression) -> Value:
        expression.at += 1
        type_, named = operands(self.parser, self._group(expression))
        self.sized = True
        return self._offset_in(type_, named, expression), standard_kind("size_t", self.target)

    def _offset_in(self, type_: Type, named: list[Token], expression: Expression) -> int:
        """Return the bytes before a member: ``m``, ``m.n``, ``m[2].n`` (§7.19)."""
        from abidiff.surfaces.headers.layout.layout import Engine

        total, at = 0, 0
        while at < len(named):
            token = named[at]
            at += 1
            if token[1] == ".":
                continue
            if token[1] == "[":
                end = next((n for n in range(at, len(named)) if named[n][1] == "]"), len(named))
                element = self.parser.tables.resolved(type_)
                if not isinstance(element, Array):
                    raise expression.fail("this is no array")
                number = Constants(self.parser, self.target).value(named[at:end])[0]
                type_, at = element.element, end + 1
                total += int(number) * measure(type_, self.parser, self.target, expression)[0]
                continue
            inner = member(self.parser, type_, token)
            record = record_of(self.parser, type_)
            assert record is not None
            try:
                fields = Engine(self.parser.tables.library(), self.target).flattened(record)
            except (ValueError, KeyError) as error:
                raise expression.fail(f"its layout is not known: {error}") from None
            total += next(field.bit_offset for field in fields if field.name == token[1]) // 8
            type_ = inner.type
        return total


def measure(type_: Type, parser: Scope, target: str, expression: Expression) -> tuple[int, int]:
    """Return size and alignment in bytes: of scalars from a table, else from the layout engine."""
    bare = parser.tables.resolved(type_)
    kind = bare.kind if isinstance(bare, Builtin) else "pointer" if isinstance(bare, Pointer) else ""
    size = scalar_size(kind, target)
    if size is not None:
        return size, size
    parser.tables.doubtful = True  # a record may be completed under other names than those that are used here
    try:
        from abidiff.surfaces.headers.layout.layout import size_align

        return size_align(type_, parser.tables.library(), target)
    except (ImportError, ValueError, KeyError) as error:
        raise expression.fail(f"its size is not known: {error}") from None


def per_target(parser: Scope, tokens: list[Token]) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Evaluate an expression on x86_64, and on all targets when sizes take part in it."""
    first = Constants(parser)
    value = first.value(tokens)
    if not isinstance(value[0], int):
        raise NotConstant("not an integer", tokens[0][2] if tokens else -1)
    if not first.sized:
        return value[0], ()
    values = tuple((t, int(Constants(parser, t).value(tokens)[0])) for t in TARGET_NAMES)
    if all(number == value[0] for _, number in values):
        return value[0], ()
    return value[0], values
