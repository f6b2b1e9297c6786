"""What a translation unit has declared so far, shared by the parser and constant evaluation."""

from __future__ import annotations

import msgspec

from abidiff.surfaces.headers.layout.system import PRELUDE, SYSTEM
from abidiff.surfaces.headers.model import (
    Builtin,
    Clash,
    Enum,
    FunctionDecl,
    Library,
    Qualified,
    Record,
    Type,
    Typedef,
    TypedefRef,
    Variable,
)
from abidiff.surfaces.headers.read.lexer import Token

Entry = Typedef | Record | Enum | FunctionDecl | Variable


class Tables(msgspec.Struct):
    """Names of a translation unit.  ``constants``: enumerator → value.

    ``places``    name or id → the headers that declare it.
    ``clashes``   names that several headers declare, otherwise.
    ``repeated``  names that one file defines again → the file.
    ``log``       what was entered, in order (a pair for a constant), when somebody wants to know.
    ``negative``  lengths and widths below zero: what stands for them, and the targets on which they are.
    ``elsewhere`` targets on which a number that is not kept for each of them is another one than on x86_64.
    ``doubtful``  set where an entry depends on more than its tokens and what the names in them mean.
    """

    typedefs: dict[str, Typedef] = msgspec.field(default_factory=dict)
    records: dict[str, Record] = msgspec.field(default_factory=dict)
    enums: dict[str, Enum] = msgspec.field(default_factory=dict)
    constants: dict[str, int] = msgspec.field(default_factory=dict)
    functions: dict[str, FunctionDecl] = msgspec.field(default_factory=dict)
    variables: dict[str, Variable] = msgspec.field(default_factory=dict)
    references: dict[str, TypedefRef] = msgspec.field(default_factory=dict)
    places: dict[str, set[str]] = msgspec.field(default_factory=dict)
    clashes: list[Clash] = msgspec.field(default_factory=list)
    repeated: dict[str, str] = msgspec.field(default_factory=dict)
    negative: list[tuple[list[Token], tuple[str, ...]]] = msgspec.field(default_factory=list)
    elsewhere: set[str] = msgspec.field(default_factory=set)
    log: list[Entry | tuple[str, int]] | None = None
    doubtful: bool = False

    def enter(self, entry: Entry) -> None:
        """Enter a declaration under its name or id; one of a function joins those before it."""
        if self.log is not None:
            self.log.append(entry)
        name = entry.id if isinstance(entry, Record | Enum) else entry.name
        if isinstance(entry, Typedef) and self.gives_way(entry):
            del self.typedefs[name]
        self.compare(name, entry)
        self.places.setdefault(name, set()).add(entry.mark.location.path)
        if isinstance(entry, FunctionDecl):
            before = self.functions.get(entry.name)
            self.functions[entry.name] = entry if before is None else merged(before, entry)
        elif isinstance(entry, Typedef):
            self.typedefs[entry.name] = entry
        elif isinstance(entry, Record):
            self.records[entry.id] = entry
        elif isinstance(entry, Enum):
            self.enums[entry.id] = entry
        else:
            self.variables[entry.name] = entry

    def gives_way(self, typedef: Typedef) -> bool:
        """Tell whether a header of the release defines a name itself that is only lent to those that do not."""
        known = self.typedefs.get(typedef.name)
        return (
            known is not None
            and known.mark.location.path == PRELUDE
            and not typedef.mark.location.path.startswith(SYSTEM)
        )

    def clash(self, found: Clash) -> None:
        """Note that two headers contradict each other, or that one is read twice."""
        self.doubtful = True
        if found.paths[0] != found.paths[1]:
            self.clashes.append(found)
        elif found.kind == "defined":
            self.repeated.setdefault(found.name, found.paths[0])

    def compare(self, name: str, entry: Entry) -> None:
        """Note where another header has declared the name otherwise."""
        path = entry.mark.location.path
        if isinstance(entry, Record):
            return
        if isinstance(entry, Enum):
            tags = self.enums.get(name)
            if tags is not None and tags.enumerators is not None and entry.enumerators is not None:
                self.clash(Clash(name, "defined", (tags.mark.location.path, path)))
            return
        for table in (self.functions, self.typedefs, self.variables):
            before: FunctionDecl | Typedef | Variable | None = table.get(name)
            if before is None:
                continue
            paths = before.mark.location.path, path
            if type(before) is not type(entry):
                self.clash(Clash(name, "kinds", paths))
            elif is_definition(before) and is_definition(entry):
                self.clash(Clash(name, "defined", paths))
            elif before.type != entry.type:
                self.clash(Clash(name, "types", paths, (before.type, entry.type)))

    def enter_constant(self, name: str, value: int) -> None:
        """Enter an enumerator as soon as its value is known: the next one may use it."""
        if self.log is not None:
            self.log.append((name, value))
        self.constants[name] = value

    def library(self) -> Library:
        """Return a view for the layout engine (it shares the tables)."""
        return Library("", "", (), typedefs=self.typedefs, records=self.records, enums=self.enums)

    def reference(self, name: str) -> TypedefRef:
        """Return the one type that a typedef's name names."""
        found = self.references.get(name)
        if found is None:
            found = self.references[name] = TypedefRef(name)
        return found

    def resolved(self, type_: Type) -> Type:
        """Follow typedefs at the top."""
        for _ in range(200):
            if not isinstance(type_, TypedefRef):
                return type_
            found = self.typedefs.get(type_.name)
            if found is None:
                return type_
            type_ = found.type
        return type_

    def unqualified(self, type_: Type) -> Type:
        """Follow typedefs and take qualifiers away at the top (ISO C 6.2.5: the unqualified version)."""
        type_ = self.resolved(type_)
        while isinstance(type_, Qualified):
            type_ = self.resolved(type_.type)
        return type_


