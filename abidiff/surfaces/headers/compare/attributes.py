"""What attributes and pragmas say about declarations of two releases, beside their types."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.surfaces.headers.build.poisoned import MESSAGE
from abidiff.surfaces.headers.change import (
    AttributesUnmodelled,
    HeaderChange,
    LanguageLinkageDropped,
    StorageOrderChanged,
    SymbolHidden,
    TransparencyDropped,
    UseRefused,
)
from abidiff.surfaces.headers.code.standard import kind_of as standard_kind_of
from abidiff.surfaces.headers.compare.matching import Pair, reserved
from abidiff.surfaces.headers.compare.records import c_names
from abidiff.surfaces.headers.compare.same_type import transparent
from abidiff.surfaces.headers.layout.layout import Engine, LayoutError
from abidiff.surfaces.headers.layout.targets import TARGETS
from abidiff.surfaces.headers.model import FunctionDecl, Library, Mark, Member, Record, RecordRef, TypedefRef, Variable

_HIDING = frozenset({"visibility:hidden", "visibility:internal"})


def hidden(found: FunctionDecl | Variable) -> str:
    """Return ``hidden`` or ``internal`` for what a program outside of the library can't link to, else nothing."""
    return next((word.partition(":")[2] for word in found.attributes if word in _HIDING), "")


def compare_attributes(pair: Pair) -> Iterator[HeaderChange]:
    """Yield what attributes changed about symbols, uses, unions and storage orders, and what is not modelled."""
    yield from _languages(pair)
    yield from _hidden(pair)
    yield from _marked(pair)
    yield from _poisoned(pair)
    if any(record.transparent for record in pair.old.records.values()) or any(
        typedef.transparent for typedef in pair.old.typedefs.values()
    ):
        yield from _transparency(pair)
    yield from _orders(pair)


def _languages(pair: Pair) -> Iterator[HeaderChange]:
    """Yield functions that had C linkage in C++ programs, those of one header together."""
    lost: dict[tuple[str, str], list[tuple[FunctionDecl, FunctionDecl]]] = {}
    for name, old in pair.old.functions.items():
        new = pair.new.functions.get(name)
        if new is None or old.language != "C" or new.language == "C":
            continue
        if not old.linkage.startswith("static") and not new.linkage.startswith("static") and not (old.asm or new.asm):
            lost.setdefault((pair.include(old.mark.location), new.language), []).append((old, new))
    for (include, language), functions in lost.items():
        functions.sort(key=lambda each: each[0].name)
        yield LanguageLinkageDropped(pair.unit, include, include=include, functions=tuple(functions), language=language)


def _hidden(pair: Pair) -> Iterator[HeaderChange]:
    for before, after in ((pair.old.functions, pair.new.functions), (pair.old.variables, pair.new.variables)):
        for name, old in before.items():
            new = after.get(name)
            if new is None or not new.attributes or hidden(old) or old.linkage.startswith("static"):
                continue
            found = hidden(new)
            if found and not new.linkage.startswith("static"):
                include = pair.include(old.mark.location)
                yield SymbolHidden(pair.unit, name, include=include, old=old, new=new, visibility=found)


def _marked(pair: Pair) -> Iterator[HeaderChange]:
    old, new = {**pair.old_marks, **_enums(pair.old)}, {**pair.new_marks, **_enums(pair.new)}
    names: dict[str, str] | None = None
    for name, (kind, before) in old.items():
        found = new.get(name)
        if found is None or found[1] is before:
            continue
        after = found[1]
        include = pair.include(before.location)
        if before.unmodelled != after.unmodelled:
            yield AttributesUnmodelled(
                pair.unit, name, include=include, kind=kind, old=before.location, new=after.location,
                before=before.unmodelled, after=after.unmodelled,
            )  # fmt: skip
        if before.refused is None and after.refused is not None:
            record = ""
            if kind == "field":
                names = c_names(pair.old) if names is None else names
                record = names.get(name.rpartition(".")[0], name.rpartition(".")[0])
            yield UseRefused(
                pair.unit, name, include=include, kind=kind, old=before.location, new=after.location,
                message=after.refused, function=pair.old.functions.get(name), record=record,
            )  # fmt: skip


