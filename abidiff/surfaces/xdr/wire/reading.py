"""What is read in a message, whatever the tree: words, numbers, runs of bytes, in message order.

Two decoders read the same when their readings are equal (RFC 4506 section 4): struct, union and typedef leave no
trace, an int and an unsigned int are the same word, two runs of whole words are one.  An enumeration adds names to
its word.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from enum import Enum as Choice
from itertools import groupby
from typing import Any, NamedTuple

from abidiff.surfaces.xdr.model import VOID, Array, Enum, Named, Opaque, Pointer, Simple, String, Struct, Union
from abidiff.surfaces.xdr.wire.codec import Some, TooLargeError, arm_of
from abidiff.surfaces.xdr.wire.wire import RANGES, Ref, Scope

MANY = 64


class Piece(NamedTuple):
    """A part of a reading: its kind, its bytes as they were read, the enumeration that names it, how often it comes."""

    kind: str
    data: bytes
    names: Mapping[str, int] | None = None
    times: int = 1


class Parting(Choice):
    """How two readings of one message part."""

    SAME = "the same"
    VALUES = "other values"
    UNNAMED = "a number that the enumeration of the reader has no name for"
    NAMES = "a name that stands for another number"


def reading(scope: Scope, parts: Iterable[tuple[Ref, Any]], most: int = 0) -> list[Piece]:
    """Return what the parts of a message were read as; raises :class:`TooLargeError` at more than ``most`` pieces."""
    out: list[Piece] = []
    stack = list(parts)[::-1]
    while stack:
        if most and len(out) > most:
            raise TooLargeError
        ref, value = stack.pop()
        ref = scope.unfold(ref)
        match ref.type:
            case Simple(kind):
                _number(out, kind, value)
            case Opaque() | String():
                if not (isinstance(ref.type, Opaque) and ref.type.fixed):
                    out.append(_word(len(value)))
                _run(out, bytes(value))
            case Array(item, _, fixed):
                if not fixed:
                    out.append(_word(len(value)))
                if not most or len(value) < MANY:
                    stack += [(Ref(ref.unit, item), element) for element in reversed(value)]
                else:
                    _elements(scope, Ref(ref.unit, item), value, out, most)
            case Pointer(item):
                out.append(_word(int(value is not None)))
                if value is not None:
                    stack.append((Ref(ref.unit, item), value.value if isinstance(value, Some) else value))
            case Named():
                stack += _named(scope, ref, value, out)[::-1]
    return out


def _elements(scope: Scope, item: Ref, value: list[Any], out: list[Piece], most: int) -> None:
    """Read elements; one object in a row of places is read once."""
    index = 0
    for _, same in groupby(value, key=id):
        count = sum(1 for _ in same)
        found = reading(scope, [(item, value[index])], most)
        index += count
        if len(found) == 1 and (found[0].kind != "bytes" or len(found[0].data) % 4):
            out.append(found[0]._replace(times=found[0].times * count))
        elif len(found) == 1:
            _run(out, found[0].data * count)
        else:
            if len(out) + len(found) * count > most:
                raise TooLargeError
            out += found * count


def _word(number: int, names: Mapping[str, int] | None = None) -> Piece:
    return Piece("word", (number % 2**32).to_bytes(4, "big"), names)


def _run(out: list[Piece], data: bytes) -> None:
    if not data:
        return
    if out and out[-1].kind == "bytes" and len(out[-1].data) % 4 == 0:
        data = out.pop().data + data
    out.append(Piece("bytes", data))


def _number(out: list[Piece], kind: str, value: Any) -> None:
    if kind == "void":
        return
    if kind in RANGES:
        out.append(_word(int(value)))
    elif kind.endswith("hyper"):
        out.append(Piece("hyper", (int(value) % 2**64).to_bytes(8, "big")))
    elif kind == "quadruple":
        out.append(Piece(kind, bytes(value)))
    else:
        out.append(Piece(kind, struct.pack(">f" if kind == "float" else ">d", value)))


def _named(scope: Scope, ref: Ref, value: Any, out: list[Piece]) -> list[tuple[Ref, Any]]:
    found = scope.definition(ref)
    if found is None:
        raise KeyError(str(ref.type))
    unit, definition = found
    match definition:
        case Struct(members=members):
            return [(Ref(unit, m.type), value[m.name]) for m in members]
        case Union():
            disc = (Ref(unit, definition.discriminant.type), value[0])
            return [disc, (Ref(unit, arm_of(scope, definition, value[0])[1] or VOID), value[1])]
        case Enum(values=values):
            out.append(_word(value, {v.name: v.value for v in values if v.value is not None and not v.sentinel}))
    return []


def parting(sent: list[Piece], read: list[Piece], head: bool = False) -> Parting:
    """Return how what was read differs from what was sent; of several ways the first one.

    With ``head`` what was read is held against as much of what was sent.
    """
    found = Parting.SAME
    left, right = list(reversed(sent)), list(reversed(read))
    while right:
        if not left:
            return Parting.VALUES
        before, after = left.pop(), right.pop()
        if (before.kind, before.data) != (after.kind, after.data):
            return Parting.VALUES
        if before.times > after.times:
            left.append(before._replace(times=before.times - after.times))
        elif before.times < after.times:
            right.append(after._replace(times=after.times - before.times))
        if found is not Parting.UNNAMED and after.names is not None:
            found = _named_otherwise(before, after, found)
    return Parting.VALUES if left and not head else found


def _named_otherwise(before: Piece, after: Piece, found: Parting) -> Parting:
    """Return how the names of a word part, beside what was found before."""
    assert after.names is not None
    number = int.from_bytes(after.data, "big", signed=True)
    if number not in after.names.values():
        return Parting.UNNAMED
    if before.names is not None and _moved(number, before.names, after.names):
        return Parting.NAMES
    return found


def _moved(number: int, before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Whether a name of a number stands for another one on the other side."""
    return any(after.get(name, number) != number for name, value in before.items() if value == number) or any(
        before.get(name, number) != number for name, value in after.items() if value == number
    )
