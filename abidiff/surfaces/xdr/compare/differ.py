"""Compare types of two releases, each pair of definitions once.

A pair that differs yields its own changes; what contains it stays silent and is listed as reached.
Recursive types end because a pair that was met is not met again.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec

from abidiff.location import Location
from abidiff.surfaces.xdr.change import (
    ArmAdded,
    ArmGone,
    ArmMoved,
    EnumValueAdded,
    EnumValueGone,
    EnumValuesRenumbered,
    IntegerChanged,
    MemberAdded,
    MemberRemoved,
    MembersReordered,
    Reinterpreted,
    Renamed,
    SizeChanged,
    TypeChanged,
)
from abidiff.surfaces.xdr.compare.growth import is_growth
from abidiff.surfaces.xdr.compare.spell import spell
from abidiff.surfaces.xdr.compare.walk import Key, Pair, Slot, Walk
from abidiff.surfaces.xdr.compare.words import words
from abidiff.surfaces.xdr.model import (
    Arm,
    Array,
    Definition,
    Enum,
    Member,
    Named,
    Opaque,
    Size,
    String,
    Struct,
    Typedef,
    Union,
    target,
)
from abidiff.surfaces.xdr.wire.language import Language
from abidiff.surfaces.xdr.wire.wire import Ref, Scope, Wire, as_array, enum_values, flat, unknown

MAX_LEVEL = 2
"""How often one definition may stand in for another within a comparison of two that do."""


class Differ(Walk):
    """Walks the types that messages are made of, from their roots."""

    def __init__(self, old: Scope, new: Scope, level: int = 0) -> None:
        super().__init__(old, new)
        self.level = level
        self.wire = Wire(old, new)
        self.language = Language(old, new)
        self._old_names = {name for types in old.types.values() for name in types}
        self._new_names = {name for types in new.types.values() for name in types}

    def message(self, root: str, old: Ref, new: Ref, before: Location, after: Location, subject: str) -> None:
        """Compare the types of a message; ``root`` names it among the parents."""
        self._visit(old, new, Slot(subject, before, after, root))
        self._drain()

    def _drain(self) -> None:
        while self._queue:
            self._pair(self._queue.pop())

    # ---- definitions

    def _pair(self, pair: Pair) -> None:
        old = self.old.types[pair.old[0]][pair.old[1]]
        new = self.new.types[pair.new[0]][pair.new[1]]
        told = not _is_foreign(old) and not _is_foreign(new)
        if told and pair.old[1] != pair.new[1] and old.name not in self._new_names and new.name not in self._old_names:
            names = ((old.name, new.name),)
            self._add(
                pair, Renamed(pair.old[0], old.name, old=old.location, new=new.location, what="type", names=names)
            )
        if isinstance(old, Struct) and isinstance(new, Struct):
            self._structs(pair, old, new)
        elif isinstance(old, Enum) and isinstance(new, Enum):
            self._enums(pair, old, new)
        elif isinstance(old, Union) and isinstance(new, Union):
            self._unions(pair, old, new)
        else:
            slot = Slot(old.name, old.location, new.location, pair)
            step = self._visit if isinstance(old, Typedef) or isinstance(new, Typedef) else self._shapes
            step(_inside(pair.old, old), _inside(pair.new, new), slot)

    def _structs(self, pair: Pair, old: Struct, new: Struct) -> None:
        before = [m.name for m in old.members]
        after = [m.name for m in new.members]
        if before == after:
            for a, b in zip(old.members, new.members, strict=True):
                self._member(pair, old, a, b)
        elif sorted(before) == sorted(after):
            self._reordered(pair, old, new, before, after)
        elif self._same_or_grown(pair, old, new):
            self._other_names(pair, old, new, before, after)
        else:
            self._aligned(pair, old, new, before, after)

    def _same_or_grown(self, pair: Pair, old: Struct, new: Struct) -> bool:
        one, other = Ref(pair.old[0], Named(old.name)), Ref(pair.new[0], Named(new.name))
        if self.wire.same(one, other):
            return True
        slot = Slot(old.name, old.location, new.location, pair)
        if len(flat(self.old, one)) < 2:
            return False
        # with as many members, each of them tells what grew
        return (self._grows if len(old.members) == len(new.members) else self._grown)(one, other, slot)

    def _other_names(self, pair: Pair, old: Struct, new: Struct, before: Sequence[str], after: Sequence[str]) -> None:
        """The bytes are the same: members have other names, or stand in a struct of their own."""
        if len(before) != len(after):
            return
        shifted = [name for name in before if name in after and before.index(name) != after.index(name)]
        if shifted:
            same = self._same_in_place(pair, old, new)
            self._add(
                pair,
                MembersReordered(
                    pair.old[0], old.name, old=old.location, new=new.location, before=tuple(before),
                    after=tuple(after), exchanged=same, evidence=self._evidence(pair, shifted[0]),
                ),
            )  # fmt: skip
            return
        names = tuple((a, b) for a, b in zip(before, after, strict=True) if a != b)
        self._add(
            pair,
            Renamed(pair.old[0], old.name, old=old.location, new=new.location, what="member", names=names,
                    key="members"),
        )  # fmt: skip
        for a, b in zip(old.members, new.members, strict=True):
            self._member(pair, old, a, b)

    def _reordered(self, pair: Pair, old: Struct, new: Struct, before: Sequence[str], after: Sequence[str]) -> None:
        first = next(i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
        self._add(
            pair,
            MembersReordered(
                pair.old[0], old.name, old=old.members[first].location, new=new.members[first].location,
                before=tuple(before), after=tuple(after), exchanged=self._same_in_place(pair, old, new),
                evidence=self._evidence(pair, old.members[first].name),
            ),
        )  # fmt: skip
        others = {m.name: m for m in new.members}
        for member in old.members:
            self._member(pair, old, member, others[member.name])

    def _same_in_place(self, pair: Pair, old: Struct, new: Struct) -> bool:
        """Whether members that changed places have the shape of what stood there before."""
        moved = [(a, b) for a, b in zip(old.members, new.members, strict=True) if a.name != b.name]
        return all(self.wire.same(Ref(pair.old[0], a.type), Ref(pair.new[0], b.type)) for a, b in moved)

    def _replaced(self, pair: Pair, owner: Struct, old: Member, new: Member) -> bool:
        """Report a member that has another name and another shape; False when the name alone changed."""
        one, other = Ref(pair.old[0], old.type), Ref(pair.new[0], new.type)
        left, right = target(old.type), target(new.type)
        slot = Slot(f"{owner.name}.{old.name}", old.location, new.location, pair, old.name)
        if (left is not None and left == right) or self.wire.same(one, other) or self._grows(one, other, slot):
            return False
        shown = (f"{spell(self.old, one)} {old.name}", f"{spell(self.new, other)} {new.name}")
        self._add(
            pair,
            TypeChanged(pair.old[0], slot.subject, old=old.location, new=new.location, before=shown[0], after=shown[1],
                        evidence=self._evidence(pair, old.name)),
        )  # fmt: skip
        return True

    def _aligned(self, pair: Pair, old: Struct, new: Struct, before: Sequence[str], after: Sequence[str]) -> None:
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        moved = set(before) & set(after)
        renamed: list[tuple[str, str]] = []
        for what, i1, i2, j1, j2 in matcher.get_opcodes():
            if what == "equal" or (what == "replace" and i2 - i1 == j2 - j1):
                for a, b in zip(old.members[i1:i2], new.members[j1:j2], strict=True):
                    if a.name != b.name:
                        if self._replaced(pair, old, a, b):
                            continue
                        renamed.append((a.name, b.name))
                    self._member(pair, old, a, b)
                continue
            for member in old.members[i1:i2]:
                if member.name not in moved:
                    self._member_gone(pair, old, new, member)
            for index in range(j1, j2):
                if new.members[index].name not in moved:
                    self._member_new(pair, old, new, index)
        if renamed:
            self._add(
                pair,
                Renamed(pair.old[0], old.name, old=old.location, new=new.location, what="member",
                        names=tuple(renamed), key="members"),
            )  # fmt: skip
        left = [name for name in before if name in moved]
        right = [name for name in after if name in moved]
        if left != right:
            self._add(
                pair,
                MembersReordered(pair.old[0], old.name, old=old.location, new=new.location, before=tuple(before),
                                 after=tuple(after), evidence=self._evidence(pair, left[0])),
            )  # fmt: skip

    def _member_gone(self, pair: Pair, old: Struct, new: Struct, member: Member) -> None:
        self._add(
            pair,
            MemberRemoved(pair.old[0], f"{old.name}.{member.name}", old=member.location, new=new.location,
                          type=str(member.type), evidence=self._evidence(pair, member.name)),
        )  # fmt: skip

    def _member_new(self, pair: Pair, old: Struct, new: Struct, index: int) -> None:
        member = new.members[index]
        self._add(
            pair,
            MemberAdded(
                pair.old[0], f"{old.name}.{member.name}", old=old.location, new=member.location,
                type=str(member.type), after=new.members[index - 1].name if index else "",
                last=index == len(new.members) - 1, evidence=self._evidence(pair, ""),
            ),
        )  # fmt: skip

    def _member(self, pair: Pair, owner: Struct, old: Member, new: Member) -> None:
        slot = Slot(f"{owner.name}.{old.name}", old.location, new.location, pair, old.name)
        self._visit(Ref(pair.old[0], old.type), Ref(pair.new[0], new.type), slot)

    def _enums(self, pair: Pair, old: Enum, new: Enum) -> None:
        before = {v.name: v.value for v in old.values if v.value is not None and not v.sentinel}
        after = {v.name: v.value for v in new.values if v.value is not None and not v.sentinel}
        places = {v.name: v.location for v in old.values}
        new_places = {v.name: v.location for v in new.values}
        moved = tuple((n, v, after[n]) for n, v in before.items() if n in after and after[n] != v)
        if moved:
            name, value, _ = moved[0]
            exchanged = {b for _, b, _ in moved} == {a for _, _, a in moved}
            self._add(
                pair,
                EnumValuesRenumbered(pair.old[0], old.name, old=places[name], new=new_places[name], moved=moved,
                                     exchanged=exchanged, evidence=self._evidence(pair, "", number=value)),
            )  # fmt: skip
        fresh = {v: n for n, v in reversed(after.items()) if n not in before}
        renames = []
        unsure = {v.name for v in new.values if v.value is None}
        for name, value in before.items():
            if name in after or name in unsure:
                continue
            if value in fresh:
                renames.append((name, fresh[value]))
            elif value not in after.values() or any(value == to for _, _, to in moved):
                self._add(
                    pair,
                    EnumValueGone(pair.old[0], f"{old.name}.{name}", old=places[name], new=new.location, value=value,
                                  evidence=self._evidence(pair, "", number=value)),
                )  # fmt: skip
        if renames:
            self._add(
                pair,
                Renamed(pair.old[0], old.name, old=old.location, new=new.location, what="value",
                        names=tuple(renames), key="values"),
            )  # fmt: skip
        taken = set(before.values())
        doubtful = {v.name for v in old.values if v.value is None}
        for value, name in sorted(fresh.items()):
            if value not in taken and name not in doubtful:
                self._add(
                    pair,
                    EnumValueAdded(pair.old[0], f"{old.name}.{name}", old=old.location, new=new_places[name],
                                   value=value, evidence=self._evidence(pair, "", number=value)),
                )  # fmt: skip

    # ---- unions

    def _unions(self, pair: Pair, old: Union, new: Union) -> None:
        slot = Slot(f"{old.name}.{old.discriminant.name}", old.discriminant.location, new.discriminant.location,
                    pair, old.discriminant.name)  # fmt: skip
        self._visit(Ref(pair.old[0], old.discriminant.type), Ref(pair.new[0], new.discriminant.type), slot)
        if old.default is None:  # an arm that no discriminant reaches any more is told by itself
            self.changes[pair] = [
                change for change in self.changes.get(pair, [])
                if not (isinstance(change, IntegerChanged) and change.subject == slot.subject
                        and change.lost is not None)
            ]  # fmt: skip
        if any(la.value is None for union in (old, new) for arm in union.arms for la in arm.labels):
            return  # labels that are not known: a problem speaks of them
        known = enum_values(self.old, Ref(pair.old[0], old.discriminant.type))
        fresh = enum_values(self.new, Ref(pair.new[0], new.discriminant.type))
        both = known is not None and fresh is not None
        unsure = self._moved_values(known or {}, fresh or {}) if both else set()
        left, right = _arms(old), _arms(new)
        for value in sorted(left.keys() | right.keys() | ((known or {}).keys() & (fresh or {}).keys())):
            if value in unsure or (known is not None and value not in known and value not in left
                                   and old.default is None):  # fmt: skip
                continue
            self._case(pair, old, new, value, left.get(value), right.get(value), (known or {}).get(value, ""))
        self._defaults(pair, old, new, known, fresh, unsure)
        moved = {v: arm for v, arm in left.items() if v not in unsure}
        self._exchanged_arms(pair, old.name, moved, right)

    def _exchanged_arms(self, pair: Pair, name: str, left: dict[int, Arm], right: dict[int, Arm]) -> None:
        """Names of arms of one shape that changed places: the bytes agree, the meaning may not."""
        moved = [v for v in sorted(left.keys() & right.keys()) if left[v].name != right[v].name]
        before, after = [left[v].name for v in moved], [right[v].name for v in moved]
        refs = [(Ref(pair.old[0], left[v].type), Ref(pair.new[0], right[v].type)) for v in moved]
        if not moved or "" in before or set(before) != set(after) or not all(self.wire.same(*ref) for ref in refs):
            return
        self._add(
            pair,
            MembersReordered(pair.old[0], name, key="arms", old=left[moved[0]].location,
                             new=right[moved[0]].location, before=tuple(before), after=tuple(after), exchanged=True),
        )  # fmt: skip

    def _moved_values(self, known: dict[int, str], fresh: dict[int, str]) -> set[int]:
        """Return the discriminants whose own enumerators went or moved: the enum's finding speaks of them."""
        names = {name: value for value, name in fresh.items()}
        unsure = {value for value in known if value not in fresh}
        for value, name in known.items():
            if names.get(name, value) != value:
                unsure |= {value, names[name]}
        return unsure

    def _case(
        self, pair: Pair, old: Union, new: Union, value: int, left: Arm | None, right: Arm | None, name: str
    ) -> None:
        if left is None and right is None:
            return
        text = next((la.text for arm in (left, right) if arm for la in arm.labels if la.value == value), name)
        subject = f"{old.name}.{text}"
        if left is not None and right is not None:
            slot = Slot(subject, left.location, right.location, pair, f"case {value}")
            self._visit(Ref(pair.old[0], left.type), Ref(pair.new[0], right.type), slot)
        elif left is not None and new.default is None:
            self._add(
                pair,
                ArmGone(pair.old[0], subject, old=left.location, new=new.location, value=value, type=str(left.type),
                        evidence=self._evidence(pair, f"case {value}")),
            )  # fmt: skip
        elif right is not None and old.default is None:
            self._new_arm(pair, old, right, value, subject)
        else:
            self._default_case(pair, old, new, value, left, right, subject)

    def _new_arm(self, pair: Pair, old: Union, right: Arm, value: int, subject: str) -> None:
        self._add(
            pair,
            ArmAdded(pair.old[0], subject, old=old.location, new=right.location, value=value, type=str(right.type),
                     evidence=self._evidence(pair, f"case {value}")),
        )  # fmt: skip

    def _default_case(
        self, pair: Pair, old: Union, new: Union, value: int, left: Arm | None, right: Arm | None, subject: str
    ) -> None:
        """A discriminant that the default arm carried on one side and one of its own on the other."""
        one, other = left or old.default, right or new.default
        assert one is not None
        assert other is not None
        a, b = Ref(pair.old[0], one.type), Ref(pair.new[0], other.type)
        if self.wire.same(a, b):
            return
        if self.language.accepts((a,), (b,)):
            self._visit(a, b, Slot(subject, one.location, other.location, pair, f"case {value}"))
            return
        sides = (
            (self.old, Ref(pair.old[0], old.discriminant.type)),
            (self.new, Ref(pair.new[0], new.discriminant.type)),
        )
        names = [enum_values(scope, ref) for scope, ref in sides]
        sent = any(values is None or value in values for values in names)
        self._add(
            pair,
            ArmMoved(pair.old[0], subject, old=one.location, new=other.location, value=value, before=str(one.type),
                     after=str(other.type), to_default=right is None, sent=sent,
                     evidence=self._evidence(pair, f"case {value}")),
        )  # fmt: skip

    def _defaults(
        self,
        pair: Pair,
        old: Union,
        new: Union,
        known: dict[int, str] | None,
        fresh: dict[int, str] | None,
        unsure: set[int],
    ) -> None:
        left, right = _arms(old), _arms(new)
        if old.default is not None:
            open_ = (
                [v for v in known if v not in left and v not in unsure] if known is not None else [_unused(left, right)]
            )
            if not open_:
                return
            value = open_[0]
            if new.default is not None:
                slot = Slot(f"{old.name}.default", old.default.location, new.default.location, pair, f"case {value}")
                self._visit(Ref(pair.old[0], old.default.type), Ref(pair.new[0], new.default.type), slot)
            elif any(v not in right for v in open_):
                value = next(v for v in open_ if v not in right)
                self._add(
                    pair,
                    ArmGone(pair.old[0], f"{old.name}.default", old=old.default.location, new=new.location,
                            value=None, type=str(old.default.type), evidence=self._evidence(pair, f"case {value}")),
                )  # fmt: skip
        elif new.default is not None:
            values = (
                [v for v in fresh if v not in left and v not in right] if fresh is not None else [_unused(left, right)]
            )
            if values:
                self._add(
                    pair,
                    ArmAdded(pair.old[0], f"{old.name}.default", old=old.location, new=new.default.location,
                             value=None, type=str(new.default.type)),
                )  # fmt: skip

    # ---- types

    def _visit(self, old: Ref, new: Ref, slot: Slot) -> None:
        """Compare the types of a slot; named ones become a pair of their own."""
        for _ in range(10_000):
            if isinstance(old.type, Named) and isinstance(new.type, Named):
                left = self.old.find(old.unit, old.type.name)
                right = self.new.find(new.unit, new.type.name)
                if left and right and self._are_counterparts(left, right, old.type.name, new.type.name):
                    self._enqueue((left[0], old.type.name), (right[0], new.type.name), slot.owner)
                    return
            inner, other = self.old.step(old), self.new.step(new)
            if inner is None and other is None:
                break
            old, new = inner or old, other or new
        self._shapes(old, new, slot)

    def _are_counterparts(
        self, left: tuple[str, Definition], right: tuple[str, Definition], one: str, other: str
    ) -> bool:
        if one == other:
            return True
        anonymous = "." in one and "." in other
        renamed = one not in self._new_names and other not in self._old_names
        return (anonymous or renamed) and type(left[1]) is type(right[1])

    def _shapes(self, old: Ref, new: Ref, slot: Slot) -> None:
        if unknown(self.old, old) or unknown(self.new, new):
            return
        a, b = as_array(old.type), as_array(new.type)
        match a, b:
            case String() | Opaque(fixed=False), String() | Opaque(fixed=False):
                self._sizes(a.size, b.size, slot, "string" if isinstance(a, String) else "opaque")
                if type(a) is not type(b):
                    self._reinterpreted(slot, str(a), str(b), "bytes that are no text")
                return
            case Array(fixed=False), Array(fixed=False):
                self._sizes(a.size, b.size, slot, "array")
                self._visit(Ref(old.unit, a.item), Ref(new.unit, b.item), _items(slot))
                return
            case Array(fixed=True), Array(fixed=True) if a.size.value == b.size.value:
                self._visit(Ref(old.unit, a.item), Ref(new.unit, b.item), _items(slot))
                return
        if self.wire.same(old, new):
            return
        if not self._words(old, new, slot) and not self._grown(old, new, slot):
            self._changed(old, new, slot)

    def _grown(self, old: Ref, new: Ref, slot: Slot) -> bool:
        """Whether another type takes all that the one before took, part by part; then what grew is noted."""
        if not self._grows(old, new, slot):
            return False
        self._parts(flat(self.old, old), flat(self.new, new), slot)
        return True

    def _grows(self, old: Ref, new: Ref, slot: Slot) -> bool:
        """Whether another type takes all that the one before took, part by part."""
        left, right = flat(self.old, old), flat(self.new, new)
        if len(left) != len(right) or self.level > MAX_LEVEL:
            return False
        if left == [old] and right == [new] and not isinstance(old.type, Named):
            return False  # nothing to open
        inside = Differ(self.old, self.new, level=self.level + 1)
        inside._parts(left, right, msgspec.structs.replace(slot, owner="\0"))
        inside._drain()
        return all(is_growth(change) for changes in inside.changes.values() for change in changes)

    def _parts(self, left: Sequence[Ref], right: Sequence[Ref], slot: Slot) -> None:
        if len(left) == 1:
            one, other = self.old.definition(left[0]), self.new.definition(right[0])
            if one and other and type(one[1]) is type(other[1]):
                self._enqueue((one[0], one[1].name), (other[0], other[1].name), slot.owner)
                return
            if one or other:
                if not self._words(left[0], right[0], slot):
                    self._changed(left[0], right[0], slot)
                return
        for a, b in zip(left, right, strict=True):
            self._visit(a, b, slot)

    def _changed(self, old: Ref, new: Ref, slot: Slot) -> None:
        told = not any(isinstance(ref.type, Opaque) and ref.type.foreign for ref in (old, new))
        self._add(
            slot.owner,
            TypeChanged(_unit(slot, old), slot.subject, old=slot.old, new=slot.new, before=spell(self.old, old),
                        after=spell(self.new, new), evidence=self._evidence(slot.owner, slot.part) if told else None),
        )  # fmt: skip

    def _words(self, old: Ref, new: Ref, slot: Slot) -> bool:
        """Compare types that take the same bytes; returns False when these do not."""
        found = words(self.old, old, self.new, new)
        if found is not None and found.values:
            self._reinterpreted(slot, found.before, found.after, found.values)
        elif found is not None:
            self._integer(slot, old, found.before, found.after, found.lost, found.gained)
        return found is not None

    def _integer(self, slot: Slot, old: Ref, before: str, after: str, lost: int | None, gained: int | None) -> None:
        if lost is None and gained is None:
            return
        self._add(
            slot.owner,
            IntegerChanged(_unit(slot, old), slot.subject, old=slot.old, new=slot.new, before=before, after=after,
                           lost=lost, gained=gained, evidence=self._evidence(slot.owner, slot.part, number=lost)),
        )  # fmt: skip

    def _reinterpreted(self, slot: Slot, before: str, after: str, values: str) -> None:
        unit = slot.owner.old[0] if isinstance(slot.owner, Pair) else slot.owner.partition("\0")[0]
        self._add(
            slot.owner,
            Reinterpreted(unit, slot.subject, old=slot.old, new=slot.new, before=before, after=after, values=values),
        )

    def _sizes(self, old: Size, new: Size, slot: Slot, what: str) -> None:
        if old.value is None or new.value is None or old.value == new.value:
            return
        constant = bool(old.symbol) and old.symbol == new.symbol
        unit = slot.owner.old[0] if isinstance(slot.owner, Pair) else slot.owner.partition("\0")[0]
        length = new.value + 1 if new.value < old.value else None
        self._add(
            slot.owner,
            SizeChanged(
                unit, old.symbol if constant else slot.subject, old=slot.old, new=slot.new, before=old.value,
                after=new.value, what=what, constant=constant, uses=(slot.subject,),
                evidence=self._evidence(slot.owner, slot.part, length=length),
            ),
        )  # fmt: skip


def _is_foreign(definition: Definition) -> bool:
    return isinstance(definition, Typedef) and isinstance(definition.type, Opaque) and bool(definition.type.foreign)


def _inside(key: Key, definition: Definition) -> Ref:
    """Return what a definition stands for: a typedef's own type, else the definition itself."""
    return Ref(key[0], definition.type if isinstance(definition, Typedef) else Named(definition.name))


def _items(slot: Slot) -> Slot:
    return msgspec.structs.replace(slot, subject=slot.subject if slot.subject.endswith("[]") else f"{slot.subject}[]")


def _unit(slot: Slot, old: Ref) -> str:
    return slot.owner.old[0] if isinstance(slot.owner, Pair) else old.unit


def _arms(union: Union) -> dict[int, Arm]:
    found: dict[int, Arm] = {}
    for arm in union.arms:
        for label in arm.labels:
            if label.value is not None:
                found.setdefault(label.value, arm)
    return found


def _unused(left: dict[int, Arm], right: dict[int, Arm]) -> int:
    """Return a discriminant that neither side names."""
    value = 0
    while value in left or value in right:
        value += 1
    return value
