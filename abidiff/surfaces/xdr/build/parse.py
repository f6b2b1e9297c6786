"""Read the protocols of a release."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from abidiff.errors import ParseError
from abidiff.files import C_HEADERS, paths_of
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.patterns import Patterns
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.xdr.build.programs import define_programs
from abidiff.surfaces.xdr.build.resolve import Part, Resolver
from abidiff.surfaces.xdr.build.variants import Reading, with_variants
from abidiff.surfaces.xdr.model import (
    Array,
    Definition,
    Named,
    Protocol,
    Protocols,
    Simple,
    Struct,
    Type,
    Typedef,
    Union,
    used_by,
)
from abidiff.surfaces.xdr.read.constants import HeaderConstants
from abidiff.surfaces.xdr.read.definitions import KnownDefinitions, parse_source
from abidiff.surfaces.xdr.read.scan import DEFINED, Source, printable, scan

Key = tuple[str, str]
"""A definition: its unit and its name."""

Units = Mapping[str, tuple[Resolver, Mapping[str, str]]]
"""The units of a release, each with the units of the types that it only uses."""

MAX_TYPEDEFS = 10_000
_PROGRAM = re.compile(rb"\bprogram\s+\w+\s*\{\s*version\b", re.ASCII)
NO_NUMBERS = ("float", "double", "quadruple", "void")


def parse(release: Release, project: Project, _models: Mapping[str, Any]) -> Protocols:
    """Return the model of all protocol units.

    Options of a unit: ``headers`` lists the C headers that constants may come from; without it, all headers
    of the release that were read are searched.  ``sentinels`` are patterns of enumerators that nobody sends.
    ``opaque`` names types that only C code knows and that are the same on both sides.
    ``messages`` is "all" where every type with a name travels on its own, else those that nothing names do.
    """
    return parse_remembering(release, project, None)


def parse_remembering(release: Release, project: Project, memory: KnownDefinitions | None) -> Protocols:
    """Parse; definitions that ``memory`` knows are not parsed again, and the model is the same."""
    headers: dict[tuple[str, ...], HeaderConstants] = {}

    def read(defined: frozenset[str]) -> Reading:
        problems: list[Problem] = []
        resolvers, unread = [], []
        for unit in project.of("xdr"):
            names = tuple(unit.options.get("headers") or _headers(release))
            if names not in headers:
                headers[names] = HeaderConstants(release.files, names)
            known = len(problems)
            parts = _parts(release, unit, problems, memory, defined)
            if len(problems) > known:
                unread.append(unit.name)
            if parts:
                resolvers.append(_resolver(unit, parts, headers[names]))
        sources = [part.source for resolver in resolvers for part in resolver.parts]
        return Reading(assemble(resolvers, problems, tuple(unread)), sources)

    return with_variants(read)


def _resolver(unit: Unit, parts: Sequence[Part], constants: HeaderConstants) -> Resolver:
    sentinels = Patterns(tuple(unit.options.get("sentinels") or ()))
    whole = unit.options.get("messages") == "all"
    opaque = dict.fromkeys(unit.options.get("opaque") or (), True)
    return Resolver(unit.name, parts, constants, opaque=opaque, sentinels=sentinels, every_type=whole)


def parse_text(path: str, data: bytes) -> Protocols:
    """Return the model of one file on its own; raises :class:`ParseError` when it does not parse."""
    source = scan(path, data)
    resolver = Resolver(PurePosixPath(path).stem, [Part(source, parse_source(source))], HeaderConstants({}, ()))
    return assemble([resolver], [])


def _headers(release: Release) -> tuple[str, ...]:
    return tuple(sorted(paths_of(release.files, C_HEADERS)))


def assemble(resolvers: Sequence[Resolver], problems: list[Problem], unread: tuple[str, ...] = ()) -> Protocols:
    """Bind the units of a release to each other."""
    for resolver in resolvers:
        resolver.collect()
        resolver.others = _others(resolver, resolvers)
    labels = set().union(*(resolver.labels for resolver in resolvers))
    for resolver in resolvers:
        resolver.labels = labels
    for step in (Resolver.define, define_programs):
        for resolver in resolvers:
            step(resolver)
    imports = [_imports(resolver, bool(unread)) for resolver in resolvers]
    units = {resolver.unit: (resolver, found) for resolver, found in zip(resolvers, imports, strict=True)}
    _check_containment(units)
    for resolver in resolvers:
        _check_discriminants(resolver, units)
    named = _named(resolvers, imports)
    protocols = []
    for resolver, found in zip(resolvers, imports, strict=True):
        problems += [_problem(error, resolver.unit) for error in resolver.errors]
        protocols.append(_protocol(resolver, found, named))
    return Protocols(tuple(protocols), tuple(problems), unread)


def _parts(
    release: Release, unit: Unit, problems: list[Problem], memory: KnownDefinitions | None, defined: frozenset[str]
) -> list[Part]:
    """Scan and parse the files of a unit and what they include."""
    parts: list[Part] = []
    queue = list(unit.roots or unit.files)
    queue += [path for path in unit.files if path not in queue]
    seen: set[str] = set()
    while queue:
        path = queue.pop(0)
        if path in seen or path not in release.files or (not path.endswith(".x") and path not in unit.roots):
            continue
        seen.add(path)
        try:
            source = scan(path, release.files[path], DEFINED | defined)
            parts.append(Part(source, parse_source(source, memory)))
        except ParseError as error:
            problems.append(_problem(error, unit.name))
            continue
        for name, at in source.includes:
            if name.endswith(C_HEADERS):
                parts += _of_header(release, unit, source, (name, at), problems, seen)
                continue
            target = _find(release, path, name)
            if target is None:
                text = "is not part of the release" if name.endswith(".x") else "is not read: it is no .x file"
                problems.append(_problem(source.error(f"{printable(name)} {text}", at), unit.name))
            else:
                queue.append(target)
    return parts


def _of_header(
    release: Release, unit: Unit, source: Source, include: tuple[str, int], problems: list[Problem], seen: set[str]
) -> list[Part]:
    """Return the definitions of a header that ``#include`` names, which rpcgen reads as its own (``%#include`` is not).

    Most are C, and only constants are taken from them; one that is C and holds a program all the same is a problem.
    """
    name, at = include
    path = _find(release, source.path, name)
    if path is None or path in seen:
        return []
    seen.add(path)
    try:
        header = scan(path, release.files[path], source.defined)
        parts = [Part(header, items)] if (items := parse_source(header)) else []
    except ParseError as error:
        if _PROGRAM.search(release.files[path]):
            text = f"the program in {printable(name)} is not read"
            why = f"{printable(error.message)} ({error.location})"
            problems.append(_problem(source.error(text, at, why), unit.name))
        return []
    for further in header.includes:
        parts += _of_header(release, unit, header, further, problems, seen)
    return parts


def _find(release: Release, path: str, name: str) -> str | None:
    """Return the protocol file or header that an ``#include`` names."""
    if not name.endswith((".x", *C_HEADERS)):
        return None
    beside = str(PurePosixPath(path).parent / name)
    if beside in release.files:
        return beside
    last = PurePosixPath(name).name
    tails = sorted(p for p in paths_of(release.files, (last,)) if p == name or p.endswith("/" + last))
    return tails[0] if tails else None


