"""The model of a release's XDR protocols: what the wire needs, and where it stands.

Names refer to definitions through the scope of their unit (see :mod:`.wire`); sizes and
labels are already numbers, except those that nothing in the release tells.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

import msgspec

from abidiff.finding import Problem
from abidiff.location import Location

UNLIMITED = 0xFFFFFFFF
"""RFC 4506 sections 4.10, 4.11, 4.13: a size that is left out is 2**32 - 1."""


class Size(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A size or limit: its value, and the name that it was written with.

    ``value`` is None when the name is known nowhere in the release (a Problem says so).
    """

    value: int | None = UNLIMITED
    symbol: str = ""

    @property
    def unlimited(self) -> bool:
        """Whether no limit was given."""
        return self.value == UNLIMITED

    def __str__(self) -> str:
        if self.unlimited:
            return ""
        return self.symbol or str(self.value)


class Simple(msgspec.Struct, frozen=True, tag="simple", gc=False):
    """A type of the language: ``int``, ``unsigned hyper``, ``bool``, ``void``, ..."""

    kind: str

    def __str__(self) -> str:
        return self.kind


class Named(msgspec.Struct, frozen=True, tag="named", gc=False):
    """A type by name."""

    name: str

    def __str__(self) -> str:
        return self.name


class Opaque(msgspec.Struct, frozen=True, tag="opaque", omit_defaults=True, gc=False):
    """``opaque x[n]`` (RFC 4506 section 4.9) or ``opaque x<n>`` (4.10).

    ``foreign`` names a type that only C code knows and that the profile declares to be the same on both sides: these
    bytes stand for it.
    """

    size: Size
    fixed: bool
    foreign: str = ""

    def __str__(self) -> str:
        if self.foreign:
            return self.foreign
        return f"opaque[{self.size}]" if self.fixed else f"opaque<{self.size}>"


class String(msgspec.Struct, frozen=True, tag="string", gc=False):
    """``string x<n>`` (RFC 4506 section 4.11)."""

    size: Size

    def __str__(self) -> str:
        return f"string<{self.size}>"


class Array(msgspec.Struct, frozen=True, tag="array", gc=False):
    """``T x[n]`` (RFC 4506 section 4.12) or ``T x<n>`` (4.13)."""

    item: Simple | Named
    size: Size
    fixed: bool

    def __str__(self) -> str:
        return f"{self.item}[{self.size}]" if self.fixed else f"{self.item}<{self.size}>"


class Pointer(msgspec.Struct, frozen=True, tag="pointer", gc=False):
    """``T *x``: optional data (RFC 4506 section 4.19), on the wire the same as ``T x<1>``."""

    item: Simple | Named

    def __str__(self) -> str:
        return f"{self.item} *"


Type = Simple | Named | Opaque | String | Array | Pointer

VOID = Simple("void")


class Member(msgspec.Struct, frozen=True, gc=False):
    """A declaration in a struct, or a union's discriminant."""

    name: str
    type: Type
    location: Location


class Struct(msgspec.Struct, frozen=True, tag="struct", tag_field="kind", gc=False):
    """RFC 4506 section 4.14."""

    name: str
    members: tuple[Member, ...]
    location: Location


class Enumerator(msgspec.Struct, frozen=True, gc=False):
    """One value of an enumeration; None when nothing in the release tells the number.

    ``sentinel``: it says where the enumeration ends (the profile says so), and nobody sends it.
    """

    name: str
    value: int | None
    location: Location
    sentinel: bool = False


class Enum(msgspec.Struct, frozen=True, tag="enum", tag_field="kind", gc=False):
    """RFC 4506 section 4.3."""

    name: str
    values: tuple[Enumerator, ...]
    location: Location


class Label(msgspec.Struct, frozen=True, gc=False):
    """A ``case``: as it was written, and its value."""

    text: str
    value: int | None


class Arm(msgspec.Struct, frozen=True, gc=False):
    """What a union carries for some discriminants; a default arm has no labels."""

    labels: tuple[Label, ...]
    name: str
    type: Type
    location: Location


class Union(msgspec.Struct, frozen=True, tag="union", tag_field="kind", gc=False):
    """RFC 4506 section 4.15."""

    name: str
    discriminant: Member
    arms: tuple[Arm, ...]
    default: Arm | None
    location: Location


class Typedef(msgspec.Struct, frozen=True, tag="typedef", tag_field="kind", gc=False):
    """RFC 4506 section 4.18."""

    name: str
    type: Type
    location: Location


Definition = Struct | Enum | Union | Typedef


class Constant(msgspec.Struct, frozen=True, gc=False):
    """``const X = n`` or a constant that came from a header; None when it is known nowhere.

    ``text`` is what it was written with; of a header's constant all values that it has under conditions.
    """

    name: str
    value: int | None
    text: str
    location: Location


class Procedure(msgspec.Struct, frozen=True, gc=False):
    """A procedure or, with ``event``, a message that the server sends unasked.

    ``acl`` and ``filters`` are the ``@acl`` and ``@aclfilter`` annotations, ``notes`` all others.
    ``acl`` is None where no annotation says anything, which differs from ``@acl: none``.
    """

    name: str
    number: int
    args: tuple[Type, ...]
    result: Type
    location: Location
    event: bool = False
    acl: tuple[str, ...] | None = None
    filters: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


