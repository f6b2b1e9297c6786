"""A second XDR, written from RFC 4506 alone: types, their text, a strict decoder, an encoder, and random edits.

Nothing here comes from ``abidiff``: the two have only the text of protocols and the bytes of messages in common.
"""

from __future__ import annotations

import random
import struct
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any


class RejectedError(Exception):
    """The bytes are no value of the type."""


@dataclass
class T:
    """A type: kind and what it takes (section 4 of the RFC)."""

    kind: str  # int, unsigned int, hyper, ..., opaque[], opaque<>, string, [], <>, *, name
    item: str = ""
    size: int | None = None


@dataclass
class Enum:
    values: dict[str, int]


@dataclass
class Struct:
    members: list[tuple[str, T]]


@dataclass
class Union:
    disc: T
    arms: dict[int, tuple[str, T]]
    default: tuple[str, T] | None = None


@dataclass
class Alias:
    type: T


@dataclass
class Protocol:
    """Definitions by name; ``root`` is the message."""

    types: dict[str, Any] = field(default_factory=dict)
    root: str = "root"
    fresh: int = 0

    def name(self, prefix: str) -> str:
        self.fresh += 1
        return f"{prefix}_{self.fresh}"


WORDS = {"int": True, "unsigned int": False}
WIDE = {"hyper": True, "unsigned hyper": False}
BASIC = (*WORDS, *WIDE, "bool", "float", "double")


def declare(kind: T, name: str) -> str:
    size = "" if kind.size is None else str(kind.size)
    match kind.kind:
        case "void":
            return "void"
        case "opaque[]":
            return f"opaque {name}[{size}]"
        case "opaque<>":
            return f"opaque {name}<{size}>"
        case "string":
            return f"string {name}<{size}>"
        case "[]":
            return f"{kind.item} {name}[{size}]"
        case "<>":
            return f"{kind.item} {name}<{size}>"
        case "*":
            return f"{kind.item} *{name}"
        case "name":
            return f"{kind.item} {name}"
    return f"{kind.kind} {name}"


def text(protocol: Protocol) -> str:
    out = []
    for name, known in protocol.types.items():
        match known:
            case Enum(values):
                out.append(f"enum {name} {{ {', '.join(f'{n} = {v}' for n, v in values.items())} }};")
            case Struct(members):
                out.append(f"struct {name} {{ {' '.join(declare(t, n) + ';' for n, t in members)} }};")
            case Union(disc, arms, default):
                cases = " ".join(f"case {v}: {declare(t, n)};" for v, (n, t) in arms.items())
                last = f" default: {declare(default[1], default[0])};" if default else ""
                out.append(f"union {name} switch ({declare(disc, 'd')}) {{ {cases}{last} }};")
            case Alias(kind):
                out.append(f"typedef {declare(kind, name)};")
    return "\n".join(out) + "\n"


# ---- sections 4.1 to 4.19, strictly


class Decoder:
    """Reads bytes; ``seen`` is what was read: words, wide numbers and runs of bytes, in order."""

    def __init__(self, protocol: Protocol, data: bytes) -> None:
        self.protocol, self.data, self.at = protocol, data, 0
        self.seen: list[tuple[str, Any]] = []

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise RejectedError("too short")
        self.at += count
        return self.data[self.at - count : self.at]

    def word(self) -> int:
        number = int.from_bytes(self.take(4), "big")
        self.seen.append(("word", number))
        return number

    def bytes(self, count: int) -> None:
        data = self.take(count)
        if any(self.take(-count % 4)):
            raise RejectedError("padding")
        if not count:
            return
        if self.seen and self.seen[-1][0] == "bytes" and len(self.seen[-1][1]) % 4 == 0:
            data = self.seen.pop()[1] + data
        self.seen.append(("bytes", data))

    def count(self, limit: int | None) -> int:
        number = self.word()
        if limit is not None and number > limit:
            raise RejectedError("limit")
        return number

    def value(self, kind: T) -> None:
        match kind.kind:
            case "int" | "unsigned int":
                self.word()
            case "bool":
                if self.word() > 1:
                    raise RejectedError("bool")
            case "hyper" | "unsigned hyper":
                self.seen.append(("hyper", self.take(8)))
            case "float":
                self.seen.append(("float", self.take(4)))
            case "double":
                self.seen.append(("double", self.take(8)))
            case "opaque[]":
                self.bytes(kind.size or 0)
            case "opaque<>" | "string":
                self.bytes(self.count(kind.size))
            case "[]":
                for _ in range(kind.size or 0):
                    self.named(kind.item)
            case "<>":
                for _ in range(self.count(kind.size)):
                    self.named(kind.item)
            case "*":
                if self.count(1):
                    self.named(kind.item)
            case "name":
                self.named(kind.item)

    def named(self, name: str) -> None:
        if name in BASIC:
            return self.value(T(name))
        match self.protocol.types[name]:
            case Alias(kind):
                self.value(kind)
            case Enum(values):
                number = signed(self.word())
                if number not in values.values():
                    raise RejectedError("enum")
            case Struct(members):
                for _, kind in members:
                    self.value(kind)
            case Union(disc, arms, default):
                before = self.at
                self.value(disc)
                arm = arms.get(signed(int.from_bytes(self.data[before : before + 4], "big")), default)
                if arm is None:
                    raise RejectedError("case")
                self.value(arm[1])
        return None


