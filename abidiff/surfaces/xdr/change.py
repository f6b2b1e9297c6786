"""What two releases' protocols differ by: the closed set of changes of this surface."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from abidiff.change import Change
from abidiff.location import Location

if TYPE_CHECKING:
    from abidiff.surfaces.xdr.witness import Evidence


class Direction(StrEnum):
    """Who sends to whom; the first is the sender."""

    OLD_CLIENT = "old-client-to-new-server"
    NEW_CLIENT = "new-client-to-old-server"
    NEW_SERVER = "new-server-to-old-client"
    OLD_SERVER = "old-server-to-new-client"


class Role(StrEnum):
    """What a message is for; a type that nothing names may travel either way."""

    ARGUMENTS = "arguments"
    RESULT = "result"
    EVENT = "event"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class XdrChange(Change):
    """A difference with its places, and what it reaches.

    ``reaches``  the messages that carry it: ``REMOTE_PROC_DOMAIN_GET_INFO (result)``.
    ``roles``    what these messages are for.
    ``evidence`` what a witness is built from.
    ``key``      tells apart two changes of one kind on one subject.
    """

    old: Location | None = None
    new: Location | None = None
    reaches: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    evidence: Evidence | None = field(default=None, compare=False, repr=False)
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramGone(XdrChange):
    """A program that the new release does not have."""

    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramAdded(XdrChange):
    """A program that the old release does not have."""

    number: int | None
    procedures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRenumbered(XdrChange):
    """A program under another number."""

    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionGone(XdrChange):
    """A version of a program that the new release does not speak."""

    number: int | None
    instead: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAdded(XdrChange):
    """A new version beside the old ones."""

    number: int | None
    procedures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureGone(XdrChange):
    """A procedure that the new release does not have."""

    number: int
    event: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureAdded(XdrChange):
    """A procedure with a fresh number."""

    number: int
    event: bool
    acl: tuple[str, ...] | None
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureRenumbered(XdrChange):
    """A procedure under another number; ``taken_by`` is what has its number now."""

    before: int
    after: int
    taken_by: str
    event: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberReused(XdrChange):
    """A number that belonged to a procedure now belongs to another one."""

    number: int
    now: str
    event: bool
    before_signature: str
    after_signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureKindChanged(XdrChange):
    """A call that became an event, or an event that became a call."""

    event: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGained(XdrChange):
    """A procedure that had no arguments (or no result) and now has."""

    role: Role
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLost(XdrChange):
    """A procedure that had arguments (or a result) and now has none."""

    role: Role
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTypeGone(XdrChange):
    """A type that nothing named, and that is gone; ``message`` tells structs and unions from helpers."""

    message: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTypeAdded(XdrChange):
    """A new type that nothing names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded(XdrChange):
    """A member that a struct did not have; ``after`` is the one before it."""

    type: str
    after: str
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(XdrChange):
    """A member that a struct has no more."""

    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersReordered(XdrChange):
    """The members of a struct in another order."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeChanged(XdrChange):
    """Something that has another shape on the wire."""

    before: str
    after: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeChanged(XdrChange):
    """A limit (or a constant that limits) with another value; ``uses`` are the places it limits."""

    before: int
    after: int
    what: str
    constant: bool
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerChanged(XdrChange):
    """The same four bytes, read as another range of numbers.

    ``lost`` is a value that the new side no longer reads as it was sent, ``gained`` one that the old side does not.
    """

    before: str
    after: str
    lost: int | None
    gained: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinterpreted(XdrChange):
    """The same bytes with another meaning: sign, enum or int, string or opaque."""

    before: str
    after: str
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValueGone(XdrChange):
    """A value that no name stands for any more."""

    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValuesRenumbered(XdrChange):
    """Names of an enum with other values: (name, before, after)."""

    moved: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValueAdded(XdrChange):
    """A new value of an enum."""

    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmGone(XdrChange):
    """A discriminant that the union carried something for, and now rejects; None is the default arm."""

    value: int | None
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmAdded(XdrChange):
    """A discriminant that the union rejected; None is the default arm."""

    value: int | None
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMoved(XdrChange):
    """A discriminant that went from the default arm to one of its own, or back, with another shape."""

    value: int
    before: str
    after: str
    to_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(XdrChange):
    """Names that changed while the bytes did not: (before, after)."""

    what: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChanged(XdrChange):
    """Other requirements for calling a procedure: ``lost`` no longer hold, ``gained`` did not before."""

    before: tuple[str, ...] | None
    after: tuple[str, ...] | None
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
