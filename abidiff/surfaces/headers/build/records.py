"""struct, union and enum specifiers of pycparser's tree → the tables (ISO C11 §6.7.2.1, §6.7.2.2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from pycparser import c_ast

from abidiff.patterns import Patterns
from abidiff.surfaces.headers.build.tables import Tables
from abidiff.surfaces.headers.build.types import Types, qualify
from abidiff.surfaces.headers.model import (
    Builtin,
    Clash,
    Enum,
    Enumerator,
    EnumRef,
    Mark,
    Member,
    Qualified,
    Record,
    RecordRef,
    Type,
)
from abidiff.surfaces.headers.read.attributes import Attributes
from abidiff.surfaces.headers.read.expression import NotConstant, integer_literal
from abidiff.surfaces.headers.read.lexer import Token

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.groups import Specifier
    from abidiff.surfaces.headers.build.scope import Scope

_NONE = Attributes()
# The integer of an enum with the attribute ``mode``, unsigned and signed (GNU C).
_MODES = {
    "QI": ("unsigned char", "signed char"), "byte": ("unsigned char", "signed char"),
    "HI": ("unsigned short", "short"), "SI": ("unsigned int", "int"), "DI": ("uint64_t", "int64_t"),
    "word": ("size_t", "ssize_t"), "pointer": ("size_t", "ssize_t"),
}  # fmt: skip
_NO_INTEGER = re.compile(r"void|float|double|_Float|_Complex|_Decimal|_BitInt|__bf16|va_list", re.ASCII)


class Specifiers(msgspec.Struct):
    """Enters structs, unions and enums into the tables."""

    parser: Scope
    tables: Tables
    types: Types
    sentinel: Callable[[int], bool]
    sentinel_names: Patterns
    _values: dict[str, int] = msgspec.field(default_factory=dict)

    # --- struct and union ---------------------------------------------------------------

    def reference(self, node: Any) -> Type:
        """``struct foo`` without members."""
        kind = "struct" if type(node) is c_ast.Struct else "union"
        id_ = f"{kind} {node.name}"
        if id_ not in self.tables.records:
            shape = self.parser.feed.shapes[node.coord.line]
            mark = self._mark(shape.place, shape.start, shape.place, shape.attributes)
            self.tables.enter(Record(id_, kind, node.name, mark))
        return RecordRef(id_)

    def record(self, node: Any, hint: str, parent: str, position: int) -> Type:
        """struct-or-union-specifier with members."""
        parser, tables = self.parser, self.tables
        kind, tag = "struct" if type(node) is c_ast.Struct else "union", node.name or ""
        shape = parser.feed.shapes[node.coord.line]
        place = parser.tokens[shape.place][2]
        id_ = f"{kind} {tag}" if tag else self._untagged(kind, hint, parent, position, place)
        if tag and id_ not in tables.records:
            tables.enter(Record(id_, kind, tag, Mark(parser.files.location(place))))
        before = tables.records.get(id_)
        if before is not None and before.members is not None:
            tables.clash(Clash(id_, "defined", (before.mark.location.path, parser.files.location(place).path)))
            id_ = self._redefined(id_)
        members = self._members(node.decls, id_)
        brace = parser.close[shape.body]
        attributes, force = shape.attributes, parser.pragmas.at(brace)
        made = Record(
            id_,
            kind,
            tag,
            self._mark(shape.place, shape.start, brace, attributes),
            tuple(members),
            packed=attributes.packed,
            pack=force.pack,
            aligned=self.types.alignment(attributes),
            ms_struct=attributes.ms_struct,
            order=attributes.order or force.order,
            transparent=attributes.transparent,
            may_alias=attributes.may_alias,
        )
        tables.enter(made)
        return RecordRef(id_)

    def _mark(self, at: int, start: int, end: int, attributes: Attributes) -> Mark:
        return self.parser.mark(self.parser.tokens[at][2], start, end, attributes)

    def _redefined(self, id_: str) -> str:
        """A second definition of one tag, in another header: keep both, the first under the tag."""
        self.tables.doubtful = True
        number = 2
        while f"{id_} #{number}" in self.tables.records:
            number += 1
        return f"{id_} #{number}"

    def _untagged(self, kind: str, hint: str, parent: str, position: int, place: int) -> str:
        if parent:
            return f"{parent}.{hint.lstrip('*') or position}"
        if hint:
            return f"{kind} ({hint})"
        self.tables.doubtful = True
        return f"{kind} <{self.parser.files.location(place).path}:{position}:{len(self.tables.records)}>"

    def _members(self, nodes: list[Any], parent: str) -> list[Member]:
        """struct-declaration-list."""
        members: list[Member] = []
        for node in nodes:
            if type(node) is not c_ast.Decl:
                continue
            if type(node.type) in _DECLARATORS:
                members.append(self._member(node, parent, len(members)))
            else:
                self._unnamed(node, parent, members)
        return members

    def _member(self, node: Any, parent: str, position: int) -> Member:
        parser = self.parser
        declared = self.types.declared(node, parent, position)
        at, bits = declared.at, None
        if node.bitsize is not None:
            span = parser.span(node.bitsize)
            if at < 0:
                at = node.bitsize.coord.line - 1
            bits = self.types.width(span)
        if at < 0:
            self.tables.doubtful = True
        outer, own = parser.feed.attached.get(at, (_NONE, _NONE))
        return Member(
            declared.name,
            declared.type,
            parser.files.location(parser.tokens[at][2]),
            bits,
            self.types.strictest(own, outer),
            own.packed or outer.packed,
            own.deprecated if own.deprecated is not None else outer.deprecated,
            own.refused if own.refused is not None else outer.refused,
            tuple(sorted(own.unmodelled | outer.unmodelled)),
        )

    def _unnamed(self, node: Any, parent: str, members: list[Member]) -> None:
        """An untagged struct or union is a member; a tagged one only declares its tag."""
        parser = self.parser
        type_ = self.types.base(node.type, "", parent, len(members))
        if isinstance(type_, RecordRef) and type_.id.startswith(parent + "."):
            shape = parser.feed.shapes[node.type.coord.line]
            place = parser.tokens[shape.first][2]
            if node.quals:
                type_ = qualify(type_, node.quals)
            outer = parser.feed.attached.get(shape.first, (_NONE, _NONE))[0]
            aligned = self.types.alignment(outer)
            members.append(Member("", type_, parser.files.location(place), None, aligned, outer.packed))

    # --- enum ---------------------------------------------------------------------------

    def enum(self, node: Any, hint: str) -> Type:
        """enum-specifier."""
        parser, enums = self.parser, self.tables.enums
        shape = parser.feed.shapes[node.coord.line]
        tag = node.name or ""
        id_ = f"enum {tag}" if tag else f"enum ({hint})" if hint else f"enum {{{node.values.enumerators[0].name}}}"
        fixed = self._fixed(shape)
        if node.values is None:
            if id_ not in enums:
                mark = self._mark(shape.place, shape.start, shape.place, _NONE)
                self.tables.enter(Enum(id_, tag, mark, fixed=fixed))
            return EnumRef(id_)
        brace = parser.close[shape.body]
        mode = shape.attributes.mode
        enumerators = self._enumerators(node.values.enumerators, shape.body + 1, brace)
        mark = self._mark(shape.place, shape.start, brace, shape.attributes)
        if mode and not fixed:
            if mode not in _MODES:
                raise self.parser.unreadable(f"mode({mode}) can't be modelled", shape.place)
            fixed = _MODES[mode][any(e.value < 0 for e in enumerators)]
        self.tables.enter(Enum(id_, tag, mark, tuple(enumerators), packed=shape.attributes.packed, fixed=fixed))
        return EnumRef(id_)

    def _fixed(self, shape: Specifier) -> str:
        """Return the integer kind that ``enum : type`` names, or nothing."""
        first, end = shape.fixed
        if not end:
            return ""
        type_ = self.tables.resolved(self.parser.type_name(self.parser.tokens[first:end]))
        if isinstance(type_, Qualified):
            type_ = self.tables.resolved(type_.type)
        if not isinstance(type_, Builtin) or _NO_INTEGER.search(type_.kind):
            raise self.parser.unreadable("the fixed type of an enum is no integer type", first)
        return type_.kind

    def _enumerators(self, nodes: list[Any], first: int, brace: int) -> list[Enumerator]:
        """enumerator-list; one guarded by a sentinel macro does not move those behind it."""
        parser = self.parser
        tokens, outside = parser.tokens, parser.feed.enumerators
        found: list[Enumerator] = []
        counter = 0
        for node in nodes:
            name, at = node.name, node.coord.line
            end, value, attributes = at + 1, counter, _NONE
            if at in outside:
                attributes, end = outside[at]
            explicit = node.value is not None
            place = tokens[at][2]
            guarded = self.sentinel(place)
            if explicit:
                span = parser.span(node.value)
                end = node.value.coord.line + len(span)
                try:
                    value = self._value(span)
                except NotConstant as error:
                    if not guarded:
                        raise
                    # Programs do not see it, and nothing depends on it: the rest of the enum counts.
                    self.tables.doubtful = True
                    parser.report(error.message, error.place, "")
                    parser.unread.add(name)
                    continue
            matched = not guarded and self._matched(name, value, explicit, end, first, brace, found)
            mark = parser.mark(place, at, end - 1, attributes)
            found.append(Enumerator(name, value, mark, explicit, guarded or matched))
            self.tables.enter_constant(name, value)
            if not guarded:
                counter = value + 1
        return found

    def _matched(
        self, name: str, value: int, explicit: bool, end: int, first: int, brace: int, found: list[Enumerator]
    ) -> bool:
        """Tell whether the profile takes an enumerator for a sentinel: by its name, its place and its value."""
        if end < brace:
            tokens = self.parser.tokens
            last = next((i for i in range(brace - 1, first - 1, -1) if tokens[i][1] == ","), brace)
            if end < last:
                return False
        if explicit and not (found and value == max(e.value for e in found) + 1):
            return False
        return self.sentinel_names.hold(name)

    def _value(self, tokens: list[Token]) -> int:
        if len(tokens) == 1 and tokens[0][0] == "n":
            literal = integer_literal(tokens[0][1])
            if literal is not None:
                return int(literal[0])
        key = " ".join(t[1] for t in tokens)
        cached = self._values.get(key)
        if cached is not None:
            return cached
        value = self.types.constant(tokens)
        if all(t[0] != "i" for t in tokens):
            self._values[key] = value
        return value


_DECLARATORS = frozenset({c_ast.TypeDecl, c_ast.PtrDecl, c_ast.ArrayDecl, c_ast.FuncDecl})