def signed(word: int) -> int:
    return word - 2**32 if word >= 2**31 else word


def read(protocol: Protocol, data: bytes, name: str = "") -> list[tuple[str, Any]] | None:
    """Return what a message holds; None when it is rejected, or something is left over."""
    decoder = Decoder(protocol, data)
    try:
        decoder.named(name or protocol.root)
    except RejectedError:
        return None
    return decoder.seen if decoder.at == len(data) else None


class Encoder:
    """Writes random values; ``full`` reaches the limits."""

    def __init__(self, protocol: Protocol, rng: random.Random) -> None:
        self.protocol, self.rng, self.out, self.depth = protocol, rng, b"", 0

    def count(self, limit: int | None) -> int:
        most = 6 if limit is None else min(limit, 12)
        number = most if self.rng.random() < 0.3 else self.rng.randint(0, most)
        number = 0 if self.depth > 8 else number
        self.out += number.to_bytes(4, "big")
        return number

    def raw(self, count: int) -> None:
        self.out += bytes(self.rng.randint(1, 255) for _ in range(count)) + bytes(-count % 4)

    def value(self, kind: T) -> None:
        match kind.kind:
            case "int" | "unsigned int":
                number = self.rng.choice((0, 1, 2, 3, self.rng.getrandbits(32), 2**32 - 1))
                self.out += number.to_bytes(4, "big")
            case "bool":
                self.out += self.rng.randint(0, 1).to_bytes(4, "big")
            case "hyper" | "unsigned hyper":
                self.out += self.rng.getrandbits(64).to_bytes(8, "big")
            case "float":
                self.out += struct.pack(">f", self.rng.randint(-100, 100) / 4)
            case "double":
                self.out += struct.pack(">d", self.rng.randint(-100, 100) / 4)
            case "opaque[]":
                self.raw(kind.size or 0)
            case "opaque<>" | "string":
                self.raw(self.count(kind.size))
            case "[]" | "<>" | "*":
                number = (kind.size or 0) if kind.kind == "[]" else self.count(1 if kind.kind == "*" else kind.size)
                for _ in range(number):
                    self.named(kind.item)
            case "name":
                self.named(kind.item)

    def named(self, name: str) -> None:
        if name in BASIC:
            return self.value(T(name))
        self.depth += 1
        match self.protocol.types[name]:
            case Alias(kind):
                self.value(kind)
            case Enum(values):
                self.out += (self.rng.choice(list(values.values())) % 2**32).to_bytes(4, "big")
            case Struct(members):
                for _, kind in members:
                    self.value(kind)
            case Union() as union:
                self.union(union)
        self.depth -= 1
        return None

    def union(self, union: Union) -> None:
        known = self.protocol.types.get(union.disc.item)
        possible = (
            list(known.values.values())
            if isinstance(known, Enum)
            else [0, 1, *([] if union.disc.kind == "bool" else range(2, 9))]
        )
        choices = [n for n in possible if n in union.arms or union.default]
        number = self.rng.choice(choices)
        self.out += (number % 2**32).to_bytes(4, "big")
        arm = union.arms.get(number, union.default)
        assert arm is not None
        self.value(arm[1])


