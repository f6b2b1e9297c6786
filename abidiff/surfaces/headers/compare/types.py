"""Typedefs, callbacks and enums of two releases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from abidiff.surfaces.headers.change import (
    CallbackChanged,
    EnumeratorAdded,
    EnumeratorRemoved,
    EnumeratorValueChanged,
    EnumRemoved,
    EnumTypeChanged,
    HeaderChange,
    TypedefAdded,
    TypedefChanged,
    TypedefRemoved,
)
from abidiff.surfaces.headers.code_change import ConstantUseChanged
from abidiff.surfaces.headers.compare.matching import Pair, reserved
from abidiff.surfaces.headers.compare.representation import represented_alike
from abidiff.surfaces.headers.compare.same_type import ALL, Targets, underlying
from abidiff.surfaces.headers.compare.tags import removed_tag
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES, standard_kind
from abidiff.surfaces.headers.layout.spell import declared
from abidiff.surfaces.headers.model import (
    Builtin,
    Enum,
    Enumerator,
    Macro,
    MacroValue,
    Pointer,
    RecordRef,
    Typedef,
    is_callback,
)

_COUNT = re.compile(r"(?:_|\b)(?:N|NR|NUM|COUNT|MAX|LAST|END)\Z|_(?:NUM|MAX|LAST|NUMBER_OF)_\w+\Z", re.IGNORECASE)


def compare_typedefs(pair: Pair) -> Iterator[HeaderChange]:
    """Yield what changed in typedefs."""
    for name, old in pair.old.typedefs.items():
        new = pair.new.typedefs.get(name)
        if not old.own:
            if new is not None and pair.taken_over(old, new):
                yield from _typedef(pair, old, new, pair.include(new.mark.location))
            continue
        include = pair.include(old.mark.location)
        if new is not None:
            yield from _typedef(pair, old, new, include)
        elif not (pair.open(name) or reserved(name) or pair.lent(name, "typedef", declared(old), old.mark.location)):
            yield from _typedef_gone(pair, old, include)
    for name, new in pair.new.typedefs.items():
        if new.own and name not in pair.old.typedefs and not pair.open_before(name):
            yield TypedefAdded(pair.unit, name, include=pair.include(new.mark.location), new=new)


def _typedef(pair: Pair, old: Typedef, new: Typedef, include: str) -> Iterator[HeaderChange]:
    targets = pair.types.differ(old.type, new.type)
    if old.aligned != new.aligned:
        targets = ALL
    if not targets:
        return
    binary = old.aligned != new.aligned or not represented_alike(pair.types, old.type, new.type)
    if is_callback(old) and is_callback(new):
        yield CallbackChanged(pair.unit, old.name, include=include, old=old, new=new, targets=targets, binary=binary)
        return
    old, new = _written_out(old, targets), _written_out(new, targets)
    qualified = old.aligned == new.aligned and any(pair.types.qualifiers(old.type, new.type))
    yield TypedefChanged(
        pair.unit, old.name, include=include, old=old, new=new, targets=targets, qualified=qualified,
        opened=_opened(pair, old, new), binary=binary, member=_member_gone(pair, old, new),
    )  # fmt: skip


def _written_out(typedef: Typedef, targets: Targets) -> Typedef:
    """Return a type of the system, which its name alone stands for, as the type that it is where it differs."""
    found = typedef.type
    if not isinstance(found, Builtin) or found.kind != typedef.name:
        return typedef
    target = next(name for name in TARGET_NAMES if name in targets)
    return replace(typedef, type=Builtin(standard_kind(found.kind, target)))


def _member_gone(pair: Pair, old: Typedef, new: Typedef) -> str:
    """Return a member of the untagged struct or union that a typedef named, which its new type does not have."""
    before, after = pair.types.peel(old.type, pair.old)[0], pair.types.peel(new.type, pair.new)[0]
    record = pair.old.records.get(before.id) if isinstance(before, RecordRef) else None
    if record is None or record.tag:
        return ""
    other = pair.new.records.get(after.id) if isinstance(after, RecordRef) else None
    left = {member.name for member in other.members or ()} if other is not None else set()
    return next((m.name for m in record.members or () if m.name and m.name not in left), "")


def _opened(pair: Pair, old: Typedef, new: Typedef) -> bool:
    """Tell whether ``void`` stands in the place of an incomplete type that programs can only point to."""
    before, qualifiers = pair.types.peel(old.type, pair.old)
    after, others = pair.types.peel(new.type, pair.new)
    while isinstance(before, Pointer) and isinstance(after, Pointer) and qualifiers == others:
        before, qualifiers = pair.types.peel(before.target, pair.old)
        after, others = pair.types.peel(after.target, pair.new)
    if not isinstance(before, RecordRef) or not isinstance(after, Builtin) or after.kind != "void":
        return False
    record = pair.old.records.get(before.id)
    return qualifiers == others and record is not None and record.members is None and reserved(record.tag or "_")


def _typedef_gone(pair: Pair, old: Typedef, include: str) -> Iterator[HeaderChange]:
    macro = pair.new.macros.get(old.name)
    if macro is not None and macro.parameters is None and macro.value.kind in ("name", "type"):
        other = pair.alias_type(old.name)
        if other is None or not pair.types.differ(old.type, other):
            return
    yield TypedefRemoved(pair.unit, old.name, include=include, old=old)


def compare_enums(pair: Pair) -> Iterator[HeaderChange]:
    """Yield what changed in enums and their constants.

    Constants are matched by name over the whole library: C puts them into one name space, so
    an enumerator may move to another enum.
    """
    new_constants = pair.new_constants
    for id_, old in pair.old.enums.items():
        if not old.own and not pair.taken_over(old, pair.new.enums.get(id_, old)):
            continue
        yield from _enum(pair, id_, old)
        for enumerator in old.enumerators or ():
            yield from _enumerator(pair, old, enumerator, new_constants.get(enumerator.name))
    old_constants = pair.old_constants
    for new in pair.new.enums.values():
        if not new.own:
            continue
        for enumerator in new.enumerators or ():
            if enumerator.name in old_constants or enumerator.sentinel:
                continue
            if enumerator.name in pair.old.macros or pair.open_before(enumerator.name):
                continue
            yield EnumeratorAdded(
                pair.unit,
                enumerator.name,
                include=pair.include(enumerator.mark.location),
                new=enumerator,
                enum=display(new),
            )


def display(enum: Enum) -> str:
    """Return what people call an enum: its tag or typedef."""
    if enum.id.startswith("enum {"):
        return f"the enum of {enum.id[6:-1]}"
    return enum.tag or enum.id.removeprefix("enum ").strip("()")


def _enum(pair: Pair, id_: str, old: Enum) -> Iterator[HeaderChange]:
    new = pair.new.enums.get(pair.types.enums.get(id_, id_)) or pair.new.enums.get(id_)
    include = pair.include((old if old.own or new is None else new).mark.location)
    if new is None:
        if old.tag and not reserved(old.tag) and not pair.open(old.tag) and old.enumerators:
            yield EnumRemoved(pair.unit, f"enum {old.tag}", include=include, old=old)
        return
    if old.tag != new.tag:
        yield from removed_tag(pair, old, new, "")
    complete = (old.enumerators or old.fixed) and (new.enumerators or new.fixed)
    if not complete or id_.startswith("enum {"):
        return
    before, after = underlying(_named(old)), underlying(_named(new))
    if before != after:
        yield EnumTypeChanged(pair.unit, display(old), include=include, old=old, new=new, before=before, after=after)


def _named(enum: Enum) -> Enum:
    return enum


def _enumerator(pair: Pair, enum: Enum, old: Enumerator, new: Enumerator | None) -> Iterator[HeaderChange]:
    if old.sentinel:
        return
    include = pair.include(old.mark.location)
    if new is not None:
        if new.value != old.value:
            yield EnumeratorValueChanged(
                pair.unit,
                old.name,
                include=include,
                old=old,
                enum=display(enum),
                value=new.value,
                location=new.mark.location,
                bits=same_bits(old.value, new.value),
                counts=new.value > old.value and _counts(enum, old) and _counts_in(pair, new),
            )
        return
    macro, number = pair.new.macros.get(old.name), pair.object_number(old.name)
    mark = None if number is None else pair.new.variables[old.name].mark
    if macro is not None and macro.value.number is not None:
        number, mark = macro.value.number, macro.mark
    if number is not None and mark is not None:
        if number != old.value:
            yield EnumeratorValueChanged(
                pair.unit,
                old.name,
                include=include,
                old=old,
                enum=display(enum),
                value=number,
                location=mark.location,
                bits=same_bits(old.value, number),
            )
        elif macro is None:
            value = MacroValue("integer", str(number), number, "int")
            both = (Macro(old.name, value, "", "", each) for each in (old.mark, mark))
            yield ConstantUseChanged(
                pair.unit, old.name, include=include, old=next(both), new=next(both), kind="object"
            )
        return
    if not pair.open(old.name):
        yield EnumeratorRemoved(pair.unit, old.name, include=include, old=old, enum=display(enum))


def _counts_in(pair: Pair, enumerator: Enumerator) -> bool:
    return any(_counts(e, enumerator) for e in pair.new.enums.values() if enumerator in (e.enumerators or ()))


def _counts(enum: Enum, enumerator: Enumerator) -> bool:
    """Tell whether an enumerator only says how many others there are, or the last: by name, place and value."""
    others = enum.enumerators or ()
    if len(others) < 2 or others[-1].name != enumerator.name or not _COUNT.search(enumerator.name):
        return False
    return enumerator.value - max(e.value for e in others[:-1]) in (0, 1)


def same_bits(a: int, b: int) -> bool:
    """Tell whether two numbers are the same bits as ``int`` and ``unsigned int``."""
    return (a - b) % (1 << 32) == 0 and all(-(1 << 31) <= number < 1 << 32 for number in (a, b))