def _problem(error: ParseError, unit: str) -> Problem:
    return Problem("xdr", error.message, error.location, hint=error.hint, rendered=error.render(), unit=unit)


def _imports(resolver: Resolver, unread: bool) -> dict[str, str]:
    """Return which unit defines each type that this one uses but does not define."""
    others = resolver.others
    found: dict[str, str] = {}
    uses = [name for names in resolver.users.values() for name in names]
    for name in dict.fromkeys([*uses, *resolver.carried()]):
        if name in resolver.types or name in found:
            continue
        owner = next((other for other in others if name in other.types), None)
        if owner is not None:
            found[name] = owner.unit
        elif resolver.foreign(name):
            resolver.users[name] = used_by(resolver.types[name])
        elif not unread:  # else what did not parse may define it
            _unknown(resolver, name)
    return found


def _others(resolver: Resolver, resolvers: Sequence[Resolver]) -> list[Resolver]:
    """Return the other units, those first whose headers a unit includes."""
    stems = {PurePosixPath(h).stem for part in resolver.parts for h in part.source.headers}
    others = [other for other in resolvers if other is not resolver]
    return sorted(others, key=lambda other: (not _is_included(other, stems), other.unit))


def _is_included(other: Resolver, stems: set[str]) -> bool:
    return any(PurePosixPath(part.source.path).stem in stems for part in other.parts)


def _unknown(resolver: Resolver, name: str) -> None:
    """Report a type that nothing defines, where it is first used."""
    for part in resolver.parts:
        source = part.source
        at = _word(source.code, name)
        if at >= 0:
            resolver.errors.append(source.error(*_told(resolver, name, at)))
            return


def _told(resolver: Resolver, name: str, at: int) -> tuple[str, int, str]:
    """Say what is known of a type that no protocol file defines, and what to put into a profile."""
    coder = resolver.coder(name)
    declare = f"where it is the same on both sides put `{name} = true` under [xdr.opaque] of a profile"
    if coder is None:
        return (
            f"the type {name} is not defined",
            at,
            f"compare the whole release, add the file that defines it, or {declare}",
        )
    encoder = f"C code encodes it, {coder.words}() of" if coder.words else "it is a struct of"
    return f"the type {name} is not defined here: {encoder} {coder.path}:{coder.line}", at, declare


def _word(text: str, name: str) -> int:
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
            return at
        at = text.find(name, at + 1)
    return -1


def _named(resolvers: Sequence[Resolver], imports: Sequence[Mapping[str, str]]) -> set[tuple[str, str]]:
    """Return (unit, type) for all types that something else names."""
    named = set()
    for resolver, found in zip(resolvers, imports, strict=True):
        names = {name for user, used in resolver.users.items() for name in used if name != user}
        names.update(resolver.carried())
        named |= {(found.get(name, resolver.unit), name) for name in names}
        named |= {(resolver.unit, name) for name in resolver.procedure_enums}
    return named


