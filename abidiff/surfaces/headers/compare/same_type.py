"""Are two types, one of each release, the same type?  Asked for every target (ISO C11 §6.2.7).

A typedef, record or enum that both releases have under one name is the same here: what changed
in it is reported once, where it is declared, not at each use.  Everything else is resolved.
"""

from __future__ import annotations

from abidiff.surfaces.headers.layout import calling
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES, standard_kind
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    Enum,
    EnumRef,
    Function,
    Library,
    Pointer,
    Qualified,
    Record,
    RecordRef,
    Type,
    Typedef,
    TypedefRef,
    Unmodelled,
    Vector,
)

Targets = frozenset[str]
NONE: Targets = frozenset()
ALL: Targets = frozenset(TARGET_NAMES)
LINUX: Targets = ALL - {"win64"}
MAX_DEPTH = 150


_INT = Builtin("int")


class TypeComparer:
    """Compares types of an old library with types of a new one."""

    def __init__(self, old: Library, new: Library) -> None:
        self.old = old
        self.new = new
        self.records = _paired(old, new, RecordRef)
        self.enums = _paired(old, new, EnumRef)
        self._assumed: set[tuple[str, str]] = _aliased(old, new)
        _pair_members(old, new, self.records, dict(self._assumed))
        self._depth = 0
        self._inner: TypeComparer | None = None
        named = [set(library.targets) for library in (old, new) if library.targets]
        self.targets: Targets = frozenset(set(TARGET_NAMES).intersection(*named)) or ALL

    def judged(self, found: Targets) -> Targets:
        """Return targets as findings name them: all where each Linux one is judged and it holds there."""
        return ALL if found == self.targets == LINUX else found

    def differ(self, a: Type, b: Type) -> Targets:
        """Return the targets on which the types are different ones."""
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                return self.judged(self.targets)
            return self.judged(self._differ(a, b) & self.targets)
        finally:
            self._depth -= 1

    def _differ(self, a: Type, b: Type) -> Targets:
        if isinstance(a, TypedefRef) and isinstance(b, TypedefRef) and a.name == b.name:
            return NONE
        if isinstance(a, TypedefRef) and self._means_now(a, b):
            return NONE
        a_type, a_qualifiers = self.peel(a, self.old)
        b_type, b_qualifiers = self.peel(b, self.new)
        if a_qualifiers != b_qualifiers:
            return ALL
        match a_type, b_type:
            case Builtin(x), Builtin(y):
                return _kinds_differ(x, y)
            case Pointer(x), Pointer(y):
                return self.differ(x, y)
            case Array(), Array():
                return self._arrays(a_type, b_type)
            case Function(), Function():
                return self.functions(a_type, b_type)
            case RecordRef(x), RecordRef(y):
                return NONE if self.same_record(x, y) else ALL
            case EnumRef(x), EnumRef(y):
                return NONE if self.same_enum(x, y) else ALL
            case EnumRef(x), Builtin(y):
                return _kinds_differ(underlying(self.old.enums.get(x)), y)
            case Builtin(x), EnumRef(y):
                return _kinds_differ(x, underlying(self.new.enums.get(y)))
            case Vector(x, n), Vector(y, m):
                return self.differ(x, y) if n == m else ALL
            case Unmodelled(x), Unmodelled(y):
                return NONE if x == y else ALL
            case TypedefRef(x), TypedefRef(y):
                return NONE if x == y else ALL
            case _:
                return ALL

    def _means_now(self, a: TypedefRef, b: Type) -> bool:
        """Tell whether the old name stands for the new type in the new release.

        That the name's own meaning changed is reported at the typedef.
        """
        if a.name not in self.new.typedefs or self.old is self.new:
            return False
        if self._inner is None:
            self._inner = TypeComparer(self.new, self.new)
        return not self._inner.differ(a, b)

    def peel(self, type_: Type, library: Library) -> tuple[Type, frozenset[str]]:
        """Follow typedefs and collect qualifiers; ``restrict`` is no part of compatibility for callers."""
        qualifiers: set[str] = set()
        for _ in range(200):
            if isinstance(type_, Qualified):
                qualifiers.update(type_.qualifiers)
                type_ = type_.type
            elif isinstance(type_, TypedefRef) and type_.name in library.typedefs:
                type_ = library.typedefs[type_.name].type
            else:
                break
        qualifiers.discard("restrict")
        return type_, frozenset(qualifiers)

    def unqualified(self, type_: Type, library: Library) -> Type:
        """Take off top-level qualifiers: they say nothing on a result (§6.7.6.3, DR 423)."""
        found, qualifiers = self.peel(type_, library)
        return found if qualifiers else type_

    def qualifiers(self, old: Type, new: Type) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the qualifiers that an object lost and those that it gained, where nothing else changed."""
        a, before = self.peel(old, self.old)
        b, after = self.peel(new, self.new)
        while (
            isinstance(a, Array)
            and isinstance(b, Array)
            and not self._arrays(Array(_INT, a.length, a.lengths), Array(_INT, b.length, b.lengths))
        ):
            a, more = self.peel(a.element, self.old)
            b, others = self.peel(b.element, self.new)
            before, after = before | more, after | others
        lost, gained = tuple(sorted(before - after)), tuple(sorted(after - before))
        if before == after or "_Atomic" in (*lost, *gained) or self.differ(a, b):
            return (), ()
        return lost, gained

    def _arrays(self, a: Array, b: Array) -> Targets:
        found = set(self.differ(a.element, b.element))
        if not a.length and not b.length and not a.lengths and not b.lengths:
            return frozenset(found)  # GNU's [0] before C99 had []: no bytes either way
        if (a.length is None) != (b.length is None):
            return ALL
        if a.length != b.length or a.lengths != b.lengths:
            of_a, of_b = dict(a.lengths), dict(b.lengths)
            found.update(t for t in TARGET_NAMES if of_a.get(t, a.length) != of_b.get(t, b.length))
        return frozenset(found)

    def functions(self, a: Function, b: Function) -> Targets:
        """Compare two function types (§6.7.6.3 paragraph 15)."""
        if a.variadic != b.variadic or len(a.parameters) != len(b.parameters):
            return ALL
        found = set(self.differ(self.unqualified(a.result, self.old), self.unqualified(b.result, self.new)))
        found |= calling.differ(a, b)
        for old, new in zip(a.parameters, b.parameters, strict=True):
            if len(found) >= len(self.targets):
                break
            if not self.stands_for(new.type, old.type):
                found |= self.differ(old.type, new.type)
        return frozenset(found)

    def stands_for(self, new: Type, old: Type) -> bool:
        """Tell whether a parameter became a transparent union that has the old type as a member (GNU C)."""
        union = transparent(new, self.new)
        return union is not None and any(
            not self.differ(old, self.unqualified(member.type, self.new)) for member in union.members or ()
        )

    def same_record(self, a: str, b: str) -> bool:
        """Tell whether two records are one: by tag, by a typedef that names both, or by their members."""
        if a == b or self.records.get(a) == b or (a, b) in self._assumed:
            return True
        old, new = self.old.records.get(a), self.new.records.get(b)
        if old is None or new is None or old.kind != new.kind:
            return False
        if old.members is None or new.members is None:
            return False
        if old.tag and (kept := self.new.records.get(a)) is not None and kept.members is not None:
            return False  # it is there under its tag: the other one is another type
        self._assumed.add((a, b))
        same = self._same_members(old, new)
        if not same:
            self._assumed.discard((a, b))
        return same

    def _same_members(self, old: Record, new: Record) -> bool:
        if len(old.members or ()) != len(new.members or ()):
            return False
        if (old.packed, old.pack, old.aligned, old.order, old.ms_struct) != (
            new.packed, new.pack, new.aligned, new.order, new.ms_struct
        ):  # fmt: skip
            return False
        return all(
            (x.name, x.bits, x.aligned, x.packed) == (y.name, y.bits, y.aligned, y.packed)
            and not self.differ(x.type, y.type)
            for x, y in zip(old.members or (), new.members or (), strict=True)
        )

    def same_enum(self, a: str, b: str) -> bool:
        """Tell whether two enums are one: by tag, by a typedef, or by their constants."""
        if a == b or self.enums.get(a) == b:
            return True
        old, new = self.old.enums.get(a), self.new.enums.get(b)
        if old is None or new is None or not old.enumerators or not new.enumerators:
            return False
        values = {e.name: e.value for e in new.enumerators}
        return all(e.sentinel or values.get(e.name) == e.value for e in old.enumerators)


def transparent(type_: Type, library: Library) -> Record | None:
    """Return the union that a type is when it stands for each of its members as an argument."""
    marked = False
    for _ in range(200):
        if isinstance(type_, Qualified):
            type_ = type_.type
        elif isinstance(type_, TypedefRef) and type_.name in library.typedefs:
            marked = marked or library.typedefs[type_.name].transparent
            type_ = library.typedefs[type_.name].type
        else:
            break
    found = library.records.get(type_.id) if isinstance(type_, RecordRef) else None
    return found if found is not None and (marked or found.transparent) else None


def _paired(old: Library, new: Library, kind: type[RecordRef | EnumRef]) -> dict[str, str]:
    """Return old id → new id of what one typedef names in both releases."""
    pairs: dict[str, str] = {}
    for name, before in old.typedefs.items():
        after = new.typedefs.get(name)
        if after is None:
            continue
        a, b = _innermost(before.type), _innermost(after.type)
        if isinstance(a, kind) and isinstance(b, kind):
            if a.id == b.id or a.id in new.records or a.id in new.enums:
                continue
            pairs.setdefault(a.id, b.id)
    return pairs


def _pair_members(old: Library, new: Library, pairs: dict[str, str], aliased: dict[str, str]) -> None:
    """Pair the untagged records of members, which no program can name, with what the members are of now."""
    pending = [(id_, pairs.get(id_) or aliased.get(id_) or id_) for id_, record in old.records.items() if record.tag]
    pending += [(id_, pairs.get(id_, id_)) for id_ in old.records if "(" in id_]
    while pending:
        id_, other = pending.pop()
        before, after = old.records.get(id_), new.records.get(other)
        if before is None or after is None or before.members is None or after.members is None:
            continue
        members = {member.name: member for member in after.members if member.name}
        for member in before.members:
            inner = _of_record(member.type, old)
            if not inner or old.records[inner].tag or "." not in inner:
                continue
            there = _of_record(members[member.name].type, new) if member.name in members else ""
            if not there or old.records[inner].kind != new.records[there].kind:
                continue
            if there != inner and inner not in new.records:
                pairs.setdefault(inner, there)
            pending.append((inner, there))


def _of_record(type_: Type, library: Library) -> str:
    """Return the id of the record that a type is made of, empty for others."""
    for _ in range(MAX_DEPTH):
        match type_:
            case Pointer(inner) | Qualified(inner, _) | Array(inner, _, _):
                type_ = inner
            case TypedefRef(name) if name in library.typedefs:
                type_ = library.typedefs[name].type
            case _:
                break
    return type_.id if isinstance(type_, RecordRef) and type_.id in library.records else ""


def _renamed(name: str, new: Library) -> Typedef | None:
    """Return the typedef that ``#define NAME OTHER`` leads to."""
    macro = new.macros.get(name)
    if macro is None or macro.parameters is not None:
        return None
    return new.typedefs.get(macro.value.text)