def is_definition(entry: Entry) -> bool:
    """Tell whether an entry is what a translation unit may have once: members, enumerators, a body, a value."""
    match entry:
        case Record():
            return entry.members is not None
        case Enum():
            return entry.enumerators is not None
        case FunctionDecl():
            return bool(entry.body)
        case Variable():
            return bool(entry.value)
        case _:
            return False


def merged(before: FunctionDecl, again: FunctionDecl) -> FunctionDecl:
    """Two declarations of one function: the first place counts, and every attribute of both."""
    mark = before.mark
    if mark.deprecated is None and again.mark.deprecated is not None:
        mark = msgspec.structs.replace(mark, deprecated=again.mark.deprecated)
    if mark.refused is None and again.mark.refused is not None:
        mark = msgspec.structs.replace(mark, refused=again.mark.refused)
    if not set(again.mark.unmodelled) <= set(mark.unmodelled):
        mark = msgspec.structs.replace(mark, unmodelled=tuple(sorted({*mark.unmodelled, *again.mark.unmodelled})))
    if not mark.since and again.mark.since:
        mark = msgspec.structs.replace(mark, since=again.mark.since)
    type_ = again.type if not before.type.prototyped else before.type
    calling = tuple(sorted({*before.type.calling, *again.type.calling}))
    if calling != type_.calling:
        type_ = msgspec.structs.replace(type_, calling=calling)
    linkage = before.linkage if before.linkage == "extern" else again.linkage
    defined = next((each for each in (before, again) if each.body), None)
    if defined is not None and "gnu_inline" in defined.attributes:
        linkage = defined.linkage  # other declarations do not matter to it
    if before.linkage.startswith("static") or again.linkage.startswith("static"):
        linkage = "static inline"
    attributes = tuple(sorted({*before.attributes, *again.attributes}))
    if again.body and not before.body:
        type_ = again.type if again.type.prototyped else type_  # the names of its parameters are those of the body
    body = before.body or again.body
    nonnull = tuple(sorted({*before.nonnull, *again.nonnull}))
    symbol = before.asm or again.asm
    return FunctionDecl(before.name, type_, mark, linkage, attributes, symbol, body=body, nonnull=nonnull)


