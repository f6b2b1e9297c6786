"""Write types of a model as a protocol file: only what the model says, so nothing of the input survives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec.structs import replace

from abidiff.surfaces.xdr.model import (
    VOID,
    Arm,
    Array,
    Definition,
    Enum,
    Enumerator,
    Label,
    Named,
    Opaque,
    Pointer,
    Size,
    String,
    Struct,
    Type,
    Typedef,
    Union,
)
from abidiff.surfaces.xdr.wire.values import children, inner
from abidiff.surfaces.xdr.wire.wire import Ref, Scope, enum_values

Key = tuple[str, str]


MANY = 1000
"""Of a union or an enumeration of more parts, a message's file has those that the message may take."""

Whole = Callable[[Key], Definition]
"""What is written of a definition."""


def closure(scope: Scope, refs: Iterable[Ref], written: Whole | None = None) -> list[Key]:
    """Return the definitions that types are made of, those that others hold inline first."""
    written = written or (lambda key: scope.types[key[0]][key[1]])
    order: list[Key] = []
    state: dict[Key, int] = {}
    stack: list[tuple[Key, list[tuple[Key, bool]]]] = []

    def open_(key: Key) -> None:
        state[key] = 1
        stack.append((key, _uses(scope, key, written(key))))

    wanted = [key for ref in refs if (key := key_of(scope, ref)) is not None]
    later: list[Key] = []
    while wanted or later:
        key = (wanted or later).pop(0)
        if key in state:
            continue
        open_(key)
        while stack:
            at, uses = stack[-1]
            if not uses:
                stack.pop()
                order.append(at)
                continue
            used, inline = uses.pop(0)
            if used not in state:
                if inline:
                    open_(used)
                else:
                    later.append(used)
    return order


def key_of(scope: Scope, ref: Ref) -> Key | None:
    """Return the definition that a type names, directly or as its elements."""
    target = inner(ref.type)
    if isinstance(target, Named) and (found := scope.find(ref.unit, target.name)):
        return (found[0], target.name)
    return None


def _uses(scope: Scope, key: Key, definition: Definition) -> list[tuple[Key, bool]]:
    found = []
    for _, ref in children(key[0], definition):
        used = key_of(scope, ref)
        if used is None:
            continue
        held = not isinstance(ref.type, Pointer) and not (isinstance(ref.type, Array) and not ref.type.fixed)
        target = scope.types[used[0]][used[1]]
        found.append((used, held or not isinstance(target, Struct | Union)))
    return found


class Emitter(msgspec.Struct):
    """Writes definitions; ``rename`` gives every type, member and value the name it gets."""

    scope: Scope
    names: dict[Key, str]
    member: Callable[[str, int], str]
    lines: list[str] = msgspec.field(default_factory=list)

    def definition(self, key: Key, definition: Definition) -> None:
        """Write one definition, or what is left of it."""
        unit = key[0]
        new = self.names[key]
        match definition:
            case Struct(members=members):
                self.lines.append(f"struct {new} {{")
                for index, member in enumerate(members):
                    declared = self.declare(Ref(unit, member.type), self.member(member.name, index))
                    self.lines.append(f"    {declared};")
                self.lines.append("};")
            case Enum(values=values):
                known = [v for v in values if v.value is not None and not v.sentinel]
                rows = [f"    {self.value(new, v.name, i)} = {v.value}" for i, v in enumerate(known)]
                self.lines += [f"enum {new} {{", ",\n".join(rows), "};"]
            case Union():
                self._union(unit, new, definition)
            case Typedef(type=kind):
                self.lines.append(f"typedef {self.declare(Ref(unit, kind), new)};")

    def value(self, owner: str, name: str, index: int) -> str:
        """Return the name of an enumerator."""
        found = self.member(name, index)
        return found if found == name else f"{owner}_{found}"

    def _union(self, unit: str, new: str, union: Union) -> None:
        disc = self.declare(Ref(unit, union.discriminant.type), self.member(union.discriminant.name, -1))
        self.lines.append(f"union {new} switch ({disc}) {{")
        if not union.arms and union.default is not None:  # rpcgen wants a case
            self.lines.append("case 0:")
            self._arm(unit, union.default.type, f"{union.default.name}_0", len(union.arms) + 1)
        for index, arm in enumerate(union.arms):
            self.lines += [f"case {label.value}:" for label in arm.labels]
            self._arm(unit, arm.type, arm.name, index)
        if union.default is not None:
            self.lines.append("default:")
            self._arm(unit, union.default.type, union.default.name, len(union.arms))
        self.lines.append("};")

    def _arm(self, unit: str, kind: Type, name: str, index: int) -> None:
        text = "void" if kind == VOID else self.declare(Ref(unit, kind), self.member(name, index))
        self.lines.append(f"    {text};")

    def declare(self, ref: Ref, name: str) -> str:
        """Write a declaration."""
        match ref.type:
            case String(size):
                return f"string {name}<{_size(size)}>"
            case Opaque(size, fixed):
                return f"opaque {name}[{_size(size)}]" if fixed else f"opaque {name}<{_size(size)}>"
            case Array(item, size, fixed):
                base = self.base(Ref(ref.unit, item))
                return f"{base} {name}[{_size(size)}]" if fixed else f"{base} {name}<{_size(size)}>"
            case Pointer(item):
                return f"{self.base(Ref(ref.unit, item))} *{name}"
        return f"{self.base(ref)} {name}"

    def base(self, ref: Ref) -> str:
        """Write a type specifier; structs and unions with their word, so that they may be used early."""
        if isinstance(ref.type, Named):
            found = self.scope.find(ref.unit, ref.type.name)
            if found is not None:
                new = self.names[(found[0], ref.type.name)]
                word = {Struct: "struct ", Union: "union "}.get(type(found[1]), "")
                # C knows a union of XDR as a struct
                return f"{'struct ' if word else ''}{new}"
        return str(ref.type)


