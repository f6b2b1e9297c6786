"""Sizes, alignments and offsets, computed from the model for a table of targets.

The System V rules (generic ABI, chapter "Low-Level System Information", and the
processor supplements named in :mod:`targets`): a member stands at the next multiple of
its alignment; a bit-field stands at the next bit where it does not cross a boundary of
its declared type.  ``packed``, ``aligned`` and ``#pragma pack`` as GCC's manual defines
them ("Common Type Attributes", "Structure-Layout Pragmas").  Microsoft's rules for
bit-fields hold on win64 and for ``ms_struct`` ("Storage and Alignment of Structures").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from abidiff.surfaces.headers.layout.system import system_layout
from abidiff.surfaces.headers.layout.targets import TARGETS, Target, scalar
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    Enum,
    EnumRef,
    Library,
    Member,
    Pointer,
    Qualified,
    Record,
    RecordRef,
    Type,
    TypedefRef,
    Vector,
)

__all__ = ["TARGETS", "Engine", "FieldLayout", "LayoutError", "RecordLayout", "layout", "size_align"]

MAX_DEPTH = 200
MAX_SIZE = 1 << 60


class LayoutError(ValueError):
    """A type that has no size (incomplete, not modelled, not there on the target)."""


class FieldLayout(NamedTuple):
    """Where a member stands.

    ``bit_offset`` counts from the start of the record in the order of allocation (on a
    big-endian target from the most significant bit).  ``path`` is empty for a direct member and
    names the way through anonymous members for others: positions, separated by dots.
    """

    name: str
    bit_offset: int
    bit_size: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """A record on one target; ``size`` and ``align`` in bytes.

    ``fields`` are the members in order, unnamed ones (anonymous records, bit-fields) included.
    """

    size: int
    align: int
    fields: tuple[FieldLayout, ...]


def layout(record: Record, library: Library, target: str) -> RecordLayout | None:
    """Return a record's layout, or None when it is opaque.  Raises :class:`LayoutError`."""
    return Engine(library, target).record(record)


def size_align(type_: Type, library: Library, target: str) -> tuple[int, int]:
    """Return size and alignment of a type in bytes.  Raises :class:`LayoutError`."""
    return Engine(library, target).size_align(type_)