def _aliased(old: Library, new: Library) -> set[tuple[str, str]]:
    """Return (old id, new id) of records whose typedef a macro now leads elsewhere."""
    found: set[tuple[str, str]] = set()
    for name, before in old.typedefs.items():
        after = None if name in new.typedefs else _renamed(name, new)
        if after is not None:
            a, b = _innermost(before.type), _innermost(after.type)
            if isinstance(a, RecordRef) and isinstance(b, RecordRef):
                found.add((a.id, b.id))
    return found


def _innermost(type_: Type) -> Type:
    while True:
        match type_:
            case Pointer(inner) | Qualified(inner, _):
                type_ = inner
            case _:
                return type_


def _kinds_differ(a: str, b: str) -> Targets:
    if a == b or (a, b) == ("__float80", "long double"):  # one type where gcc has both; clang has the second only
        return NONE
    return frozenset(t for t in TARGET_NAMES if standard_kind(a, t) != standard_kind(b, t))


def underlying(enum: Enum | None) -> str:
    """Return the integer type that gcc gives an enum (the same on all targets here)."""
    if enum is not None and enum.fixed:
        return enum.fixed
    if enum is None or not enum.enumerators:
        return "unsigned int"
    low = min(e.value for e in enum.enumerators)
    high = max(e.value for e in enum.enumerators)
    if enum.packed:
        for bits, signed, unsigned in ((8, "signed char", "unsigned char"), (16, "short", "unsigned short")):
            if low < 0 and -(1 << (bits - 1)) <= low and high < 1 << (bits - 1):
                return signed
            if low >= 0 and high < 1 << bits:
                return unsigned
    if low < 0:
        return "int" if low >= -(1 << 31) and high < 1 << 31 else "long"
    return "unsigned int" if high < 1 << 32 else "unsigned long"
