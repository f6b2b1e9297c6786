"""From syntax trees to the model: names bound, numbers known, what is wrong reported.

One :class:`Resolver` works on one unit.  Errors are collected; what is sound stays in the model.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from abidiff.errors import ParseError
from abidiff.grammar.tables import Token
from abidiff.location import Location
from abidiff.patterns import Patterns
from abidiff.surfaces.xdr.build.builtin import BUILTIN, STRUCTS, WELL_KNOWN
from abidiff.surfaces.xdr.model import (
    UNLIMITED,
    VOID,
    Arm,
    Array,
    Constant,
    Definition,
    Enum,
    Enumerator,
    Label,
    Member,
    Named,
    Opaque,
    Pointer,
    Procedure,
    Program,
    Simple,
    Size,
    String,
    Struct,
    Type,
    Typedef,
    Union,
    Version,
    target,
    used_by,
)
from abidiff.surfaces.xdr.read import comments, syntax
from abidiff.surfaces.xdr.read.constants import CType, HeaderConstants, evaluate, number
from abidiff.surfaces.xdr.read.scan import Source, printable

_SIMPLE = {kind: Simple(kind) for kind in syntax.KINDS.values()}


class Part(msgspec.Struct):
    """One file of a unit: its source and its definitions."""

    source: Source
    items: tuple[syntax.Item, ...]


class Resolver(msgspec.Struct):
    """Binds the names of one unit."""

    unit: str
    parts: Sequence[Part]
    headers: HeaderConstants
    errors: list[ParseError] = msgspec.field(default_factory=list)
    types: dict[str, Definition] = msgspec.field(default_factory=dict)
    constants: dict[str, Constant] = msgspec.field(default_factory=dict)
    programs: list[Program] = msgspec.field(default_factory=list)
    procedure_enums: set[str] = msgspec.field(default_factory=set)
    imported: dict[str, Constant] = msgspec.field(default_factory=dict)
    others: Sequence[Resolver] = ()
    every_type: bool = False
    opaque: Mapping[str, bool] = msgspec.field(default_factory=dict)
    sentinels: Patterns = msgspec.field(default_factory=lambda: Patterns(()))
    labels: set[str] = msgspec.field(default_factory=set)
    """Names that cases of unions stand for: who has a case is sent."""
    _tokens: dict[str, tuple[Source, Token | str, int]] = msgspec.field(default_factory=dict)
    _open: set[str] = msgspec.field(default_factory=set)
    _own_lines: HeaderConstants | None = None
    _later: dict[str, tuple[Source, int, Token | None, int]] = msgspec.field(default_factory=dict)
    _enumerators: dict[str, int | None] = msgspec.field(default_factory=dict)
    _source: Source = msgspec.field(default_factory=lambda: Source("", ""))
    _base: int = 0
    _users: dict[str, list[str]] = msgspec.field(default_factory=dict)

    # ---- constants

    def collect(self) -> None:
        """Note every constant and macro before anything refers to them."""
        for part in self.parts:
            for name, (text, at) in part.source.macros.items():
                self._tokens.setdefault(name, (part.source, text, at))
            for item in part.items:
                for name, first, steps in _enumerators_of(item):
                    self._later.setdefault(name, (part.source, item.base, first, steps))
                if item.kind == "union":
                    self.labels.update(str(token) for case in item.body.cases for token in case.labels)
                if item.kind != "const":
                    continue
                at = item.base + item.name.start_pos
                name = item.name.text
                if name in self._tokens and str(self._tokens[name][1]) != str(item.body):
                    self._error(part.source, at, f"the constant {name} is defined twice, differently")
                    continue
                body = Token(item.body.type, item.body.text, item.base + item.body.start_pos)
                self._tokens.setdefault(name, (part.source, body, at))

    def constant(self, name: str) -> int | None:
        """Return the value of a constant of this unit, of another protocol file, or of a header."""
        value = self.own_constant(name)
        if value is None and name not in self._tokens:
            for other in self.others:
                value = other.own_constant(name)
                if value is not None:
                    return value
            value = self._from_header(name)
        return value

    def own_constant(self, name: str) -> int | None:
        """Return the value of a constant that this unit defines, or None."""
        if name in self.constants:
            return self.constants[name].value
        if name in self._tokens:
            return self._own(name)
        if name not in self._enumerators and name in self._later and name not in self._open:
            return self._ahead(name)
        return self._enumerators.get(name)

    def _ahead(self, name: str) -> int | None:
        """Return the value of an enumerator whose enumeration is defined later; what is wrong is told there."""
        known, place = len(self.errors), (self._source, self._base)
        source, base, first, steps = self._later[name]
        self.enter(source, base)
        self._open.add(name)
        value = 0 if first is None else self.number(first, "the value", -(2**31), 2**32 - 1)
        self._open.discard(name)
        self.enter(*place)
        del self.errors[known:]
        if value is None:
            return None
        return value + steps - 2**32 if value + steps >= 2**31 else value + steps

    def _own(self, name: str) -> int | None:
        source, body, at = self._tokens[name]
        if name in self._open or len(self._open) > 200:
            self.errors.append(source.error(f"the constant {name} is defined by itself", at))
            return None
        self._open.add(name)
        try:
            value = self._value_of(source, body)
        finally:
            self._open.discard(name)
        if isinstance(body, Token):
            self.constants[name] = Constant(name, value, printable(str(body)), source.location(at))
        return value

    def _value_of(self, source: Source, body: Token | str) -> int | None:
        if isinstance(body, Token) and body.type == "NUMBER":
            return self._literal(source, body.text, body.start_pos)
        if isinstance(body, Token) and body.type == "IDENT":
            return self.constant(str(body))
        return evaluate(str(body).strip('"'), self.constant)

    def _literal(self, source: Source, text: str, at: int) -> int | None:
        try:
            value = number(text)
        except ValueError:
            self._error(source, at, f"{text[:40]} is no number", "a leading 0 means octal: digits 0 to 7")
            return None
        if not -(2**63) <= value < 2**64:
            self._error(source, at, f"{text[:40]} does not fit into 64 bits")
            return None
        return value

    def _passed(self) -> HeaderConstants:
        """Return what the ``%`` lines of the files say, as a header."""
        if self._own_lines is None:
            passed = {
                part.source.path: part.source.passed_through().encode("utf-8", "surrogateescape") for part in self.parts
            }
            self._own_lines = HeaderConstants({path: text for path, text in passed.items() if text}, passed)
        return self._own_lines

    def _from_header(self, name: str) -> int | None:
        found = self._passed().find(name) or self.headers.find(name)
        if found is None:
            return WELL_KNOWN.get(name)
        text = " or ".join((str(found.value), *found.others))
        self.imported[name] = Constant(name, found.value, text, Location(found.path, found.line))
        return found.value

    def number(self, token: Token, what: str, low: int, high: int) -> int | None:
        """Return the value of a number or a name that must lie in a range; None after an error."""
        text, at = token.text, self._base + token.start_pos
        if token.type == "CHARACTER":
            return ord(text[1])
        if token.type == "NUMBER":
            value = self._literal(self._source, text, at)
            if value is None:
                return None
        else:
            value = self.constant(text)
            if value is None:
                self._error(
                    self._source,
                    at,
                    f"{text} is defined neither here nor in the headers of the release",
                    "compare the whole release, or name the header that defines it in the profile",
                )
                return None
        if not low <= value <= high:
            named = text if token.type == "NUMBER" else f"{text} = {value}"
            self._error(self._source, at, f"{what} {named[:60]} lies outside of {low} to {high}")
            return None
        return value

    def _error(self, source: Source, at: int, message: str, hint: str = "") -> None:
        if len(self.errors) < 50:
            self.errors.append(source.error(message, at, hint))

    def _wrong(self, token: Token, message: str, hint: str = "") -> None:
        self._error(self._source, self._base + token.start_pos, message, hint)

    def enter(self, source: Source, base: int) -> None:
        """Say where the tokens that come next stand: in which file, and from where their positions count."""
        self._source, self._base = source, base

    def place(self, token: Token) -> Location:
        """Return where a token stands."""
        source, at = self._source, self._base + token.start_pos
        line = bisect_right(source.lines, at)
        return Location(source.path, line, at - source.lines[line - 1] + 1)

    # ---- types

    def define(self) -> None:
        """Turn every definition into its record; needs :meth:`collect` of all units."""
        for part in self.parts:
            for item in part.items:
                if item.kind == "enum":
                    self.enter(part.source, item.base)
                    self._define_enum(item)
        for part in self.parts:
            for name in list(self._tokens):
                if self._tokens[name][0] is part.source:
                    self.own_constant(name)
            for item in part.items:
                self.enter(part.source, item.base)
                self._define(item)

    def _define(self, item: syntax.Item) -> None:
        match item.kind:
            case "struct" | "union":
                self._add(item.name, self._body(item.kind, str(item.name), item.name, item.body, 0))
            case "typedef" if item.body.form == "plain" and item.body.type.text == item.body.name:
                pass  # typedef struct X X;
            case "typedef":
                kind = self._type(item.body, str(item.name), 0)
                self._add(item.name, Typedef(str(item.name), kind, self.place(item.name)))

    def _add(self, token: Token, definition: Definition) -> None:
        name = str(token)
        if name in ("opaque", "string", "void"):
            self._wrong(token, f"{name!r} cannot be the name of a type")
        known = self.types.setdefault(name, definition)
        if known is not definition and not _same(known, definition):
            self._wrong(
                token, f"the type {name} is defined twice, differently", f"the other definition is at {known.location}"
            )

    def _define_enum(self, item: syntax.Item) -> None:
        self._add(item.name, self._enum(str(item.name), item.name, item.body))

    def _enum(self, name: str, token: Token, body: Sequence[syntax.EnumeratorNode]) -> Enum:
        values: list[Enumerator] = []
        before: int | None = -1
        for node in body:
            if node.value is not None:
                before = self.number(node.value, "the value", -(2**31), 2**32 - 1)
            elif before is not None:
                before += 1
                if before >= 2**31:
                    self._wrong(node.name, f"the value of {node.name} lies outside of 32 bits")
            if before is not None and before >= 2**31:
                before -= 2**32  # the same four bytes
            label = str(node.name)
            if self._enumerators.setdefault(label, before) != before:
                self._wrong(node.name, f"the value {label} is defined twice, differently")
            values.append(Enumerator(label, before, self.place(node.name), self._is_sentinel(label)))
        if all(value.sentinel for value in values):
            values = [Enumerator(value.name, value.value, value.location) for value in values]
        return Enum(name, tuple(values), self.place(token))

    def _is_sentinel(self, name: str) -> bool:
        return name not in self.labels and self.sentinels.hold(name)

    def _body(self, kind: str, name: str, token: Token, body: object, depth: int) -> Definition:
        if kind == "enum":
            assert isinstance(body, tuple)
            return self._enum(name, token, body)
        if kind == "struct":
            assert isinstance(body, tuple)
            members = tuple(self._member(name, node, depth) for node in body)
            self._distinct(members, body)
            return Struct(name, members, self.place(token))
        assert isinstance(body, syntax.UnionBody)
        return self._union(name, token, body, depth)

    def _distinct(self, members: Sequence[Member], nodes: Sequence[syntax.Declaration]) -> None:
        seen: set[str] = set()
        for member, node in zip(members, nodes, strict=True):
            if member.name in seen:
                self._wrong(node.at, f"two members have the name {member.name}")
            seen.add(member.name)

    def _member(self, owner: str, node: syntax.Declaration, depth: int) -> Member:
        return Member(node.name, self._type(node, f"{owner}.{node.name}", depth), self.place(node.at))

    def _union(self, name: str, token: Token, body: syntax.UnionBody, depth: int) -> Union:
        discriminant = self._member(name, body.discriminant, depth)
        seen: set[int] = set()
        arms = tuple(self._arm(name, case, seen, depth) for case in body.cases)
        default = self._arm(name, body.default, set(), depth) if body.default else None
        return Union(name, discriminant, arms, default, self.place(token))

    def _arm(self, owner: str, case: syntax.CaseNode, seen: set[int], depth: int) -> Arm:
        labels = []
        for token in case.labels:
            text = str(token)
            value: int | None
            if text in ("TRUE", "FALSE") and text not in self._tokens and text not in self._enumerators:
                value = int(text == "TRUE")
            else:
                value = self.number(token, "the case", -(2**31), 2**32 - 1)
            if value is not None:
                if value % 2**32 in seen:
                    self._wrong(token, f"the case {text} ({value}) stands twice in {owner}")
                seen.add(value % 2**32)
                value = value - 2**32 if value >= 2**31 else value
            labels.append(Label(text, value))
        member = self._member(owner, case.arm, depth)
        place = self.place(case.labels[0] if case.labels else case.arm.at)
        return Arm(tuple(labels), member.name, member.type, place)

    def _type(self, node: syntax.Declaration, name: str, depth: int) -> Type:
        form = node.form
        if form == "void":
            return VOID
        size = self._size(node.size)
        if form == "string":
            return String(size)
        if form in ("opaque_fixed", "opaque_variable"):
            return Opaque(size, form == "opaque_fixed")
        assert node.type is not None
        item = self._named(node.type, name, depth)
        if form == "plain":
            return item
        if not isinstance(item, Simple | Named):
            self.types.setdefault(node.type.text, Typedef(node.type.text, item, self.place(node.at)))
            item = Named(node.type.text)
        return Pointer(item) if form == "optional" else Array(item, size, form == "fixed")

    def _size(self, token: Token | None) -> Size:
        if token is None:
            return Size()
        value = self.number(token, "the size", 0, UNLIMITED)
        return Size(value, str(token) if token.type == "IDENT" else "")

    def _named(self, node: syntax.TypeNode, name: str, depth: int) -> Type:
        if node.kind == "basic":
            return _SIMPLE[node.text]
        if node.kind != "name":
            self._add(_renamed(node.at, name), self._body(node.kind, name, node.at, node.body, depth + 1))
            return Named(name)
        text = node.text
        if text in self._tokens and isinstance(self._tokens[text][1], str) and text not in self.types:
            word = str(self._tokens[text][1])
            text = word if word.isidentifier() else text
        if text in BUILTIN and text not in self.declared:
            return BUILTIN[text]
        return Named(text)

    @property
    def declared(self) -> set[str]:
        """Names of the types that the files of this unit define."""
        if not self._declared:
            self._declared.update(
                str(item.name) for part in self.parts for item in part.items
                if item.kind not in ("const", "program") and not _is_self(item)
            )  # fmt: skip
        return self._declared

    _declared: set[str] = msgspec.field(default_factory=set)

    # ---- programs

    def program(self, block: syntax.NumberedBlock) -> None:
        """Add what a ``program`` block defines (RFC 5531 section 12)."""
        value = self.number(block.number, "the program number", 0, 2**32 - 1)
        versions: list[Version] = []
        seen: dict[int | None, str] = {}
        for node in block.items:
            version = self._version(node)
            if version.number is not None and seen.setdefault(version.number, version.name) is not version.name:
                self._wrong(node.number, f"two versions have the number {version.number}")
            versions.append(version)
        program = Program(str(block.name), value, tuple(versions), self.place(block.name))
        for index, other in enumerate(self.programs):
            if value is not None and other.number == value and not other.libvirt:
                self.programs[index] = self._joined(other, program, block)
                return
        self.programs.append(program)

    def _joined(self, one: Program, other: Program, block: syntax.NumberedBlock) -> Program:
        """Two blocks of one number are one program."""
        versions = list(one.versions)
        for version, node in zip(other.versions, block.items, strict=True):
            index = next((i for i, known in enumerate(versions) if known.number == version.number), None)
            if index is None or version.number is None:
                versions.append(version)
                continue
            known = versions[index]
            numbers = {procedure.number: procedure for procedure in known.procedures}
            fresh = [
                p for p in version.procedures if numbers.get(p.number, p).name != p.name or p.number not in numbers
            ]
            told, unsure = self.numbered([*known.procedures, *fresh], node.items)
            unnumbered = tuple(dict.fromkeys((*known.unnumbered, *version.unnumbered, *unsure)))
            versions[index] = Version(known.name, known.number, told, known.location, unnumbered)
        return Program(one.name, one.number, tuple(versions), one.location)

    def _version(self, block: syntax.NumberedBlock) -> Version:
        value = self.number(block.number, "the version", 0, 2**32 - 1)
        procedures: list[Procedure] = []
        unnumbered: list[str] = []
        before = self._base + block.name.end_pos
        for node in block.items:
            start = self._base + node.result.at.start_pos
            end = self._base + node.number.end_pos + 1
            notes = comments.around(self._source, before, start, end)
            before = end
            found = self.number(node.number, "the procedure number", 0, 2**32 - 1)
            if found is None:
                unnumbered.append(str(node.name))
            else:
                # rpcgen defines it as a constant, once for all versions
                known = self._enumerators.setdefault(str(node.name), found)
                if known != found and str(node.name) not in {procedure.name for procedure in procedures}:
                    self._wrong(
                        node.name, f"{node.name} has the number {found} here and {known} before",
                        "rpcgen makes one constant of a procedure's name: give one of them another name",
                    )  # fmt: skip
                arguments = tuple(self._argument(a, str(node.name)) for a in node.arguments if a.form != "void")
                result = self._argument(node.result, str(node.name))
                place = self.place(node.name)
                procedures.append(Procedure(str(node.name), found, arguments, result, place, False, *notes))
        told, unsure = self.numbered(procedures, block.items)
        return Version(str(block.name), value, told, self.place(block.name), (*unnumbered, *unsure))

    def _argument(self, node: syntax.Declaration, name: str) -> Type:
        return self._type(node, name, 0)

    def numbered(
        self, procedures: Sequence[Procedure], nodes: Sequence[object]
    ) -> tuple[tuple[Procedure, ...], tuple[str, ...]]:
        """Report procedures that share a number; return those that do not, and the names of those that do."""
        seen: dict[int, str] = {}
        names: set[str] = set()
        for procedure in procedures:
            if procedure.name in names:
                token = next(n.name for n in reversed(nodes) if str(n.name) == procedure.name)  # type: ignore[attr-defined]
                self._wrong(token, f"the procedure {procedure.name} has two numbers", "give one of them another name")
            names.add(procedure.name)
            other = seen.setdefault(procedure.number, procedure.name)
            if other is not procedure.name:
                token = next(n.name for n in nodes if str(n.name) == procedure.name)  # type: ignore[attr-defined]
                self._wrong(
                    token, f"{procedure.name} has the number {procedure.number} of {other}",
                    "every procedure has a number of its own",
                )  # fmt: skip
        names_of: dict[int, set[str]] = {}
        for procedure in procedures:
            names_of.setdefault(procedure.number, set()).add(procedure.name)
        unsure = sorted(name for shared in names_of.values() if len(shared) > 1 for name in shared)
        return tuple(p for p in procedures if len(names_of[p.number]) == 1), tuple(unsure)

    def foreign(self, name: str) -> bool:
        """Define a type that no protocol file does: what C headers say, or what the profile declares."""
        if name in self.opaque:
            self.types[name] = Typedef(name, Opaque(Size(4), True, name), Location(""))
            return True
        found = self._passed().type(name) or self.headers.type(name)
        if found is None:
            if name in STRUCTS:
                self.types[name] = STRUCTS[name]
            return name in STRUCTS
        place = Location(found.path, found.line)
        if found.enumerators:
            values = tuple(Enumerator(n, _signed(v), place, self._is_sentinel(n)) for n, v in found.enumerators)
            self.types[name] = Enum(name, values, place)
            return all(value is not None for _, value in found.enumerators)
        words = tuple(word for word in found.words.split() if word != "int") or ("int",)
        kind = _SIMPLE.get(syntax.KINDS.get(words, ""), BUILTIN.get(found.words))
        if kind is None and (found.words == name or not self.foreign(found.words)):
            return False
        self.types[name] = Typedef(name, kind or Named(found.words), place)
        return True

    def coder(self, name: str) -> CType | None:
        """Return where C code declares the encoder of a type, else the struct itself."""
        return self._passed().coder(name) or self.headers.coder(name)

    @property
    def users(self) -> dict[str, list[str]]:
        """Definition → the types that it uses; to be asked once everything is defined."""
        if not self._users:
            self._users = {name: used_by(definition) for name, definition in self.types.items()}
        return self._users

    def carried(self) -> Iterator[str]:
        """Yield the names of types that procedures of this unit carry."""
        for program in self.programs:
            for version in program.versions:
                for procedure in version.procedures:
                    for kind in (*procedure.args, procedure.result):
                        if (name := target(kind)) is not None:
                            yield name


def _enumerators_of(item: syntax.Item) -> Iterator[tuple[str, Token | None, int]]:
    """Yield the enumerators: name, the last value that was written up to there, and how many steps ago."""
    body: Sequence[syntax.EnumeratorNode] = ()
    if item.kind == "enum":
        body = item.body
    elif item.kind == "typedef" and item.body.type is not None and item.body.type.kind == "enum":
        body = item.body.type.body
    last = 0
    for index, node in enumerate(body):
        if node.value is not None:
            last = index
        yield str(node.name), body[last].value, index - last


def _signed(value: int | None) -> int | None:
    """Return the same four bytes as a number of an enumeration."""
    return value - 2**32 if value is not None and value >= 2**31 else value


def _is_self(item: syntax.Item) -> bool:
    return item.kind == "typedef" and item.body.form == "plain" and item.body.type.text == item.body.name


def _renamed(token: Token, name: str) -> Token:
    return Token("IDENT", name, token.start_pos)


def _same(one: Definition, other: Definition) -> bool:
    """Whether two definitions say the same, wherever they stand."""
    return type(one) is type(other) and _bare(one) == _bare(other)


def _bare(definition: Definition) -> object:
    match definition:
        case Struct(members=members):
            return tuple((m.name, m.type) for m in members)
        case Enum(values=values):
            return tuple((v.name, v.value) for v in values)
        case Typedef(type=kind):
            return kind
        case Union():
            arms = [*definition.arms, *([definition.default] if definition.default else [])]
            return (definition.discriminant.type, tuple((a.labels, a.name, a.type) for a in arms))