def _size(size: Size) -> str:
    return "" if size.unlimited else str(size.value)


MESSAGE = "message_parts"


def readable(scope: Scope, refs: Sequence[Ref], data: bytes | None = None) -> tuple[str, str]:
    """Return a protocol file with the types of a message under their own names, and the name of its type.

    A message of several parts, or of a type without a name, is written as one more struct; nothing is empty.
    With the bytes of the message, large unions and enumerations are cut down to what it may take of them.
    """
    text, (name,) = readables(scope, (refs,), data)
    return text, name


def readables(scope: Scope, messages: Sequence[Sequence[Ref]], data: bytes | None = None) -> tuple[str, list[str]]:
    """Return a protocol file with the types of several messages, and the name of the type of each."""
    carried = [[ref for ref in refs if ref.type != VOID] for refs in messages]
    written = _Cut(scope, data).written
    keys = closure(scope, [ref for refs in carried for ref in refs], written)
    taken: set[str] = set()
    names: dict[Key, str] = {}
    for key in keys:
        name = key[1].replace(".", "_")
        while name in taken:
            name += "_"
        taken.add(name)
        names[key] = name
    emitter = Emitter(scope, names, lambda name, _: name)
    # what nothing defines is in no message that could be made, but its name may stand in a type
    emitter.lines += [f"typedef opaque {name}[4];" for name in sorted(_unknown(scope, keys, written) - taken)]
    for key in keys:
        emitter.definition(key, written(key))
    found = [_message(emitter, refs, taken) for refs in carried]
    return "".join(f"{line}\n" for line in emitter.lines), found


class _Cut:
    """What of a release's definitions is written for a message: any of its words may be a discriminant."""

    def __init__(self, scope: Scope, data: bytes | None) -> None:
        self._scope = scope
        self._data = data
        self._words: list[int] | None = None
        self._known: dict[Key, Definition] = {}

    def written(self, key: Key) -> Definition:
        """Return a definition, cut down where it is large."""
        if key not in self._known:
            self._known[key] = self._cut(key, self._scope.types[key[0]][key[1]])
        return self._known[key]

    def _cut(self, key: Key, definition: Definition) -> Definition:
        if self._data is None:
            return definition
        if isinstance(definition, Union) and len(self._scope.arms_of(definition)) > MANY:
            arms = self._scope.arms_of(definition)
            sent = [word for word in self._sent() if word in arms]
            left = [replace(arms[word], labels=(_label(arms[word], word),)) for word in sent]
            return replace(definition, arms=tuple(left or [_one(definition.arms[0])]))
        if isinstance(definition, Enum) and len(definition.values) > MANY:
            names = enum_values(self._scope, Ref(key[0], Named(key[1]))) or {}
            values = {word - 2**32 if word >= 2**31 else word for word in self._sent()}
            some = [value for value in sorted(values) if value in names] or list(names)[:1]
            return replace(definition, values=tuple(Enumerator(names[v], v, definition.location) for v in some))
        return definition

    def _sent(self) -> list[int]:
        if self._words is None:
            data = self._data or b""
            self._words = sorted({int.from_bytes(data[at : at + 4], "big") for at in range(0, len(data), 4)})
        return self._words


def _label(arm: Arm, word: int) -> Label:
    return next(label for label in arm.labels if label.value is not None and label.value % 2**32 == word)


def _one(arm: Arm) -> Arm:
    return replace(arm, labels=arm.labels[:1])


def _unknown(scope: Scope, keys: Sequence[Key], written: Whole) -> set[str]:
    """Return the names that definitions use and nothing defines."""
    found = set()
    for key in keys:
        unit = key[0]
        for _, ref in children(unit, written(key)):
            target = inner(ref.type)
            if isinstance(target, Named) and scope.find(ref.unit, target.name) is None:
                found.add(target.name)
    return found


def _message(emitter: Emitter, refs: Sequence[Ref], taken: set[str]) -> str:
    if not refs:
        return ""
    if len(refs) == 1 and isinstance(refs[0].type, Named) and (key := key_of(emitter.scope, refs[0])):
        return emitter.names[key]
    name = MESSAGE
    while name in taken:
        name += "_"
    taken.add(name)
    emitter.lines.append(f"struct {name} {{")
    emitter.lines += [f"    {emitter.declare(ref, f'part{index}')};" for index, ref in enumerate(refs)]
    emitter.lines.append("};")
    return name


def neutral(scope: Scope, refs: Sequence[Ref]) -> tuple[str, dict[Key, str]]:
    """Return a protocol file in which every name is made up, and the names of its types.

    Names are not on the wire; this way none can be a keyword or macro of C, or anything else.
    Each of ``refs`` gets a typedef of its own: ``r0``, ``r1``, ...
    """
    keys = closure(scope, refs)
    names = {key: f"t{index}" for index, key in enumerate(keys)}
    emitter = Emitter(scope, names, lambda _, index: f"m{index}" if index >= 0 else "disc")
    for key in keys:
        emitter.definition(key, scope.types[key[0]][key[1]])
    for index, ref in enumerate(refs):
        emitter.lines.append(f"typedef {emitter.declare(ref, f'r{index}')};")
    return "\n".join(emitter.lines) + "\n", names


__all__ = ["Definition", "closure", "neutral", "readable", "readables"]