def message(protocol: Protocol, rng: random.Random) -> bytes:
    encoder = Encoder(protocol, rng)
    encoder.named(protocol.root)
    return encoder.out


# ---- random protocols and edits


def some_type(protocol: Protocol, rng: random.Random) -> T:
    known = [name for name in protocol.types if name != protocol.root]
    match rng.randrange(8):
        case 0 | 1:
            return T(rng.choice(BASIC))
        case 2:
            return T(rng.choice(("string", "opaque<>")), size=rng.choice((1, 3, 8, None)))
        case 3:
            return T("opaque[]", size=rng.choice((0, 3, 4, 8, 12)))
        case 4:
            return T(rng.choice(("[]", "<>")), rng.choice(("int", "hyper", *known)), rng.choice((1, 2, 3)))
        case 5 if known:
            return T("*", rng.choice(known))
    return T("name", rng.choice(known)) if known else T("int")


def random_protocol(rng: random.Random) -> Protocol:
    found = Protocol()
    found.types["colour"] = Enum({f"C{i}": i for i in range(rng.randint(2, 4))})
    for index in range(rng.randint(2, 4)):
        name = f"t{index}"
        match rng.randrange(4):
            case 0:
                found.types[name] = Alias(some_type(found, rng))
            case 1:
                disc = rng.choice((T("int"), T("name", "colour"), T("bool")))
                numbers = range(rng.randint(1, 2))
                arms = {n: (f"a{n}", some_type(found, rng)) if rng.random() < 0.7 else ("", T("void")) for n in numbers}
                default = rng.choice((None, ("", T("void")), ("z", some_type(found, rng))))
                found.types[name] = Union(disc, arms, default)
            case _:
                found.types[name] = Struct([(f"m{i}", some_type(found, rng)) for i in range(rng.randint(1, 3))])
                if rng.random() < 0.2:
                    found.types[name].members.append(("next", T("*", name)))
    members = [(f"r{i}", some_type(found, rng)) for i in range(3)]
    found.types["root"] = Struct([*members, ("last", T("name", list(found.types)[-1])), ("end", T("int"))])
    return pruned(found)


def uses(known: Any) -> list[str]:
    kinds: list[T] = []
    match known:
        case Alias(kind):
            kinds = [kind]
        case Struct(members):
            kinds = [kind for _, kind in members]
        case Union(disc, arms, default):
            kinds = [disc, *(kind for _, kind in arms.values()), *([default[1]] if default else [])]
    return [kind.item for kind in kinds if kind.item]


def pruned(protocol: Protocol) -> Protocol:
    """Leave out what the message does not hold."""
    kept, queue = {protocol.root}, [protocol.root]
    while queue:
        for name in uses(protocol.types[queue.pop()]):
            if name in protocol.types and name not in kept:
                kept.add(name)
                queue.append(name)
    protocol.types = {name: known for name, known in protocol.types.items() if name in kept}
    return protocol


def places(protocol: Protocol) -> list[T]:
    found = []
    for known in protocol.types.values():
        match known:
            case Alias(kind):
                found.append(kind)
            case Struct(members):
                found += [kind for _, kind in members]
            case Union(_, arms, default):
                found += [kind for _, kind in arms.values()] + ([default[1]] if default else [])
    return found


def become(place: T, kind: T) -> None:
    place.kind, place.item, place.size = kind.kind, kind.item, kind.size


def define_before(protocol: Protocol, name: str, known: Any) -> None:
    protocol.types = {name: known, **protocol.types}


def edited(protocol: Protocol, rng: random.Random, count: int = 1) -> Protocol:
    """Return a copy with random edits, most of which another side does not notice."""
    found = deepcopy(protocol)
    for _ in range(count):
        EDITS[rng.randrange(len(EDITS))](found, rng)
    return pruned(found)


def rename_type(p: Protocol, rng: random.Random) -> None:
    name = rng.choice(list(p.types))
    new = p.name("n")
    p.types = {new if n == name else n: known for n, known in p.types.items()}
    for place in [*places(p), *(u.disc for u in p.types.values() if isinstance(u, Union))]:
        place.item = new if place.item == name else place.item
    p.root = new if p.root == name else p.root


