"""Structs and unions of two releases: fields by name, layout on every target."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.surfaces.headers.change import (
    FieldAdded,
    FieldRemoved,
    FieldRenamed,
    FieldTypeChanged,
    HeaderChange,
    LayoutChanged,
    LayoutUnknown,
    RecordAdded,
    RecordClosed,
    RecordKindChanged,
    RecordOpened,
    RecordRemoved,
    Shift,
)
from abidiff.surfaces.headers.compare.bitfields import lost_values
from abidiff.surfaces.headers.compare.matching import Pair, reserved
from abidiff.surfaces.headers.compare.representation import represented_alike
from abidiff.surfaces.headers.compare.signedness import sign_change
from abidiff.surfaces.headers.compare.tags import hidden_tag, removed_tag
from abidiff.surfaces.headers.layout.fields import Field, RecordLayout, fields_of
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.model import (
    Array,
    Library,
    Member,
    Pointer,
    Qualified,
    Record,
    RecordRef,
    Type,
    TypedefRef,
    bare_type,
)


def compare_records(pair: Pair) -> Iterator[HeaderChange]:
    """Yield what changed in structs and unions."""
    names = c_names(pair.old)
    matched: set[str] = set()
    for id_, old in pair.old.records.items():
        if not old.own:
            new = pair.new.records.get(id_)
            if new is not None and pair.taken_over(old, new) and _needed(old, names):
                yield from _record(pair, old, new, names.get(id_, ""))
            continue
        new_id = pair.types.records.get(id_, id_)
        new = pair.new.records.get(new_id)
        if new is None and id_ in names:
            new = _by_typedef(pair, names[id_])
        alias = pair.alias(old.tag) if new is None and old.tag else ""
        if alias:
            new = pair.new.records.get(f"{old.kind} {alias}")
        if new is not None:
            matched.add(new.id)
            if old.tag and old.tag == new.tag:
                yield from hidden_tag(pair, old)
            if old.tag != new.tag and not alias:
                yield from removed_tag(pair, old, new, names.get(id_, ""))
            if _needed(old, names) and (alias or pair.asked(id_, new.id, names.get(id_, ""))):
                yield from _record(pair, old, new, names.get(id_, ""))
        elif " #" in id_:
            yield from _one_of_several(pair, old)
        elif old.tag and not reserved(old.tag) and old.members is not None and not pair.open(old.tag):
            include = pair.include(old.mark.location)
            yield RecordRemoved(pair.unit, id_, include=include, old=old)
    for id_, new in pair.new.records.items():
        fresh = id_ not in pair.old.records and id_ not in matched and not pair.open_before(new.tag)
        if fresh and new.own and new.tag and not reserved(new.tag) and "#" not in id_:
            include = pair.include(new.mark.location)
            yield RecordAdded(pair.unit, _title(new, ""), include=include, new=new)


def _another_type(pair: Pair, old: Record, name: str) -> bool:
    """Tell whether the only name of a record is one of a type that is no record any more, which the typedef tells."""
    typedef = pair.new.typedefs.get(name)
    return not old.tag and typedef is not None and not isinstance(pair.types.peel(typedef.type, pair.new)[0], RecordRef)


def _needed(old: Record, names: dict[str, str]) -> bool:
    """An untagged record inside another one is seen through that one."""
    return bool(old.tag) or old.id in names


def _one_of_several(pair: Pair, old: Record) -> Iterator[HeaderChange]:
    """A tag that two headers define differently has lost one of its definitions: which one programs get is not known.

    When both are gone, the first one's removal is told.
    """
    id_ = old.id.partition(" #")[0]
    new = pair.new.records.get(id_)
    if new is None or new.members is None or old.members is None or not old.own or reserved(old.tag):
        return
    if [(m.name, m.type, m.bits) for m in old.members] != [(m.name, m.type, m.bits) for m in new.members]:
        reason = "two headers defined it differently, and one of them does not any more"
        include = pair.include(old.mark.location)
        yield LayoutUnknown(pair.unit, id_, include=include, old=old, new=new, reason=reason)


def _by_typedef(pair: Pair, name: str) -> Record | None:
    typedef = pair.new.typedefs.get(name)
    if typedef is None:
        return None
    found, _ = pair.types.peel(typedef.type, pair.new)
    return pair.new.records.get(found.id) if isinstance(found, RecordRef) else None


def c_names(library: Library) -> dict[str, str]:
    """Return record id → how C writes the type: a typedef of it when there is one, else its tag."""
    names: dict[str, str] = {}
    for typedef in sorted(library.typedefs.values(), key=lambda each: isinstance(each.type, Qualified)):
        found = typedef.type
        if isinstance(found, Qualified):
            found = found.type
        for _ in range(100):
            if not isinstance(found, TypedefRef) or found.name not in library.typedefs:
                break
            found = library.typedefs[found.name].type
        if isinstance(found, RecordRef):
            names.setdefault(found.id, typedef.name)
    for id_, record in library.records.items():
        if record.tag and "#" not in id_:
            names.setdefault(id_, f"{record.kind} {record.tag}")
    for typedef in library.typedefs.values():
        if isinstance(typedef.type, Pointer) and isinstance(typedef.type.target, RecordRef):
            names.setdefault(typedef.type.target.id, f"__typeof__(*({typedef.name})0)")
    for id_, record in library.records.items():
        _name_members(id_, record, names)
    return names


def _name_members(id_: str, record: Record, names: dict[str, str]) -> None:
    """Name the untagged types of members: ``__typeof__(((struct foo *)0)->bar)``."""
    if id_ not in names:
        return
    for member in record.members or ():
        found, path = member.type, member.name
        while isinstance(found, Qualified | Array | Pointer):
            if isinstance(found, Array | Pointer):
                path += "[0]"
            found = (
                found.target
                if isinstance(found, Pointer)
                else found.element
                if isinstance(found, Array)
                else found.type
            )
        if path and member.name and isinstance(found, RecordRef) and found.id.startswith(id_ + "."):
            names.setdefault(found.id, f"__typeof__((({names[id_]} *)0)->{path})")


def _title(record: Record, name: str) -> str:
    """Return what a report calls a record."""
    if record.tag and not reserved(record.tag):
        return f"{record.kind} {record.tag}"
    if name.startswith("__typeof__(*("):
        return name.removeprefix("__typeof__(*(").removesuffix(")0)")
    if name.startswith("__typeof__"):
        return record.id.replace("(", "").replace(")", "")
    return name or f"{record.kind} {record.tag}"


def _record(pair: Pair, old: Record, new: Record, name: str) -> Iterator[HeaderChange]:
    include = pair.include((old if old.own else new).mark.location)
    title = _title(old, name)
    if old.members is None or new.members is None:
        if old.members is not None and not pair.open(old.tag) and not _another_type(pair, old, name):
            yield RecordClosed(pair.unit, title, include=include, old=old, new=new)
        elif new.members is not None and not pair.open_before(old.tag):
            yield RecordOpened(pair.unit, title, include=include, old=old, new=new)
        return
    if old.kind != new.kind:
        yield RecordKindChanged(
            pair.unit, title, include=include, old=old, new=new, name=name or f"{old.kind} {old.tag}"
        )
        return
    spelt = name or f"{old.kind} {old.tag}"
    yield from lost_values(pair, old, new, title, spelt)
    yield from _Comparison(pair, old, new, title, spelt, include).changes()


class _Comparison:
    """Two definitions of one record."""

    def __init__(self, pair: Pair, old: Record, new: Record, title: str, name: str, include: str) -> None:
        self.pair = pair
        self.old = old
        self.new = new
        self.title = title
        self.name = name
        self.include = include
        self.before = fields_of(pair.old, old.id)
        self.after = fields_of(pair.new, new.id)
        self.shapes: tuple[dict[str, RecordLayout], dict[str, RecordLayout]] | None = None
        self.unknown = ""
        self.targets: tuple[str, ...] = TARGET_NAMES

    def changes(self) -> Iterator[HeaderChange]:
        """Yield removed, renamed, changed and added fields, and the layout if it moved."""
        if self._identical():
            return
        try:
            self.shapes = self.pair.old_layouts.of(self.old.id), self.pair.new_layouts.of(self.new.id)
            both = self.shapes[0].keys() & self.shapes[1].keys() & self.pair.types.targets
            self.targets = tuple(t for t in TARGET_NAMES if t in both)
        except (ValueError, KeyError) as error:
            self.unknown = str(error)
        renamed = dict(self._renamed())
        layout = self._layout(renamed)
        causes: list[str] = []
        for name, field in self.before.items():
            kept = self._kept(name) if name not in self.after else None
            if kept is not None:
                if kept.bits != field.member.bits or self._type_targets(field.member, kept):
                    yield FieldTypeChanged(
                        self.pair.unit, f"{self.title}.{name}", include=self.include, record=self.title,
                        name=self.name, path=name, old=field.member, new=kept, targets=self.pair.types.targets,
                        same_size=False, binary=True,
                    )  # fmt: skip
                continue
            if name in renamed:
                other = self.after[renamed[name]]
                yield FieldRenamed(
                    self.pair.unit, f"{self.title}.{name}", include=self.include, record=self.title,
                    name=self.name, path=name, old=field.member, new=other.member,
                )  # fmt: skip
            elif name not in self.after:
                causes.append(f"{name} removed")
                yield FieldRemoved(
                    self.pair.unit, f"{self.title}.{name}", include=self.include, record=self.title,
                    name=self.name, path=name, old=field.member, place=self.new.mark.location,
                )  # fmt: skip
            else:
                yield from self._field(name, field, self.after[name], causes)
        yield from self._added(renamed, layout, causes)
        if layout is not None:
            yield LayoutChanged(
                self.pair.unit, self.title, include=self.include, old=self.old, new=self.new, name=self.name,
                targets=self.pair.types.judged(frozenset(s.target for s in layout)), shifts=layout,
                causes=tuple(causes),
            )  # fmt: skip
        elif self.unknown:
            yield LayoutUnknown(
                self.pair.unit, self.title, include=self.include, old=self.old, new=self.new,
                reason=self.unknown,
            )  # fmt: skip

    def _kept(self, name: str) -> Member | None:
        """Return the member that a macro leads to from the name of an old one: ``#define x u.x``; None for none."""
        macro = self.pair.new.macros.get(name)
        if macro is None or macro.parameters is not None:
            return None
        library = self.pair.new
        record: Record | None = self.new
        found: Member | None = None
        for part in macro.body.replace(" ", "").split("."):
            found = next((m for m in record.members or () if m.name == part), None) if record is not None else None
            if found is None:
                return None
            bare = bare_type(found.type, library)
            record = library.records.get(bare.id) if isinstance(bare, RecordRef) else None
        return found

    def _identical(self) -> bool:
        """Nothing in the record itself differs; what its members' types hold may."""
        return self.pair.types._same_members(self.old, self.new) and not self._nested_differ()

    def _nested_differ(self) -> bool:
        """A member that is a record by value takes part in the layout: it may have changed."""
        for member in self.old.members or ():
            found, _ = self.pair.types.peel(_element(member.type), self.pair.old)
            if isinstance(found, RecordRef):
                return True
            if member.type != found:
                return True
        return False

    def _renamed(self) -> Iterator[tuple[str, str]]:
        """Pair a field that is gone with a new one of the same type at the same place."""
        if self.shapes is None:
            return
        gone = [n for n in self.before if n not in self.after]
        fresh = [n for n in self.after if n not in self.before]
        for name in gone:
            for other in fresh:
                if all(
                    self.shapes[0][t].offsets.get(name) == self.shapes[1][t].offsets.get(other) for t in self.targets
                ) and not self.pair.types.differ(self.before[name].member.type, self.after[other].member.type):
                    fresh.remove(other)
                    yield name, other
                    break

    def _field(self, name: str, old: Field, new: Field, causes: list[str]) -> Iterator[HeaderChange]:
        a, b = old.member, new.member
        targets = self._type_targets(a, b)
        if a.bits != b.bits:
            targets = self.pair.types.judged(self.pair.types.targets)
        if not targets:
            return
        same = self.shapes is not None and all(
            self.shapes[0][t].offsets[name][1] == self.shapes[1][t].offsets[name][1] for t in self.targets
        )
        causes.append(f"type of {name}")
        sign = sign_change(self.pair.types, a.type, b.type) if a.bits is None and b.bits is None else ""
        lost, gained = self.pair.types.qualifiers(a.type, b.type) if a.bits == b.bits else ((), ())
        yield FieldTypeChanged(
            self.pair.unit, f"{self.title}.{name}", include=self.include, record=self.title, name=self.name,
            path=name, old=a, new=b, targets=targets, same_size=same, sign=sign, lost=lost, gained=gained,
            binary=a.bits != b.bits or not represented_alike(self.pair.types, a.type, b.type),
            constant="const" in self.pair.types.peel(TypedefRef(self.name), self.pair.old)[1],
        )  # fmt: skip

    def _type_targets(self, a: Member, b: Member) -> frozenset[str]:
        """Compare the types of a field; a const less on it breaks nobody."""
        types = self.pair.types
        old, before = types.peel(a.type, self.pair.old)
        new, after = types.peel(b.type, self.pair.new)
        if before == after:
            return types.differ(a.type, b.type)
        told = after - before or "volatile" in before - after
        return types.judged(types.targets) if told else types.differ(old, new)

    def _layout(self, renamed: dict[str, str]) -> tuple[Shift, ...] | None:
        """Return what moved on which target, or None."""
        if self.shapes is None:
            return None
        shifts: list[Shift] = []
        for target in self.targets:
            a, b = self.shapes[0][target], self.shapes[1][target]
            for what, x, y in (("size", a.size, b.size), ("alignment", a.align, b.align)):
                if x != y:
                    shifts.append(Shift(what=what, target=target, old=x, new=y))
            for name, (offset, _) in a.offsets.items():
                other = b.offsets.get(renamed.get(name, name))
                if other is not None and other[0] != offset:
                    shifts.append(
                        Shift(what=name, target=target, old=offset, new=other[0],
                              bitfield=self.before[name].member.bits is not None)
                    )  # fmt: skip
        return tuple(shifts) or None

    def _added(
        self, renamed: dict[str, str], layout: tuple[Shift, ...] | None, causes: list[str]
    ) -> Iterator[HeaderChange]:
        taken = set(renamed.values())
        for name, field in self.after.items():
            if name in self.before or name in taken:
                continue
            causes.append(f"{name} added")
            if layout is None and self.shapes is not None:
                yield FieldAdded(
                    self.pair.unit, f"{self.title}.{name}", include=self.include, record=self.title,
                    name=self.name, path=name, new=field.member,
                )  # fmt: skip


def _element(type_: Type) -> Type:
    while isinstance(type_, Array):
        type_ = type_.element
    return type_
