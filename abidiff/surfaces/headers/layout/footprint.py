"""Which targets lay a record out alike: what of a target its layout can depend on."""

from __future__ import annotations

from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.layout.system import SYSTEM
from abidiff.surfaces.headers.layout.targets import TARGETS, scalar
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    EnumRef,
    Library,
    Pointer,
    Qualified,
    Record,
    RecordRef,
    Type,
    TypedefRef,
)

MAX_DEPTH = 40
"""Types in types; deeper ones are laid out on each target by itself, which costs time and no answer."""


class Footprints:
    """The scalar kinds in a record, with those of the records in it, where nothing but their sizes can matter.

    Typedefs that ask for an alignment, bit-fields, vectors, atomics and `ms_struct` follow rules of their target.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self._records: dict[str, frozenset[str] | None] = {}
        self._classes: dict[frozenset[str], dict[str, str]] = {}

    def alike(self, record: Record) -> dict[str, str] | None:
        """Return for each target the first one that lays the record out in the same way; None: no two are known to."""
        kinds = self._of(record, 0)
        if kinds is None:
            return None
        found = self._classes.get(kinds)
        if found is None:
            found = self._classes[kinds] = _alike(kinds)
        return found

    def _of(self, record: Record, depth: int) -> frozenset[str] | None:
        if record.id not in self._records:
            self._records[record.id] = None  # one that contains itself
            self._records[record.id] = self._members(record, depth)
        return self._records[record.id]

    def _members(self, record: Record, depth: int) -> frozenset[str] | None:
        if record.aligned < 0 or record.ms_struct or record.mark.location.path.startswith(SYSTEM):
            return None
        kinds: set[str] = set()
        for member in record.members or ():
            if member.bits is not None or member.aligned < 0:
                return None
            inner = self._type(member.type, depth)
            if inner is None:
                return None
            kinds |= inner
        return frozenset(kinds)

    def _type(self, type_: Type, depth: int) -> frozenset[str] | None:
        if depth > MAX_DEPTH:
            return None
        match type_:
            case Builtin(kind=kind):
                return frozenset((kind,))
            case Pointer():
                return _POINTER
            case Array(lengths=()):
                return self._type(type_.element, depth + 1)
            case Qualified() if "_Atomic" not in type_.qualifiers:
                return self._type(type_.type, depth + 1)
            case TypedefRef(name=name):
                found = self.library.typedefs.get(name)
                return None if found is None or found.aligned else self._type(found.type, depth + 1)
            case RecordRef(id=key):
                record = self.library.records.get(key)
                return None if record is None or record.members is None else self._of(record, depth + 1)
            case EnumRef(id=key):
                enum = self.library.enums.get(key)
                return frozenset((enum.fixed,)) if enum is not None and enum.fixed else _ENUM
            case _:
                return None


_POINTER = frozenset(("pointer",))
_ENUM = frozenset(("int", "long long"))
"""An enum's size is that of its values; its alignment is that of a type of this size."""


def _alike(kinds: frozenset[str]) -> dict[str, str]:
    first: dict[tuple[object, ...], str] = {}
    found = {}
    for name in TARGET_NAMES:
        target = TARGETS[name]
        sizes = tuple(target.pointer if kind == "pointer" else scalar(kind, target) for kind in sorted(kinds))
        key = (name,) if None in sizes else sizes
        found[name] = first.setdefault(key, name)
    return found