def rename_member(p: Protocol, rng: random.Random) -> None:
    known = rng.choice([s for s in p.types.values() if isinstance(s, Struct)])
    index = rng.randrange(len(known.members))
    known.members[index] = (p.name("m"), known.members[index][1])


def wrap_members(p: Protocol, rng: random.Random) -> None:
    known = rng.choice([s for s in p.types.values() if isinstance(s, Struct)])
    a = rng.randrange(len(known.members))
    b = rng.randint(a + 1, len(known.members))
    name = p.name("w")
    inner = Struct(known.members[a:b])
    known.members[a:b] = [(p.name("m"), T("name", name))]
    p.types[name] = inner


def inline_member(p: Protocol, rng: random.Random) -> None:
    for known in p.types.values():
        if isinstance(known, Struct):
            for index, (_, kind) in enumerate(known.members):
                inner = p.types.get(kind.item)
                if kind.kind == "name" and isinstance(inner, Struct) and rng.random() < 0.5:
                    known.members[index : index + 1] = [(p.name("m"), deepcopy(k)) for _, k in inner.members]
                    return


def resize(p: Protocol, rng: random.Random) -> None:
    sized = [place for place in places(p) if place.kind in ("string", "opaque<>", "<>")]
    if sized:
        place = rng.choice(sized)
        place.size = rng.choice((None, (place.size or 8) + 3, (place.size or 8) + 1, max(0, (place.size or 8) - 1)))


def sign(p: Protocol, rng: random.Random) -> None:
    other = {"int": "unsigned int", "unsigned int": "int", "hyper": "unsigned hyper", "unsigned hyper": "hyper",
             "string": "opaque<>"}  # fmt: skip
    found = [place for place in places(p) if place.kind in other]
    if found:
        place = rng.choice(found)
        place.kind = other[place.kind]


def enum_values(p: Protocol, rng: random.Random) -> None:
    found = [e for e in p.types.values() if isinstance(e, Enum)]
    if found:
        known = rng.choice(found)
        if rng.random() < 0.6:
            known.values[p.name("C").upper()] = max(known.values.values()) + 1
        elif len(known.values) > 1 and rng.random() < 0.5:
            known.values.pop(rng.choice(list(known.values)))
        else:
            name = rng.choice(list(known.values))
            known.values = {p.name("C").upper() if n == name else n: v for n, v in known.values.items()}


def alias(p: Protocol, rng: random.Random) -> None:
    found = [place for place in places(p) if place.kind != "void"]
    place = rng.choice(found)
    name = p.name("a")
    p.types[name] = Alias(deepcopy(place))
    become(place, T("name", name))


def unalias(p: Protocol, rng: random.Random) -> None:
    for place in places(p):
        known = p.types.get(place.item)
        if place.kind == "name" and isinstance(known, Alias) and known.type is not place and rng.random() < 0.5:
            become(place, deepcopy(known.type))
            return


def split_opaque(p: Protocol, rng: random.Random) -> None:
    for known in p.types.values():
        if isinstance(known, Struct):
            for index, (_, kind) in enumerate(known.members):
                if kind.kind == "opaque[]" and (kind.size or 0) > 4:
                    parts = [T("opaque[]", size=4), T("opaque[]", size=(kind.size or 0) - 4)]
                    known.members[index : index + 1] = [(p.name("m"), part) for part in parts]
                    return


def optional(p: Protocol, rng: random.Random) -> None:
    found = [place for place in places(p) if place.kind == "*" or (place.kind == "<>" and place.size == 1)]
    if found:
        place = rng.choice(found)
        become(place, T("<>", place.item, 1) if place.kind == "*" else T("*", place.item))


def void_union(p: Protocol, rng: random.Random) -> None:
    found = [place for place in places(p) if place.kind == "name" and isinstance(p.types.get(place.item), Enum)]
    if found:
        place = rng.choice(found)
        name = p.name("u")
        p.types[name] = Union(T("name", place.item), {v: ("", T("void")) for v in p.types[place.item].values.values()})
        become(place, T("name", name))