def _protocol(resolver: Resolver, imports: Mapping[str, str], named: set[tuple[str, str]]) -> Protocol:
    types = {n: d for n, d in resolver.types.items() if n not in resolver.procedure_enums}
    roots = [name for name in types if resolver.every_type or (resolver.unit, name) not in named]
    uses = {name: [used for used in names if used in types] for name, names in resolver.users.items()}
    by_types = {used for name in types for used in uses[name] if used != name}
    reached = _reach(uses, [name for name in types if name in roots or name not in by_types])
    for name in types:
        if name not in reached:  # a ring of types that only name each other
            roots.append(name)
            reached |= _reach(uses, [name])
    constants = {**resolver.imported, **resolver.constants}
    return Protocol(
        resolver.unit,
        resolver.parts[0].source.path,
        tuple(resolver.programs),
        tuple(types.values()),
        tuple(constants[name] for name in sorted(constants)),
        tuple(sorted(imports.items())),
        tuple(sorted(roots)),
    )


def _reach(uses: Mapping[str, Sequence[str]], start: Sequence[str]) -> set[str]:
    reached, queue = set(start), list(start)
    while queue:
        for name in uses[queue.pop()]:
            if name not in reached:
                reached.add(name)
                queue.append(name)
    return reached


def _check_containment(units: Units) -> None:
    """Report types without an end: typedefs of themselves, structs that contain themselves, in whatever files."""
    state: dict[Key, int] = {}  # 1 open, 2 done
    for start in [(unit, name) for unit, (resolver, _) in units.items() for name in resolver.types]:
        stack: list[tuple[Key, Iterator[str]]] = []
        if start not in state:
            state[start] = 1
            stack.append((start, _contained(_at(units, start))))
        while stack:
            at, inside = stack[-1]
            name = next(inside, None)
            if name is None:
                state[at] = 2
                stack.pop()
                continue
            inner = _home(units, at[0], name)
            if inner is not None and state.get(inner) == 1:
                _report_cycle(units, [key for key, _ in stack], inner)
            elif inner is not None and inner not in state:
                state[inner] = 1
                stack.append((inner, _contained(_at(units, inner))))


def _at(units: Units, key: Key) -> Definition:
    return units[key[0]][0].types[key[1]]


def _home(units: Units, unit: str, name: str) -> Key | None:
    """Return the definition that a name stands for in a unit."""
    resolver, imports = units[unit]
    if name in resolver.types:
        return unit, name
    other = imports.get(name)
    return (other, name) if other is not None and name in units[other][0].types else None


def _report_cycle(units: Units, path: list[Key], key: Key) -> None:
    ring = [name for _, name in path[path.index(key) :]]
    shown = " → ".join([*ring[:6], *(["..."] if len(ring) > 6 else []), key[1]])
    text = f"the type {key[1]} contains itself: {shown}"
    _report(units[key[0]][0], _at(units, key).location, text, "only pointers and <> arrays may refer back")


def _report(resolver: Resolver, place: Location, text: str, hint: str) -> None:
    for part in resolver.parts:
        if part.source.path == place.path:
            at = part.source.lines[max(0, place.line - 1)] + max(0, place.column - 1)
            resolver.errors.append(part.source.error(text, at, hint))
            return


def _check_discriminants(resolver: Resolver, units: Units) -> None:
    """Report discriminants that are no numbers (RFC 4506 section 4.15); hyper is taken as rpcgen does."""
    for definition in resolver.types.values():
        if not isinstance(definition, Union):
            continue
        kind, at = definition.discriminant.type, resolver.unit
        for _ in range(MAX_TYPEDEFS):
            if not isinstance(kind, Named):
                break
            home = _home(units, at, kind.name)
            found = _at(units, home) if home is not None else None
            if home is None or not isinstance(found, Typedef):
                if isinstance(found, Struct | Union):
                    _no_discriminant(resolver, definition)
                break
            at, kind = home[0], found.type
        if not isinstance(kind, Named | Simple) or (isinstance(kind, Simple) and kind.kind in NO_NUMBERS):
            _no_discriminant(resolver, definition)


def _no_discriminant(resolver: Resolver, union: Union) -> None:
    text = f"the discriminant {union.discriminant.name} of {union.name} is a {union.discriminant.type}"
    place = union.discriminant.location
    _report(resolver, place, text, "it has to be an int, an unsigned int, a bool or an enum (RFC 4506 section 4.15)")


def _contained(definition: Definition) -> Iterator[str]:
    """Yield what a type always holds inline."""
    kinds: list[Type]
    match definition:
        case Struct(members=members):
            kinds = [member.type for member in members]
        case Union():
            arms = [*definition.arms, *([definition.default] if definition.default else [])]
            kinds = [arm.type for arm in arms[:1] if all(other.type == arm.type for other in arms)]
        case Typedef(type=kind):
            kinds = [kind]
        case _:
            kinds = []
    for kind in kinds:
        match kind:
            case Named(name) | Array(item=Named(name), fixed=True):
                yield name
