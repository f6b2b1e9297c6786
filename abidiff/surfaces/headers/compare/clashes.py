"""Headers that a program can no longer include together (ISO C11 §6.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from abidiff.surfaces.headers.build.tables import Entry, is_definition
from abidiff.surfaces.headers.change import HeaderChange, HeadersConflict
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.same_type import TypeComparer
from abidiff.surfaces.headers.model import (
    CONSTANT_KINDS,
    Array,
    Clash,
    Header,
    Library,
    Macro,
    Pointer,
    Qualified,
    Type,
    TypedefRef,
)


def compare_clashes(pair: Pair) -> Iterator[HeaderChange]:
    """Yield pairs of headers whose declarations contradict in the new release and did not in the old one."""
    yield from _hit(pair)
    yield from _together(pair)
    if not pair.new.clashes:
        return
    before = {frozenset(_includes(pair.old, clash)) for clash in _real(pair.old)}
    known = {header.include for header in pair.old.headers if not header.error}
    for clash in _real(pair.new):
        both = _includes(pair.new, clash)
        if len(set(both)) == 2 and set(both) <= known and frozenset(both) not in before:
            before.add(frozenset(both))
            yield HeadersConflict(pair.unit, clash.name, include=both[0], headers=both, clash=clash)


def _together(pair: Pair) -> Iterator[HeaderChange]:
    """Yield headers that keep each other out, or that define something again, and did not in the old release."""
    found = [clash for clash in pair.new.clashes if clash.kind in _OF_GUARDS]
    if not found:
        return
    old = {header.include: header for header in pair.old.headers if not header.error}
    before = [*(clash for clash in pair.old.clashes if clash.kind in _OF_GUARDS), *_real(pair.old)]
    apart = {frozenset(_includes(pair.old, clash)) for clash in before}
    repeated = {name for clash in before if clash.kind == "repeated" for name in clash.lost}
    for clash in found:
        both = _includes(pair.new, clash)
        if not set(both) <= old.keys() or frozenset(both) in apart:
            continue
        if clash.kind == "guard":
            lost = _lost(pair, clash, (old[both[0]], old[both[1]]))
            if lost:
                apart.add(frozenset(both))
                yield HeadersConflict(pair.unit, clash.name, include=both[1], headers=both, clash=clash, lost=lost)
            continue
        name = next((name for name in clash.lost if _defined(pair.old, name)), "")
        if name and repeated.isdisjoint(clash.lost):
            repeated.update(clash.lost)
            yield HeadersConflict(pair.unit, name, include=both[0], headers=both, clash=clash)


def _defined(library: Library, name: str) -> bool:
    """Tell whether a library defines a name: that could be read twice, so it had a guard."""
    tables: tuple[Mapping[str, Entry], ...] = (library.records, library.enums, library.functions, library.variables)
    return any(name in table and is_definition(table[name]) for table in tables)


def _lost(pair: Pair, clash: Clash, old: tuple[Header, Header]) -> tuple[tuple[str, str], ...]:
    """Return (kind, name) of what only the second header declares, and programs that include both had."""
    had = {*old[0].brings, *old[1].brings}
    names = {**pair.old.brought, **{header.path: header.include for header in pair.old.headers}}
    return tuple(
        (kind, name)
        for name, (kind, mark) in pair.new_marks.items()
        if name.rpartition(" ")[2] in clash.lost
        and mark.location.path == clash.paths[1]
        and (kind in _USED or _complete(pair, name))
        and name in pair.old_marks
        and pair.old_marks[name][0] == kind
        and names.get(pair.old_marks[name][1].location.path) in had
    )


def _complete(pair: Pair, name: str) -> bool:
    """Tell whether a name is that of a struct or union whose members both releases give."""
    sides = (pair.old.records, pair.new.records)
    return all(name in records and is_definition(records[name]) for records in sides)


_OF_GUARDS = frozenset({"guard", "repeated"})
_USED = frozenset({"function", "variable", "typedef", "enumerator", "constant"})


def _hit(pair: Pair) -> Iterator[HeaderChange]:
    """Yield new macros that make no declaration of what another header declares, where that is included behind."""
    headers = {header.path: header for header in pair.new.headers}
    known = {header.include for header in pair.old.headers if not header.error}
    for name, macro in pair.new.macros.items():
        function = pair.new.functions.get(name)
        if function is None or name in pair.old.macros or name not in pair.old.functions or not _no_declarator(macro):
            continue
        one, other = (headers.get(mark.location.path) for mark in (macro.mark, function.mark))
        if one is None or other is None or one.error or other.error:
            continue
        if one.include not in one.brings or other.include in one.brings or one.include in other.brings:
            continue
        both = one.include, other.include
        if set(both) <= known and all(both):
            clash = Clash(name, "macro", (one.path, other.path))
            yield HeadersConflict(pair.unit, name, include=both[0], headers=both, clash=clash)


def _no_declarator(macro: Macro) -> bool:
    """Tell whether what a macro stands for can't be a declared name (ISO C11 §6.7.6), whatever its arguments are."""
    if macro.parameters is None and macro.value.kind in CONSTANT_KINDS:
        return True
    words = (macro.expanded or macro.body).split()
    return macro.value.kind == "code" and "[" not in words and not _NONE.isdisjoint(words)


# Operators and keywords that stand in no declarator.
_NONE = (
    frozenset({"+", "-", "/", "%", "<<", ">>", "?", ":", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "!", "~"})
    | frozenset({"{", "}", ";", "=", ".", "->"})
    | frozenset({"do", "if", "while", "for", "return", "sizeof"})
)


def _real(library: Library) -> Iterator[Clash]:
    types = TypeComparer(library, library)
    for clash in library.clashes:
        if clash.kind in _OF_GUARDS:
            continue
        told = all(_told(type_, library) for type_ in clash.types)
        if clash.kind != "types" or (told and types.differ(*clash.types)):
            yield clash


def _told(type_: Type, library: Library) -> bool:
    """Tell whether what a type stands for is known in this configuration: another header may bring its name."""
    while isinstance(type_, Pointer | Qualified | Array):
        match type_:
            case Array():
                type_ = type_.element
            case Qualified():
                type_ = type_.type
            case Pointer():
                type_ = type_.target
    return not isinstance(type_, TypedefRef) or type_.name in library.typedefs


def _includes(library: Library, clash: Clash) -> tuple[str, str]:
    names = {header.path: header.include for header in library.headers}
    return names.get(clash.paths[0], ""), names.get(clash.paths[1], "")