def _enums(library: Library) -> dict[str, tuple[str, Mark]]:
    found = [enum for enum in library.enums.values() if enum.own and enum.tag and not reserved(enum.tag)]
    return {f"enum {enum.tag}": ("enum", enum.mark) for enum in found}


def _poisoned(pair: Pair) -> Iterator[HeaderChange]:
    """Yield names that are not the library's and that programs may not write any more."""
    own = pair.old_marks
    for name, place in pair.new.poisoned.items():
        if name in pair.old.poisoned or name in own or name in pair.old.macros:
            continue
        kind = standard_kind_of(name) or ("name" if name in pair.old.lent else "")
        if kind:
            yield UseRefused(
                pair.unit, name, include=pair.include(place), kind=kind, old=None, new=place, message=MESSAGE
            )


def _transparency(pair: Pair) -> Iterator[HeaderChange]:
    """A typedef counts by itself, a union by its tag; each is told once."""
    for name, typedef in pair.old.typedefs.items():
        other = pair.new.typedefs.get(name)
        old = transparent(TypedefRef(name), pair.old)
        if old is not None and other is not None and typedef.own and transparent(TypedefRef(name), pair.new) is None:
            yield from _dropped(pair, name, name, old, TypedefRef(name))
    for id_, record in pair.old.records.items():
        tagged = record.transparent and record.tag and record.own
        if tagged and id_ in pair.new.records and transparent(RecordRef(id_), pair.new) is None:
            yield from _dropped(pair, id_, id_, record, RecordRef(id_))


def _dropped(pair: Pair, subject: str, name: str, old: Record, type_: TypedefRef | RecordRef) -> Iterator[HeaderChange]:
    new, _ = pair.types.peel(type_, pair.new)
    found = pair.new.records.get(new.id) if isinstance(new, RecordRef) else None
    if found is not None:
        include = pair.include(old.mark.location)
        yield TransparencyDropped(pair.unit, subject, include=include, old=old, new=found, name=name)


def _orders(pair: Pair) -> Iterator[HeaderChange]:
    """Yield structs whose numbers are stored in another order of bytes on some target."""
    names: dict[str, str] | None = None
    for id_, old in pair.old.records.items():
        new = pair.new.records.get(pair.types.records.get(id_, id_))
        if new is None or old.order == new.order or old.members is None or new.members is None or not old.own:
            continue
        targets = frozenset(
            name for name in pair.types.targets
            if (old.order or _usual(name)) != (new.order or _usual(name))
        )  # fmt: skip
        found = _number(pair.old, old) if targets else None
        names = c_names(pair.old) if names is None else names
        if targets and id_ in names:
            member, offset, size = found or (None, 0, 0)
            yield StorageOrderChanged(
                pair.unit, names[id_], include=pair.include(old.mark.location), old=old, new=new, name=names[id_],
                targets=targets, member=member, offset=offset, size=size,
            )  # fmt: skip


def _usual(target: str) -> str:
    return "big-endian" if TARGETS[target].big_endian else "little-endian"


def _number(library: Library, record: Record) -> tuple[Member, int, int] | None:
    """Return a member of several bytes that is a number, with its offset and size on x86_64."""
    engine = Engine(library, "x86_64")
    try:
        whole = engine.record(record)
        for member, place in zip(record.members or (), whole.fields if whole else (), strict=True):
            size = engine.scalar_size(member.type)
            if member.name and member.bits is None and size > 1 and place.bit_size == 8 * size:
                return member, place.bit_offset // 8, size
    except (LayoutError, ValueError, KeyError):
        return None
    return None
