"""Encode and decode any type of a model (RFC 4506 section 4).

Values are plain: numbers, ``bytes`` for opaque data and strings, lists, None or a value for optional
data, dictionaries for structs, ``(discriminant, value)`` for unions.  ``strict`` is the RFC; without
it the decoder takes what libtirpc's takes (any number for an enum, any number but 0 for TRUE, short
and char cut to their bits), which is what a witness needs.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator
from itertools import groupby
from typing import Any

import msgspec

from abidiff.errors import AbidiffError
from abidiff.surfaces.xdr.model import (
    UNLIMITED,
    Array,
    Enum,
    Named,
    Opaque,
    Pointer,
    Simple,
    String,
    Struct,
    Type,
    Union,
)
from abidiff.surfaces.xdr.wire.wire import RANGES, WIDTHS, Ref, Scope, cases, enum_values

MAX_DEPTH = 2000
MAX_NODES = 2_000_000
SHOWN_ALIKE = 8
"""Folding starts behind so many elements, and where at least so many more are alike."""

Step = Generator[Any, Any, Any]


class CodecError(AbidiffError):
    """Bytes that are no value of the type, or a value that is none."""

    def __init__(self, message: str, offset: int = 0, path: str = "", *, hint: str = "") -> None:
        where = f"at byte {offset}" + (f", {path}" if path else "")
        super().__init__(f"{where}: {message}", hint=hint)
        self.reason = message
        self.offset = offset
        self.path = path


class TooLargeError(Exception):
    """A value of more parts or bytes than a witness is made of."""


class CutShortError(Exception):
    """The value is longer than a witness may be: ``at`` is where its length stands, the last that was written."""

    def __init__(self, at: int, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.at = at
        self.size = size


class Length(msgspec.Struct, frozen=True):
    """The length of counted data whose elements are not made."""

    value: int


class Node(msgspec.Struct):
    """A decoded value with its place in the message: bytes ``start`` to ``end``.

    ``note`` says what is odd about it: a number that the enumeration has no name for, cut bits.
    ``times`` is how many elements of an array are folded into one node, 0 when it is none of these.
    """

    name: str
    type: str
    start: int
    end: int = 0
    value: Any = None
    shown: str = ""
    note: str = ""
    children: list[Node] = msgspec.field(default_factory=list)
    times: int = 0


def run(step: Step) -> Any:
    """Run nested generators on a stack of their own, so that no nesting of data is too deep for Python."""
    stack = [step]
    result: Any = None
    while stack:
        try:
            inner = stack[-1].send(result)
            if len(stack) > MAX_DEPTH:
                raise CodecError(f"the value nests deeper than {MAX_DEPTH} levels")
            stack.append(inner)
            result = None
        except StopIteration as done:
            stack.pop()
            result = done.value
    return result


class Decoder(msgspec.Struct):
    """Reads one message.

    ``most`` folds runs of elements of the same bytes into one node, and raises :class:`TooLargeError` at so many
    nodes; 0 is for neither.
    """

    scope: Scope
    data: bytes
    strict: bool = True
    at: int = 0
    most: int = 0
    root: Node | None = None
    _path: list[str] = msgspec.field(default_factory=list)
    _nodes: int = 0

    def decode(self, ref: Ref, name: str = "") -> Node:
        """Return the value at the current place; raises :class:`CodecError`."""
        node: Node = run(self._value(ref, name))
        return node

    def reset(self) -> None:
        """Forget the tree that was read: the next value starts its own."""
        self.root = None

    def finish(self) -> None:
        """Raise :class:`CodecError` when bytes are left over."""
        left = len(self.data) - self.at
        if left:
            raise CodecError(
                f"{left} bytes are left over behind the value", self.at, hint="is it another type, or a newer one?"
            )

    def fail(self, message: str) -> CodecError:
        """Return an error at the current place."""
        return CodecError(message, self.at, ".".join(part for part in self._path if part))

    def take(self, count: int, what: str) -> bytes:
        """Return the next bytes."""
        if count > len(self.data) - self.at:
            left = len(self.data) - self.at
            raise self.fail(f"the message ends too early: {what} takes {count} bytes, {left} are left")
        self.at += count
        return self.data[self.at - count : self.at]

    def word(self, what: str) -> int:
        """Return the next four bytes as an unsigned number."""
        return int.from_bytes(self.take(4, what), "big")

    def _value(self, ref: Ref, name: str, parent: Node | None = None) -> Step:
        self._nodes += 1
        if self.most and self._nodes > self.most:
            raise TooLargeError
        if self._nodes > MAX_NODES:
            raise self.fail(f"more than {MAX_NODES:,} values")
        ref = self.scope.unfold(ref)
        node = Node(name, str(ref.type), self.at)
        if parent is not None:
            parent.children.append(node)
        elif self.root is None:
            self.root = node
        self._path.append(name)
        match ref.type:
            case Simple(kind):
                self._simple(node, kind)
            case Opaque() | String():
                self._bytes(node, ref.type)
            case Array(item=item):
                yield from self._array(node, Ref(ref.unit, item), ref.type)
            case Pointer(item=item):
                yield from self._pointer(node, Ref(ref.unit, item))
            case Named():
                yield from self._named(node, ref)
        self._path.pop()
        node.end = self.at
        return node

    def _simple(self, node: Node, kind: str) -> None:
        if kind == "void":
            node.shown = "void"
            return
        raw = self.take(WIDTHS[kind], kind)
        if kind in ("float", "double"):
            node.value = struct.unpack(">f" if kind == "float" else ">d", raw)[0]
            node.shown = repr(node.value)
        elif kind == "quadruple":
            node.value, node.shown = raw, raw.hex()
        elif kind == "bool":
            self._bool(node, int.from_bytes(raw, "big"))
        else:
            self._number(node, kind, raw)

    def _bool(self, node: Node, word: int) -> None:
        if word > 1:
            if self.strict:
                self.at -= 4
                raise self.fail(f"{word} is neither TRUE (1) nor FALSE (0)")
            node.note = f"the message has {word}"
        node.value = int(word != 0)
        node.shown = "TRUE" if node.value else "FALSE"

    def _number(self, node: Node, kind: str, raw: bytes) -> None:
        signed = not kind.startswith("unsigned")
        value = int.from_bytes(raw, "big", signed=signed)
        low, high = RANGES.get(kind, (-(2**63), 2**64))
        if not low <= value <= high:
            if self.strict:
                self.at -= len(raw)
                raise self.fail(f"{value} does not fit into {kind}")
            node.note = f"the message has {value}"
            bits = (high - low).bit_length()
            value &= (1 << bits) - 1
            if signed and value >> (bits - 1):
                value -= 1 << bits
        node.value, node.shown = value, str(value)

    def _length(self, limit: int | None, what: str) -> int:
        length = self.word("the length")
        if limit is not None and length > limit:
            self.at -= 4
            raise self.fail(f"{what} of {length} is longer than the limit of {limit}")
        return length

    def _bytes(self, node: Node, kind: Opaque | String) -> None:
        if isinstance(kind, Opaque) and kind.fixed:
            length = kind.size.value or 0
        else:
            length = self._length(kind.size.value, "a string" if isinstance(kind, String) else "opaque data")
        node.value = self.take(length, "the data")
        padding = self.take(-length % 4, "the padding")
        if self.strict and any(padding):
            self.at -= len(padding)
            raise self.fail("the padding is not zero")
        node.shown = quote(node.value) if isinstance(kind, String) else hexadecimal(node.value)

    def _array(self, node: Node, item: Ref, kind: Array) -> Step:
        count = (kind.size.value or 0) if kind.fixed else self._length(kind.size.value, "an array")
        least = least_size(self.scope, item)
        left = len(self.data) - self.at
        if count * least > left or (not least and count > MAX_NODES):
            raise self.fail(
                f"the message ends too early: {count} elements take at least {count * least} bytes, {left} are left"
            )
        node.shown = f"{count} element" + ("s" if count != 1 else "")
        index = 0
        while index < count:
            start = self.at
            child = yield self._value(item, f"[{index}]", node)
            index += 1
            if self.most and index >= SHOWN_ALIKE and count - index >= SHOWN_ALIKE:
                index += self._fold(node, child, index, self._alike(start, count - index))
        node.value = []
        for child in node.children:
            node.value += [child.value] * (child.times or 1)

    def _fold(self, node: Node, like: Node, index: int, count: int) -> int:
        """Pass over elements that are equal to the one before; returns how many."""
        if count < SHOWN_ALIKE:
            return 0
        start = self.at
        self.at += count * (like.end - like.start)
        name = f"[{index}] to [{index + count - 1}]"
        shown = f"each as [{index - 1}]"
        node.children.append(Node(name, like.type, start, self.at, like.value, shown, times=count))
        return count

    def _alike(self, start: int, most: int) -> int:
        """Return how many of the next elements have the bytes of the one that stands from ``start`` to here."""
        size = self.at - start
        if not size:
            return most
        known, step = 0, 1
        while known < most and step:
            step = min(step, most - known, (len(self.data) - self.at) // size - known)
            here, there = self.at + known * size, start + known * size
            if step and self.data[here : here + step * size] == self.data[there : there + step * size]:
                known += step
                step *= 2
            else:
                step //= 2
        return known

    def _pointer(self, node: Node, item: Ref) -> Step:
        present = self.word("the mark of optional data")
        if present > 1 and self.strict:
            self.at -= 4
            raise self.fail(f"{present} is neither 1 (present) nor 0 (absent)")
        if present:
            if present > 1:
                node.note = f"the message has {present} where 0 or 1 belongs"
            node.shown = "present"
            yield self._value(item, "", node)
            node.value = Some(node.children[0].value)
        else:
            node.shown = "absent"

    def _named(self, node: Node, ref: Ref) -> Step:
        found = self.scope.definition(ref)
        if found is None:
            raise self.fail(f"the type {ref.type} is not defined")
        unit, definition = found
        match definition:
            case Struct(members=members):
                node.value = {}
                for member in members:
                    child = yield self._value(Ref(unit, member.type), member.name, node)
                    node.value[member.name] = child.value
            case Enum():
                self._enum(node, ref)
            case Union():
                yield from self._union(node, unit, definition)
            case _:
                raise self.fail(f"the typedef {ref.type} never ends")

    def _enum(self, node: Node, ref: Ref) -> None:
        value = int.from_bytes(self.take(4, "an enum"), "big", signed=True)
        name = (enum_values(self.scope, ref) or {}).get(value)
        if name is None:
            if self.strict:
                self.at -= 4
                raise self.fail(f"{value} is no value of enum {ref.type}")
            node.note = "no value of the enumeration"
        node.value = value
        node.shown = f"{name} ({value})" if name else str(value)

    def _union(self, node: Node, unit: str, union: Union) -> Step:
        disc = yield self._value(Ref(unit, union.discriminant.type), union.discriminant.name, node)
        name, kind = arm_of(self.scope, union, disc.value)
        if kind is None:
            self.at = disc.start
            raise self.fail(f"{union.discriminant.name} is {disc.shown}, which no case of union {union.name} takes")
        child = yield self._value(Ref(unit, kind), name, node)
        node.value = (disc.value, child.value)


class Some(msgspec.Struct, frozen=True):
    """Optional data that is present (None is absent, but may be a value of what is optional)."""

    value: Any


def arm_of(scope: Scope, union: Union, value: int) -> tuple[str, Type | None]:
    """Return name and type of what a union carries for a discriminant; no type: rejected."""
    arm = scope.arms_of(union).get(value % 2**32, union.default)
    return (arm.name, arm.type) if arm is not None else ("", None)


def quote(data: bytes) -> str:
    """Show a string so that every byte of it can be told, cut when long."""
    text = data[:256].decode("utf-8", "backslashreplace")
    shown = "".join(c if c.isprintable() and c != '"' else c.encode("unicode_escape").decode() for c in text)
    return f'"{shown}"' if len(shown) <= 60 and len(data) <= 256 else f'"{shown[:50]}..." ({len(data)} bytes)'


def hexadecimal(data: bytes, keep: int = 32) -> str:
    """Show bytes, cut when long."""
    return data.hex() if len(data) <= keep else f"{data[:keep].hex()}... ({len(data)} bytes)"


def least_size(scope: Scope, ref: Ref, level: int = 0) -> int:
    """Return a lower bound of the bytes that a value takes (section 3: multiples of four)."""
    ref = scope.unfold(ref)
    match ref.type:
        case Simple(kind):
            return WIDTHS[kind]
        case Opaque(fixed=True, size=size):
            return ((size.value or 0) + 3) // 4 * 4
        case Array(fixed=True, size=size, item=item) if level < 4:
            return (size.value or 0) * least_size(scope, Ref(ref.unit, item), level + 1)
        case Array(fixed=True, size=size):
            return 0
        case Named():
            found = scope.definition(ref)
            if found and isinstance(found[1], Struct) and level < 4:
                return sum(least_size(scope, Ref(found[0], m.type), level + 1) for m in found[1].members)
            return 4 if found and not isinstance(found[1], Struct) else 0
    return 4


class Encoder(msgspec.Struct):
    """Writes values; ``most`` bounds the bytes (:class:`TooLargeError`), 0 is for no bound."""

    scope: Scope
    most: int = 0
    out: bytearray = msgspec.field(default_factory=bytearray)
    _path: list[str] = msgspec.field(default_factory=list)

    def encode(self, ref: Ref, value: Any) -> bytes:
        """Append a value; returns all bytes so far; raises :class:`CodecError`."""
        run(self._value(ref, value, ""))
        return bytes(self.out)

    def fail(self, message: str) -> CodecError:
        """Return an error at the current place."""
        return CodecError(message, len(self.out), ".".join(part for part in self._path if part))

    def _value(self, ref: Ref, value: Any, name: str) -> Step:
        ref = self.scope.unfold(ref)
        self._path.append(name)
        if isinstance(value, Length):
            self._length(ref, value.value)
        match ref.type:
            case Simple(kind):
                self._simple(kind, value)
            case Opaque() | String():
                self._bytes(ref.type, value)
            case Array(item=item):
                self._count(ref.type, value)
                yield from self._elements(Ref(ref.unit, item), value)
            case Pointer(item=item):
                self.out += (value is not None).to_bytes(4, "big")
                if value is not None:
                    inner = value.value if isinstance(value, Some) else value
                    yield self._value(Ref(ref.unit, item), inner, "")
            case Named():
                yield from self._named(ref, value)
        self._path.pop()

    def _elements(self, item: Ref, value: Any) -> Step:
        """Write elements; one object in a row of places is written once and copied."""
        index = 0
        for _, same in groupby(value, key=id):
            count = sum(1 for _ in same)
            start = len(self.out)
            yield self._value(item, value[index], f"[{index}]")
            self._room((len(self.out) - start) * (count - 1))
            self.out += self.out[start:] * (count - 1)
            index += count

    def _room(self, count: int) -> None:
        if self.most and len(self.out) + count > self.most:
            raise TooLargeError

    def _simple(self, kind: str, value: Any) -> None:
        if kind == "void":
            return
        if kind in ("float", "double"):
            try:
                self.out += struct.pack(">f" if kind == "float" else ">d", value)
            except (struct.error, OverflowError, TypeError):
                raise self.fail(f"{value!r} is no {kind}") from None
        elif kind == "quadruple":
            if not isinstance(value, bytes) or len(value) != 16:
                raise self.fail("a quadruple takes 16 bytes")
            self.out += value
        else:
            hyper = kind.endswith("hyper")
            low, high = RANGES.get(kind, (0, 2**64 - 1) if kind.startswith("unsigned") else (-(2**63), 2**63 - 1))
            if not isinstance(value, int) or not low <= value <= high:
                raise self.fail(f"{str(value)[:60]} does not fit into {kind}")
            self.out += (value % 2**64).to_bytes(8, "big") if hyper else (value % 2**32).to_bytes(4, "big")

    def _bytes(self, kind: Opaque | String, value: Any) -> None:
        if not isinstance(value, bytes | bytearray):
            raise self.fail(f"{kind} takes bytes")
        limit = UNLIMITED if kind.size.value is None else kind.size.value
        if isinstance(kind, Opaque) and kind.fixed:
            if len(value) != limit:
                raise self.fail(f"{kind} takes {limit} bytes, not {len(value)}")
        else:
            self._limit(len(value), limit)
        self._room(len(value))
        self.out += value + b"\0" * (-len(value) % 4)

    def _length(self, ref: Ref, length: int) -> None:
        """Write nothing but the length of counted data; raises :class:`CutShortError`."""
        kind = ref.type
        if not isinstance(kind, Array | Opaque | String) or (not isinstance(kind, String) and kind.fixed):
            raise self.fail(f"{kind} has no length")
        at = len(self.out)
        self._limit(length, UNLIMITED if kind.size.value is None else kind.size.value)
        size = length * least_size(self.scope, Ref(ref.unit, kind.item)) if isinstance(kind, Array) else length
        raise CutShortError(at, len(self.out) + size)

    def _limit(self, length: int, limit: int) -> None:
        if length > limit:
            raise self.fail(f"a length of {length} is more than the limit of {limit}")
        self.out += length.to_bytes(4, "big")

    def _count(self, kind: Array, value: Any) -> None:
        if not isinstance(value, list | tuple):
            raise self.fail(f"{kind} takes a list")
        limit = UNLIMITED if kind.size.value is None else kind.size.value
        if not kind.fixed:
            self._limit(len(value), limit)
        elif len(value) != limit:
            raise self.fail(f"{kind} takes {limit} elements, not {len(value)}")

    def _named(self, ref: Ref, value: Any) -> Step:
        found = self.scope.definition(ref)
        if found is None:
            raise self.fail(f"the type {ref.type} is not defined")
        unit, definition = found
        match definition:
            case Struct(members=members):
                if not isinstance(value, dict):
                    raise self.fail(f"struct {definition.name} takes its members by name")
                unknown = sorted(value.keys() - {m.name for m in members})
                if unknown:
                    raise self.fail(f"struct {definition.name} has no member {unknown[0]}")
                for member in members:
                    if member.name not in value:
                        raise self.fail(f"the member {member.name} of struct {definition.name} is missing")
                    yield self._value(Ref(unit, member.type), value[member.name], member.name)
            case Enum():
                known = enum_values(self.scope, ref) or {}
                if value not in known:
                    raise self.fail(f"{value!r} is no value of enum {definition.name}")
                self.out += (value % 2**32).to_bytes(4, "big")
            case Union():
                yield from self._union(unit, definition, value)
            case _:
                raise self.fail(f"the typedef {ref.type} never ends")

    def _union(self, unit: str, union: Union, value: Any) -> Step:
        if not isinstance(value, tuple) or len(value) != 2:
            raise self.fail(f"union {union.name} takes a discriminant and a value")
        name, kind = arm_of(self.scope, union, value[0])
        if kind is None:
            raise self.fail(f"no case of union {union.name} takes {value[0]}")
        yield self._value(Ref(unit, union.discriminant.type), value[0], union.discriminant.name)
        yield self._value(Ref(unit, kind), value[1], name)


def leaves(node: Node) -> list[Node]:
    """Return the values without parts, and the marks of arrays and optional data, in message order."""
    found = []
    stack = [node]
    while stack:
        at = stack.pop()
        if not at.children or at.shown:
            found.append(at)
        stack.extend(reversed(at.children))
    return found


def walk(node: Node, visit: Callable[[Node, int], None]) -> None:
    """Call ``visit`` with every node and its depth, parents first."""
    stack = [(node, 0)]
    while stack:
        at, depth = stack.pop()
        visit(at, depth)
        stack.extend((child, depth + 1) for child in reversed(at.children))


__all__ = ["CodecError", "Decoder", "Encoder", "Node", "Some", "cases", "leaves", "walk"]