class Version(msgspec.Struct, frozen=True, gc=False):
    """A version of a program; ``number`` is None when the file does not tell.

    ``unnumbered`` are procedures whose number nothing in the release tells (a Problem says so).
    """

    name: str
    number: int | None
    procedures: tuple[Procedure, ...]
    location: Location
    unnumbered: tuple[str, ...] = ()


class Program(msgspec.Struct, frozen=True, gc=False):
    """A program: a ``program`` block, or libvirt's enum of procedures with its constants."""

    name: str
    number: int | None
    versions: tuple[Version, ...]
    location: Location
    libvirt: bool = False


class Protocol(msgspec.Struct, frozen=True, gc=False):
    """One unit: a protocol file with what it includes.

    ``imports`` names the unit that defines a type which this one only uses.
    ``roots``   are the types that nothing names: messages in their own right.
    """

    name: str
    path: str
    programs: tuple[Program, ...]
    types: tuple[Definition, ...]
    constants: tuple[Constant, ...]
    imports: tuple[tuple[str, str], ...] = ()
    roots: tuple[str, ...] = ()


class Variant(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The protocols as they are where some names are defined (``rpcgen -D NAME``), None where that changes nothing.

    ``unread`` has the first thing that is wrong in files which do not parse then; what they hold is not known.
    """

    macros: tuple[str, ...]
    protocols: tuple[Protocol, ...] | None = None
    unread: str = ""


class Skipped(msgspec.Struct, frozen=True, gc=False):
    """Text of a group that no variant enters."""

    text: str
    location: Location


class Protocols(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """All protocols of a release; ``unread`` are units with files that did not parse.

    ``variants`` are what conditions make of them, those with fewer names first, ``skipped`` what none of them enters.
    ``cut``: there are more sets of names than the limit on variants lets be read.
    """

    protocols: tuple[Protocol, ...]
    problems: tuple[Problem, ...] = ()
    unread: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    cut: bool = False


def target(kind: Type) -> str | None:
    """Return the name that a type refers to, if it does."""
    if type(kind) is Named:
        return kind.name
    if isinstance(kind, Array | Pointer) and isinstance(kind.item, Named):
        return kind.item.name
    return None


def used_by(definition: Definition) -> list[str]:
    """Return the names of types that a definition uses directly, each as often as it does."""
    kinds: list[Type]
    match definition:
        case Struct(members=members):
            kinds = [member.type for member in members]
        case Union():
            arms = [*definition.arms, *([definition.default] if definition.default else [])]
            kinds = [definition.discriminant.type, *(arm.type for arm in arms)]
        case Typedef(type=kind):
            kinds = [kind]
        case _:
            return []
    return [name for kind in kinds if (name := target(kind)) is not None]


def _simple(part: object) -> Iterator[Simple]:
    """Yield the types of the language that a part of a model uses."""
    left = [part]
    while left:
        one = left.pop()
        if isinstance(one, Simple):
            yield one
        elif isinstance(one, tuple):
            left.extend(one)
        elif isinstance(one, msgspec.Struct):
            left.extend(getattr(one, field) for field in one.__struct_fields__)


def unsound(model: Protocols, known: Container[str]) -> str:
    """Return what in a model that was not made here names nothing; empty when all is right.

    ``known`` are the types of the language.
    """
    units = {protocol.name for protocol in model.protocols}
    for protocol in model.protocols:
        types = {definition.name for definition in protocol.types}
        lost = [name for name in protocol.roots if name not in types]
        lost += [name for name, unit in protocol.imports if unit not in units]
        if lost:
            return f"{protocol.name}: {lost[0]} is named, and not there"
        told = {problem.location.path for problem in model.problems if problem.location is not None}
        numbered = {constant.name for constant in protocol.constants}
        for program in protocol.programs:
            silent = program.location.path not in told
            told_of = [(program.name, program.number), *((one.name, one.number) for one in program.versions)]
            for name, number in told_of if silent else ():
                if number is None and (not program.libvirt or name in numbered):
                    return f"{protocol.name}: {name} has no number, and nothing says why"
        strange = next((one.kind for one in _simple(protocol) if one.kind not in known), None)
        if strange is not None:
            return f"{protocol.name}: {strange!r:.60} is no type of the language"
    return ""


def items(model: Protocols) -> Iterator[tuple[str, str, str]]:
    """Yield (unit, path, name) of all that the protocols define."""
    for protocol in model.protocols:
        for found in (*protocol.programs, *protocol.types, *protocol.constants):
            yield protocol.name, found.location.path, found.name


def census(model: Protocols) -> Mapping[str, int]:
    """Return what was looked at, by kind."""
    versions = [v for p in model.protocols for program in p.programs for v in program.versions]
    types = [t for p in model.protocols for t in p.types]
    return {
        "protocols": len(model.protocols),
        "procedures": sum(len(version.procedures) for version in versions),
        "structs": sum(isinstance(t, Struct) for t in types),
        "unions": sum(isinstance(t, Union) for t in types),
        "enumerations": sum(isinstance(t, Enum) for t in types),
        "constants": sum(len(p.constants) for p in model.protocols),
    }