_BUILTINS: dict[str, Builtin] = {}


def builtin(kind: str) -> Builtin:
    """Return the one Builtin of a kind."""
    found = _BUILTINS.get(kind)
    if found is None:
        found = _BUILTINS[kind] = Builtin(kind)
    return found


VOID = builtin("void")

_SPELLINGS = {
    "void": "void",
    "_Bool": "bool",
    "char": "char",
    "char signed": "signed char",
    "char unsigned": "unsigned char",
    "short": "short",
    "int short": "short",
    "short signed": "short",
    "int short signed": "short",
    "short unsigned": "unsigned short",
    "int short unsigned": "unsigned short",
    "int": "int",
    "signed": "int",
    "int signed": "int",
    "unsigned": "unsigned int",
    "int unsigned": "unsigned int",
    "long": "long",
    "int long": "long",
    "long signed": "long",
    "int long signed": "long",
    "long unsigned": "unsigned long",
    "int long unsigned": "unsigned long",
    "long long": "long long",
    "int long long": "long long",
    "long long signed": "long long",
    "int long long signed": "long long",
    "long long unsigned": "unsigned long long",
    "int long long unsigned": "unsigned long long",
    "__int128": "__int128",
    "__int128 signed": "__int128",
    "__int128 unsigned": "unsigned __int128",
    "__int128_t": "__int128",
    "__uint128_t": "unsigned __int128",
    "__int64": "long long",
    "__int64 unsigned": "unsigned long long",
    "float": "float",
    "double": "double",
    "double long": "long double",
    "_Float16": "_Float16",
    "__bf16": "__bf16",
    "_Float32": "_Float32",
    "_Float64": "_Float64",
    "_Float32x": "_Float32x",
    "_Float64x": "_Float64x",
    "_Float128": "_Float128",
    "__float128": "_Float128",
    "__float80": "__float80",
    "_Decimal32": "_Decimal32",
    "_Decimal64": "_Decimal64",
    "_Decimal128": "_Decimal128",
    "__builtin_va_list": "va_list",
}
_WORDS = {
    "__signed__": "signed",
    "__signed": "signed",
    "__complex__": "_Complex",
    "__complex": "_Complex",
}
BASIC_WORDS = frozenset(word for key in _SPELLINGS for word in key.split()) | frozenset(_WORDS) | {"_Complex"}
_NOT_COMPLEX = frozenset({"void", "bool", "va_list", "_Decimal32", "_Decimal64", "_Decimal128"})


def basic_type(words: list[str]) -> Builtin | None:
    """Return the type that a multiset of type specifiers names (§6.7.2), or None."""
    key = words[0] if len(words) == 1 else " ".join(sorted(_WORDS.get(w, w) for w in words))
    kind = _SPELLINGS.get(_WORDS.get(key, key))
    return builtin(kind) if kind else _complex([_WORDS.get(w, w) for w in words])


def _complex(words: list[str]) -> Builtin | None:
    """Return a complex type: of a floating one, or of an integer type (GNU C); alone it is that of double."""
    if words.count("_Complex") != 1:
        return None
    rest = [word for word in words if word != "_Complex"]
    base = basic_type(rest) if rest else builtin("double")
    return builtin(f"_Complex {base.kind}") if base is not None and base.kind not in _NOT_COMPLEX else None


def bit_precise(words: list[str], base: Type) -> Builtin | None:
    """Return ``_BitInt(N)`` with the words that stand beside it (C23 §6.7.3.1)."""
    if not isinstance(base, Builtin) or not base.kind.startswith("_BitInt") or len(words) > 1:
        return None
    word = _WORDS.get(words[0], words[0]) if words else "signed"
    return {"signed": base, "unsigned": builtin(f"unsigned {base.kind}")}.get(word)
