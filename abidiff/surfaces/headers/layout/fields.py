"""Where the fields of a record lie on each target, anonymous members flattened."""

from __future__ import annotations

from dataclasses import dataclass

from abidiff.surfaces.headers.layout.footprint import Footprints
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.layout.layout import Engine
from abidiff.surfaces.headers.model import Library, Member, RecordRef, Type, bare_type


@dataclass(frozen=True, slots=True)
class Field:
    """A field as a program names it: ``member`` with the record that holds it."""

    name: str
    member: Member
    parent: str
    union: bool


def fields_of(library: Library, id_: str, depth: int = 0) -> dict[str, Field]:
    """Return the named fields of a record, those of anonymous members included (§6.7.2.1 p. 13)."""
    found: dict[str, Field] = {}
    record = library.records.get(id_)
    if record is None or depth > 50:
        return found
    for member in record.members or ():
        if member.name:
            found[member.name] = Field(member.name, member, id_, record.kind == "union")
            continue
        inner = _record(member.type, library)
        if inner is not None:
            found.update(fields_of(library, inner, depth + 1))
    return found


def _record(type_: Type, library: Library) -> str | None:
    bare = bare_type(type_, library)
    return bare.id if isinstance(bare, RecordRef) else None


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """Size and alignment in bytes; offsets and sizes of the fields in bits."""

    size: int
    align: int
    offsets: dict[str, tuple[int, int]]


class RecordLayouts:
    """The shapes of one library's records; each target's layout engine is made once.

    Targets whose scalars in a record have the same sizes and alignments share its shape.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self._engines: dict[str, Engine] = {}
        self._footprints = Footprints(library)

    def of(self, id_: str) -> dict[str, RecordLayout]:
        """Return a record's shape on every target that has it; raises ValueError when none has."""
        found: dict[str, RecordLayout] = {}
        reason = ValueError("no target")
        alike = self._footprints.alike(self.library.records[id_]) or {}
        for target in TARGET_NAMES:
            first = alike.get(target, target)
            if first != target and first in found:
                found[target] = found[first]
                continue
            try:
                found[target] = self._shape(id_, target)
            except (ValueError, KeyError) as error:
                reason = ValueError(str(error))
        if "x86_64" not in found:
            raise reason
        return found

    def _shape(self, id_: str, target: str, depth: int = 0) -> RecordLayout:
        engine = self._engines.get(target)
        if engine is None:
            engine = self._engines[target] = Engine(self.library, target)
        record = self.library.records[id_]
        found = engine.record(record)
        if found is None or depth > 50:
            raise ValueError(f"{id_} is incomplete")
        offsets: dict[str, tuple[int, int]] = {}
        direct = [field for field in found.fields if not field.path]
        for member, field in zip(record.members or (), direct, strict=True):
            if member.name:
                offsets[member.name] = (field.bit_offset, field.bit_size)
                continue
            inner = _record(member.type, self.library)
            if inner is not None and member.bits is None:
                for name, (offset, size) in self._shape(inner, target, depth + 1).offsets.items():
                    offsets[name] = (field.bit_offset + offset, size)
        return RecordLayout(found.size, found.align, offsets)