def nothing(p: Protocol, rng: random.Random) -> None:
    known = rng.choice([s for s in p.types.values() if isinstance(s, Struct)])
    at = rng.randrange(len(known.members) + 1)
    known.members.insert(at, (p.name("m"), T(rng.choice(("opaque[]", "opaque[]", "opaque<>")), size=0)))


def arms(p: Protocol, rng: random.Random) -> None:
    found = [u for u in p.types.values() if isinstance(u, Union)]
    if not found:
        return
    union = rng.choice(found)
    what = rng.randrange(3)
    if what == 0:
        union.arms.setdefault(max(union.arms, default=0) + 1, (p.name("a"), T("int")))
    elif what == 1 and union.default is not None:
        union.arms.setdefault(max(union.arms, default=0) + 1, (p.name("a"), deepcopy(union.default[1])))
    elif what == 2 and len(union.arms) > 1:
        union.arms.pop(rng.choice(list(union.arms)))


def counted_union(p: Protocol, rng: random.Random) -> None:
    """Write optional data as the union that it is (section 4.19)."""
    found = [place for place in places(p) if place.kind == "*"]
    if found:
        place = rng.choice(found)
        name = p.name("o")
        p.types[name] = Union(T("bool"), {1: ("x", T("name", place.item)), 0: ("", T("void"))})
        become(place, T("name", name))


def arms_of_a_pair(p: Protocol, rng: random.Random) -> None:
    """Write a named number and what follows it as a union whose arms are all alike."""
    for known in list(p.types.values()):
        if isinstance(known, Struct) and len(known.members) > 1 and rng.random() < 0.5:
            (_, disc), (_, kind) = known.members[:2]
            values = p.types.get(disc.item)
            if isinstance(values, Enum) and disc.kind == "name" and kind.kind != "void":
                union = p.name("u")
                cases = {v: (f"x{i}", deepcopy(kind)) for i, v in enumerate(values.values.values())}
                p.types[union] = Union(T("name", disc.item), cases)
                known.members[:2] = [(p.name("m"), T("name", union))]
                return
            if disc.kind == "bool":
                union = p.name("u")
                p.types[union] = Union(T("bool"), {0: ("x", deepcopy(kind))}, ("y", deepcopy(kind)))
                known.members[:2] = [(p.name("m"), T("name", union))]
                return


def numbers(p: Protocol, rng: random.Random) -> None:
    """Name numbers, or take their names away."""
    enums = [name for name, known in p.types.items() if isinstance(known, Enum)]
    found = [x for x in places(p) if x.kind in (*WORDS, "bool") or (x.kind == "name" and x.item in enums)]
    if found and enums:
        place = rng.choice(found)
        become(place, T("int") if place.kind in ("name", "bool") else T("name", rng.choice(enums)))


def discriminant(p: Protocol, rng: random.Random) -> None:
    found = [u for u in p.types.values() if isinstance(u, Union)]
    enums = [name for name, known in p.types.items() if isinstance(known, Enum)]
    if found:
        union = rng.choice(found)
        named = [T("name", rng.choice(enums))] if enums else []
        become(union.disc, rng.choice((T("int"), T("unsigned int"), *named)))


def retype(p: Protocol, rng: random.Random) -> None:
    place = rng.choice(places(p))
    if place.kind != "void":
        become(place, T(rng.choice(BASIC)) if rng.random() < 0.6 else T("name", rng.choice(list(p.types)[:1])))


def members(p: Protocol, rng: random.Random) -> None:
    known = rng.choice([s for s in p.types.values() if isinstance(s, Struct)])
    if rng.random() < 0.5:
        known.members.insert(rng.randrange(len(known.members) + 1), (p.name("m"), T(rng.choice(BASIC))))
    elif len(known.members) > 1:
        known.members.pop(rng.randrange(len(known.members)))


EDITS = (
    rename_type, rename_type, rename_member, wrap_members, inline_member, resize, resize, sign, enum_values,
    enum_values, alias, unalias, split_opaque, optional, void_union, nothing, arms, arms, counted_union, retype,
    members, arms_of_a_pair, numbers, discriminant,
)  # fmt: skip