class Engine:
    """Lays out the records of one library on one target, each once."""

    def __init__(self, library: Library, target: str) -> None:
        self.library = library
        self.target: Target = TARGETS[target]
        self._records: dict[str, RecordLayout] = {}
        self._open: set[str] = set()

    def record(self, record: Record) -> RecordLayout | None:
        """Return the layout of a record, or None when it is opaque."""
        if record.members is None:
            return None
        found = self._records.get(record.id)
        if found is None:
            found = self._records[record.id] = self._laid_out(record)
        return found

    def flattened(self, record: Record) -> tuple[FieldLayout, ...]:
        """Return the members that a program can name, those of anonymous members included."""
        whole = self.record(record)
        if whole is None or record.members is None:
            return ()
        out: list[FieldLayout] = []
        for position, (member, place) in enumerate(zip(record.members, whole.fields, strict=True)):
            inner = self._anonymous(member)
            if inner is not None:
                for name, offset, size, path in self.flattened(inner):
                    below = f"{position}.{path}" if path else str(position)
                    out.append(FieldLayout(name, place.bit_offset + offset, size, below))
            elif member.name:
                out.append(place)
        return tuple(out)

    def size_align(self, type_: Type, depth: int = 0) -> tuple[int, int]:
        """Return size and alignment (as a member) in bytes."""
        size, align, _ = self._measure(type_, depth)
        return size, align

    def scalar_size(self, type_: Type) -> int:
        """Return the size of the scalar that a type or its elements are, 0 when they are none."""
        for _ in range(MAX_DEPTH):
            if isinstance(type_, Array):
                type_ = type_.element
            elif isinstance(type_, Qualified):
                type_ = type_.type
            elif isinstance(type_, TypedefRef) and type_.name in self.library.typedefs:
                type_ = self.library.typedefs[type_.name].type
            else:
                break
        if not isinstance(type_, Builtin) or type_.kind.startswith("_Complex") or "_BitInt" in type_.kind:
            return 0
        size = (scalar(type_.kind, self.target) or (0, 0))[0]
        return size if size & (size - 1) == 0 else 0

    def _anonymous(self, member: Member) -> Record | None:
        bare = member.type.type if isinstance(member.type, Qualified) else member.type
        if member.name or member.bits is not None or not isinstance(bare, RecordRef):
            return None
        return self.library.records.get(bare.id)

    def _measure(self, type_: Type, depth: int) -> tuple[int, int, bool]:
        """Return size, alignment, and whether the alignment was asked for."""
        if depth > MAX_DEPTH:
            raise LayoutError("nested too deeply")
        match type_:
            case Builtin(kind=kind):
                found = scalar(kind, self.target)
                if found is None:
                    raise LayoutError(f"{kind} has no size on {self.target.name}")
                return (*found, False)
            case Pointer():
                return self.target.pointer, self.target.pointer, False
            case Qualified():
                return self._qualified(type_, depth)
            case Array():
                size, align, asked = self._measure(type_.element, depth + 1)
                size *= self._length(type_)
                if size > MAX_SIZE:
                    raise LayoutError("an array larger than memory")
                return size, align, asked
            case TypedefRef(name=name):
                return self._typedef(name, depth)
            case RecordRef(id=key):
                return self._reference(key, depth)
            case EnumRef(id=key):
                enum = self.library.enums.get(key)
                if enum is not None and enum.fixed:
                    return self._measure(Builtin(enum.fixed), depth + 1)
                size = enum_size(enum)
                return size, scalar("long long", self.target)[1] if size == 8 else size, False  # type: ignore[index]
            case Vector(size=size):
                align = self.target.vectors.get(size, min(_power(size), self.target.vector))
                return size, align, False
            case _:
                raise LayoutError(f"{type(type_).__name__.lower()} types have no size")

    def _length(self, array: Array) -> int:
        for name, length in array.lengths:
            if name == self.target.name:
                return length
        return array.length or 0

    def _qualified(self, type_: Qualified, depth: int) -> tuple[int, int, bool]:
        size, align, asked = self._measure(type_.type, depth + 1)
        if "_Atomic" in type_.qualifiers and size in (1, 2, 4, 8, 16) and not self._odd_atomic(size):
            align = max(align, size)
        return size, align, asked

    def _odd_atomic(self, size: int) -> bool:
        """Whether the target has no lock-free access of this size to align for."""
        return size == 16 and self.target.pointer == 4

    def _typedef(self, name: str, depth: int) -> tuple[int, int, bool]:
        found = self.library.typedefs.get(name)
        if found is None:
            raise LayoutError(f"{name} is not known")
        size, align, asked = self._measure(found.type, depth + 1)
        if found.aligned:
            return size, self._asked(found.aligned), True
        return size, align, asked

    def _reference(self, key: str, depth: int) -> tuple[int, int, bool]:
        record = self.library.records.get(key)
        if record is None or record.members is None:
            raise LayoutError(f"{key} is incomplete")
        done = self._records.get(key)
        if done is None:
            if key in self._open:
                raise LayoutError(f"{key} contains itself")
            done = self._records[key] = self._laid_out(record, depth + 1)
        return done.size, done.align, bool(record.aligned)

    def _asked(self, aligned: int) -> int:
        return self.target.largest if aligned < 0 else max(1, aligned)

    def _laid_out(self, record: Record, depth: int = 0) -> RecordLayout:
        self._open.add(record.id)
        try:
            builder = _Builder(record, self, depth)
            for member in record.members or ():
                builder.add(member)
            return _corrected(record, builder.finish(), self.target.name)
        finally:
            self._open.discard(record.id)


def _corrected(record: Record, found: RecordLayout, target: str) -> RecordLayout:
    """Return the layout that the C library gives a record of its own on a target."""
    known = system_layout(record.id, record.mark.location.path, target)
    if known is None:
        return found
    fields = []
    for field in found.fields:
        offset, size = known.members.get(field.name, (-1, 0))
        fields.append(FieldLayout(field.name, 8 * offset, 8 * size) if offset >= 0 else field)
    return RecordLayout(known.size, known.align, tuple(fields))


def enum_size(enum: Enum | None) -> int:
    """Return the size of an enum: ``int`` unless its values need more, or it is packed (GNU C)."""
    if enum is None or enum.enumerators is None:
        raise LayoutError("the enum is incomplete")
    values = [e.value for e in enum.enumerators]
    low, high = min(values, default=0), max(values, default=0)
    for size in (1, 2, 4, 8) if enum.packed else (4, 8):
        bits = 8 * size
        if (low >= 0 and high < 1 << bits) or (low >= -(1 << (bits - 1)) and high < 1 << (bits - 1)):
            return size
    raise LayoutError("the enum's values fit no integer type")


