"""What a protocol offers, for those who write clients: procedures by number, what they carry, who may call them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

import msgspec

from abidiff.location import Location
from abidiff.surfaces.xdr.model import (
    VOID,
    Arm,
    Array,
    Definition,
    Enum,
    Opaque,
    Procedure,
    Program,
    Protocol,
    Protocols,
    Size,
    String,
    Struct,
    Type,
    Typedef,
    Union,
    Version,
    target,
    used_by,
)
from abidiff.surfaces.xdr.wire.codec import least_size
from abidiff.surfaces.xdr.wire.wire import Ref, Scope

MARKS = ("since",)
"""Annotations that have a place of their own in the sheet."""


class Source(StrEnum):
    """How it is known since when a procedure is there."""

    SEEN = "seen"
    STATED = "stated"
    ORDER = "order"
    UNKNOWN = ""


class Since(msgspec.Struct, frozen=True):
    """The release that brought a procedure.

    ``seen``: the first release of a history that has it; ``stated``: the comment at the procedure says so;
    ``order``: not before this one, as numbers are given out one after the other and an earlier procedure, or this
    one's function, is no older.
    """

    version: str = ""
    source: Source = Source.UNKNOWN

    def __str__(self) -> str:
        return f"≥ {self.version}" if self.source is Source.ORDER else self.version


class Offered(msgspec.Struct, frozen=True):
    """A procedure or event; types as they are declared, without their names.

    ``access`` is None where no annotation speaks of it.
    """

    number: int
    name: str
    event: bool
    arguments: tuple[str, ...]
    result: str
    since: Since
    access: tuple[str, ...] | None
    filters: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    place: Location
    uses: tuple[str, ...] = ()


class Unused(msgspec.Struct, frozen=True):
    """Numbers that no procedure has: between two that are given out, or given up (then with name and release)."""

    first: int
    last: int
    name: str = ""
    gone: str = ""


class Spoken(msgspec.Struct, frozen=True):
    """A version of a program."""

    name: str
    number: int | None
    procedures: tuple[Offered, ...]
    unused: tuple[Unused, ...]
    unnumbered: tuple[str, ...]


class Service(msgspec.Struct, frozen=True):
    """A program."""

    name: str
    number: int | None
    versions: tuple[Spoken, ...]


class Defined(msgspec.Struct, frozen=True):
    """A type: its definition in the language of RFC 4506 with every size as a number, what it uses, its least size.

    ``message``: nothing names it, so that it travels on its own.
    """

    name: str
    kind: str
    text: str
    uses: tuple[str, ...]
    least: int
    message: bool


class Sheet(msgspec.Struct, frozen=True):
    """One protocol file; ``borrowed`` are types that others define, with the file that does."""

    name: str
    path: str
    programs: tuple[Service, ...]
    types: tuple[Defined, ...]
    constants: tuple[tuple[str, int | None], ...]
    borrowed: tuple[tuple[str, str], ...] = ()


class GivenUp(msgspec.Struct, frozen=True):
    """A procedure of an earlier release: its number, its name, the first release without it."""

    number: int
    name: str
    gone: str


class Known(msgspec.Struct):
    """What is known from elsewhere, by (protocol, procedure): what a history saw, and since when functions are there.

    ``gone`` is by protocol.
    """

    seen: Mapping[tuple[str, str], str] = {}
    functions: Mapping[tuple[str, str], str] = {}
    gone: Mapping[str, Sequence[GivenUp]] = {}


def sheets(model: Protocols, known: Known, order: Iterable[str]) -> list[Sheet]:
    """Return a sheet for each protocol; ``order`` are all versions that ``known`` names, the oldest first."""
    scope = Scope(model)
    ages = {version: age for age, version in enumerate(order)}
    return [_sheet(scope, protocol, known, ages) for protocol in model.protocols]


def _sheet(scope: Scope, protocol: Protocol, known: Known, ages: Mapping[str, int]) -> Sheet:
    return Sheet(
        protocol.name,
        protocol.path,
        tuple(_program(protocol, program, known, ages) for program in protocol.programs),
        tuple(_defined(scope, protocol, definition) for definition in protocol.types),
        tuple((constant.name, constant.value) for constant in protocol.constants),
        protocol.imports,
    )


def _program(protocol: Protocol, program: Program, known: Known, ages: Mapping[str, int]) -> Service:
    gone = known.gone.get(protocol.name, ()) if len(program.versions) == len(protocol.programs) == 1 else ()
    return Service(
        program.name,
        program.number,
        tuple(_version(protocol, program, version, known, ages, gone) for version in program.versions),
    )


def _version(
    protocol: Protocol, program: Program, version: Version, known: Known, ages: Mapping[str, int],
    gone: Sequence[GivenUp],
) -> Spoken:  # fmt: skip
    found = sorted(version.procedures, key=lambda p: p.number)
    keys = [(protocol.name, procedure.name) for procedure in found]
    stated = [next((text for name, text in p.notes if name == "since"), "") for p in found]
    exact = [known.seen.get(key) or text for key, text in zip(keys, stated, strict=True)]
    signs = [sure or known.functions.get(key, "") for key, sure in zip(keys, exact, strict=True)]
    bounds = _not_before([ages.get(sign, -1) for sign in signs])
    versions = list(ages)
    rows = []
    for procedure, key, sure, bound in zip(found, keys, exact, bounds, strict=True):
        since = Since()
        if sure:
            since = Since(sure, Source.SEEN if key in known.seen else Source.STATED)
        elif bound >= 0 and program.libvirt:
            since = Since(versions[bound], Source.ORDER)
        rows.append(_offered(procedure, since))
    return Spoken(
        version.name,
        version.number,
        tuple(rows),
        tuple(sorted(_unused(rows, gone), key=lambda u: u.first)),
        version.unnumbered,
    )


def _not_before(ages: Sequence[int]) -> list[int]:
    """Return for each number the age that it has at least; -1 is for not known.

    Numbers are given out in order.  Functions that were renamed since, or were there long before their procedure, do
    not fit: the longest row of ages that never fall is what counts.
    """
    ends: list[int] = []  # the last index of the best row of each length
    before: dict[int, int] = {}
    for index, age in enumerate(ages):
        if age < 0:
            continue
        at = bisect_right(ends, age, key=lambda end: ages[end])
        before[index] = ends[at - 1] if at else -1
        ends[at : at + 1] = [index]
    row = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        row.add(index)
        index = before[index]
    latest = -1
    found = []
    for index, age in enumerate(ages):
        latest = max(latest, age) if index in row else latest
        found.append(latest)
    return found


def _offered(found: Procedure, since: Since) -> Offered:
    kinds = [*found.args, found.result]
    return Offered(
        found.number,
        found.name,
        found.event,
        tuple(shown(kind) for kind in found.args),
        "" if found.result == VOID else shown(found.result),
        since,
        found.acl,
        found.filters,
        tuple(note for note in found.notes if note[0] not in MARKS),
        found.location,
        tuple(dict.fromkeys(name for kind in kinds if (name := target(kind)) is not None)),
    )


def _unused(rows: Sequence[Offered], gone: Sequence[GivenUp]) -> Iterator[Unused]:
    """Yield the holes between the numbers; those that a history knows one by one."""
    taken = sorted({row.number for row in rows})
    named = {found.number: found for found in gone if found.number not in taken}
    for number in sorted(n for n in named if not taken or n > taken[-1] or n < taken[0]):
        yield Unused(number, number, named[number].name, named[number].gone)
    for before, after in pairwise(taken):
        start = before + 1
        for number in [*sorted(n for n in named if before < n < after), after]:
            if start < number:
                yield Unused(start, number - 1)
            if number < after:
                yield Unused(number, number, named[number].name, named[number].gone)
            start = number + 1


# ---- types as text


def shown(kind: Type) -> str:
    """Write a type with its sizes as numbers; a name that stood there follows in a comment."""
    match kind:
        case Opaque(size, fixed):
            return f"opaque{_bound(size, fixed)}"
        case String(size):
            return f"string{_bound(size, False)}"
        case Array(item, size, fixed):
            return f"{item}{_bound(size, fixed)}"
    return str(kind)


def _bound(size: Size, fixed: bool) -> str:
    value = "" if size.unlimited else size.symbol if size.value is None else str(size.value)
    return f"[{value}]" if fixed else f"<{value}>"


def declared(kind: Type, name: str) -> str:
    """Write a declaration (RFC 4506 section 6.3)."""
    if kind == VOID:
        return "void;"
    match kind:
        case Opaque(size, fixed):
            text = f"opaque {name}{_bound(size, fixed)}"
        case String(size):
            text = f"string {name}{_bound(size, False)}"
        case Array(item, size, fixed):
            text = f"{item} {name}{_bound(size, fixed)}"
        case _:
            size = Size()
            text = f"{kind}{name}" if str(kind).endswith("*") else f"{kind} {name}"
    comment = f"  /* {size.symbol} */" if size.symbol and size.value is not None else ""
    return f"{text};{comment}"


def _defined(scope: Scope, protocol: Protocol, definition: Definition) -> Defined:
    lines, kind = _lines(definition)
    return Defined(
        definition.name,
        kind,
        "\n".join(lines),
        tuple(dict.fromkeys(used_by(definition))),
        least_size(scope, Ref(protocol.name, definition.type)) if isinstance(definition, Typedef)
        else _least(scope, protocol.name, definition),
        definition.name in protocol.roots,
    )  # fmt: skip


def _least(scope: Scope, unit: str, definition: Struct | Enum | Union) -> int:
    if isinstance(definition, Struct):
        return sum(least_size(scope, Ref(unit, member.type)) for member in definition.members)
    return 4


def _lines(definition: Definition) -> tuple[list[str], str]:
    match definition:
        case Struct(name=name, members=members):
            inside = [f"    {declared(m.type, m.name)}" for m in members]
            return [f"struct {name} {{", *inside, "};"], "struct"
        case Enum(name=name, values=values):
            inside = [f"    {v.name} = {'?' if v.value is None else v.value}" for v in values]
            return [f"enum {name} {{", *[f"{line}," for line in inside[:-1]], *inside[-1:], "};"], "enum"
        case Union(name=name):
            return _union_lines(name, definition), "union"
    return [f"typedef {declared(definition.type, definition.name)}"], "typedef"


def _union_lines(name: str, union: Union) -> list[str]:
    disc = declared(union.discriminant.type, union.discriminant.name).partition(";")[0]
    lines = [f"union {name} switch ({disc}) {{"]
    for arm in union.arms:
        lines += [f"case {_label(label.text, label.value)}" for label in arm.labels]
        lines.append(_arm(arm))
    if union.default is not None:
        lines += ["default:", _arm(union.default)]
    return [*lines, "};"]


def _label(text: str, value: int | None) -> str:
    return f"{text}:" if value is None or text == str(value) else f"{text}:  /* {value} */"


def _arm(arm: Arm) -> str:
    return f"    {declared(arm.type, arm.name)}"