def _power(size: int) -> int:
    return 1 << max(0, size - 1).bit_length()


def _up(value: int, multiple: int) -> int:
    return (value + multiple - 1) // multiple * multiple


class _Builder:
    """Places the members of one record; all in bits.

    ``end`` is where the next member may begin, ``size`` that rounded up to whole bytes (for
    Microsoft's rules, to whole storage units).  ``unit`` is the storage unit of the last bit-field
    under Microsoft's rules, 0 after anything else.
    """

    def __init__(self, record: Record, engine: Engine, depth: int) -> None:
        self.record = record
        self.engine = engine
        self.depth = depth
        self.target = engine.target
        self.union = record.kind == "union"
        self.ms = self.target.ms_bitfields or (record.ms_struct and self.target.ms_struct)
        self.limit = record.pack * 8
        self.align = engine._asked(record.aligned) * 8 if record.aligned else 8
        self.size = 0
        self.unfilled = 0
        self.unit = 0
        self.fields: list[FieldLayout] = []

    def add(self, member: Member) -> None:
        """Place one member."""
        if member.bits is not None:
            self._bit_field(member, member.bits)
            return
        self.unfilled = 0
        self.unit = 0
        flexible = isinstance(member.type, Array) and member.type.length is None
        type_ = member.type
        if self.union and self.target.union_atomics and isinstance(type_, Qualified):
            type_ = type_.type
        size, natural = (8 * n for n in self.engine.size_align(type_, self.depth + 1))
        if flexible:
            size = 0
        if self.ms:
            natural = max(natural, 8 * self.engine.scalar_size(member.type))
        asked = self.engine._asked(member.aligned) * 8 if member.aligned else 8
        packed = self.record.packed or member.packed
        align = asked if packed else max(natural, asked)
        if self.limit:
            align = min(align, self.limit)
        offset = 0 if self.union else _up(self.size, align)
        self.fields.append(FieldLayout(member.name, offset, size))
        self.size = max(self.size, offset + size)
        self.align = max(self.align, align)

    def finish(self) -> RecordLayout:
        """Round the size up to the alignment."""
        return RecordLayout(_up(self.size, self.align) // 8, self.align // 8, tuple(self.fields))

    def _bit_field(self, member: Member, width: int) -> None:
        unit, align = (8 * n for n in self.engine.size_align(member.type, self.depth + 1))
        asked = self.engine._asked(member.aligned) * 8 if member.aligned else 0
        if self.ms:
            offset, align = self._place_ms(width, unit, asked)
        else:
            offset, align = self._place(member, width, unit, align, asked)
        self.fields.append(FieldLayout(member.name, offset, width))
        self.align = max(self.align, align)

    def _place(self, member: Member, width: int, unit: int, align: int, asked: int) -> tuple[int, int]:
        """System V: the next bit where the field does not cross a boundary of its type."""
        natural, tight = align, self.record.packed or member.packed
        if tight and width and not self.limit:  # the pragma takes precedence over the attribute
            align = 1
        align = max(align, asked)
        if self.limit and width:
            align, asked = min(align, self.limit), min(asked, self.limit)
        offset = 0 if self.union else self.size - self.unfilled
        if width == 0:
            offset = _up(offset, align)
        else:
            offset = _up(offset, asked or 1)
            if not self.limit and not tight and offset % natural + width > unit:
                offset = _up(offset, natural)
        if self.union:
            self.size = max(self.size, _up(width, 8))
        else:
            self.size = _up(offset + width, 8)
            self.unfilled = self.size - offset - width
        if not member.name and not self.target.anonymous:
            align = 1
        return offset, align

    def _place_ms(self, width: int, unit: int, asked: int) -> tuple[int, int]:
        """Microsoft: fields of one size share a unit of that size; a unit is never shared otherwise."""
        align = unit
        if self.unit != unit or self.unfilled < width:
            if not self.unit and not width:
                align = 1
            self.unfilled = self.unit = 0
        align = max(align, asked)
        if self.limit and width:
            align = min(align, self.limit)
        if self.union:
            self.size = max(self.size, unit if width else 0)
            return 0, 1
        offset = self.size - self.unfilled
        if width == 0 or width > self.unfilled:
            offset = _up(offset, align)
            self.unfilled = 0
        if width:
            if not self.unfilled:
                self.size = offset + unit
                self.unfilled = unit
            self.unfilled -= width
            self.unit = unit
        else:
            self.size = _up(offset, 8)
            self.unit = 0
        return offset, align
