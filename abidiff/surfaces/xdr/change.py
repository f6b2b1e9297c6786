"""What two releases' protocols differ by: the closed set of changes of this surface."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from abidiff.change import Change
from abidiff.location import Location
from abidiff.surfaces.xdr.model import Procedure, Program, Version
from abidiff.surfaces.xdr.wire.values import Spot
from abidiff.surfaces.xdr.wire.wire import Ref, Scope


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


class Message(msgspec.Struct, frozen=True):
    """Something that travels: the types of its parts on both sides (several for several arguments)."""

    label: str
    role: Role
    old: tuple[Ref, ...]
    new: tuple[Ref, ...]


class Evidence(msgspec.Struct, frozen=True):
    """What a witness is built from: both releases, where the difference lies, what carries it.

    ``fresh``: types of the new side that may be the one that it has no more, under another name.
    """

    old: Scope
    new: Scope
    at_old: Spot
    at_new: Spot
    messages: tuple[Message, ...] = ()
    fresh: tuple[Ref, ...] = ()

    def carried_by(self, messages: Sequence[Message]) -> Evidence:
        """Return a copy that knows its messages."""
        return msgspec.structs.replace(self, messages=tuple(messages))


class CallEvidence(msgspec.Struct, frozen=True):
    """A procedure of the old side, and what the new side has under its number."""

    old: Scope
    new: Scope
    old_unit: str
    new_unit: str
    old_program: Program
    new_program: Program | None
    old_version: Version | None
    new_version: Version | None
    before: Procedure | None
    after: Procedure | None


class XdrChange(Change, frozen=True, kw_only=True):
    """A difference with its places, and what it reaches.

    ``reaches``  the messages that carry it: ``REMOTE_PROC_DOMAIN_GET_INFO (result)``.
    ``roles``    what these messages are for.
    ``evidence`` what a witness is built from.
    ``key``      tells apart two changes of one kind on one subject.
    ``when``     the names of conditions that have to be defined for it; empty where none has to be.
    """

    old: Location | None = None
    new: Location | None = None
    reaches: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset()
    evidence: Evidence | CallEvidence | None = None
    key: str = ""
    when: tuple[str, ...] = ()


class ProtocolGone(XdrChange, frozen=True, kw_only=True):
    """A protocol file that the new release does not have: its programs with their numbers, and types of its own.

    ``messages`` counts structs and unions that nothing named, ``helpers`` the other types that nothing named.
    """

    programs: tuple[tuple[str, int | None], ...]
    messages: int
    helpers: int


class ProtocolAdded(XdrChange, frozen=True, kw_only=True):
    """A protocol file that the old release does not have."""

    programs: tuple[tuple[str, int | None], ...]
    procedures: int
    messages: int


class ProgramGone(XdrChange, frozen=True, kw_only=True):
    """A program that the new release does not have."""

    number: int | None


class ProgramAdded(XdrChange, frozen=True, kw_only=True):
    """A program that the old release does not have."""

    number: int | None
    procedures: int


class ProgramRenumbered(XdrChange, frozen=True, kw_only=True):
    """A program under another number."""

    before: int | None
    after: int | None


class VersionGone(XdrChange, frozen=True, kw_only=True):
    """A version of a program that the new release does not speak."""

    number: int | None
    instead: tuple[int, ...]


class VersionAdded(XdrChange, frozen=True, kw_only=True):
    """A new version beside the old ones."""

    number: int | None
    procedures: int


class ProcedureGone(XdrChange, frozen=True, kw_only=True):
    """A procedure that the new release does not have."""

    number: int
    event: bool


class ProcedureAdded(XdrChange, frozen=True, kw_only=True):
    """A procedure with a fresh number."""

    number: int
    event: bool
    acl: tuple[str, ...] | None
    signature: str


class ProcedureRenumbered(XdrChange, frozen=True, kw_only=True):
    """A procedure under another number; ``taken_by`` is what has its number now."""

    before: int
    after: int
    taken_by: str
    event: bool


class NumberReused(XdrChange, frozen=True, kw_only=True):
    """A number that belonged to a procedure now belongs to another one."""

    number: int
    now: str
    event: bool
    before_signature: str
    after_signature: str


class ProcedureKindChanged(XdrChange, frozen=True, kw_only=True):
    """A call that became an event, or an event that became a call.

    ``same``: only the name of what the server sends tells, which may have been wrong before.
    """

    event: bool
    same: bool = False


class MessageGained(XdrChange, frozen=True, kw_only=True):
    """A procedure that had no arguments (or no result) and now has."""

    role: Role
    type: str


class MessageLost(XdrChange, frozen=True, kw_only=True):
    """A procedure that had arguments (or a result) and now has none."""

    role: Role
    type: str


class MessageTypeGone(XdrChange, frozen=True, kw_only=True):
    """A type that nothing named, and that is gone; ``message`` tells structs and unions from helpers."""

    message: bool


class MessageTypeAdded(XdrChange, frozen=True, kw_only=True):
    """A new type that nothing names."""


class MemberAdded(XdrChange, frozen=True, kw_only=True):
    """A member that a struct did not have; ``after`` is the one before it."""

    type: str
    after: str
    last: bool


class MemberRemoved(XdrChange, frozen=True, kw_only=True):
    """A member that a struct has no more."""

    type: str


class MembersReordered(XdrChange, frozen=True, kw_only=True):
    """The members of a struct, or the names of a union's arms, in another order.

    ``exchanged``: those that changed places have one shape, so that only names did.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    exchanged: bool = False


class TypeChanged(XdrChange, frozen=True, kw_only=True):
    """Something that has another shape on the wire."""

    before: str
    after: str
    detail: str = ""


class SizeChanged(XdrChange, frozen=True, kw_only=True):
    """A limit (or a constant that limits) with another value; ``uses`` are the places it limits."""

    before: int
    after: int
    what: str
    constant: bool
    uses: tuple[str, ...]


class ConstantLowered(XdrChange, frozen=True, kw_only=True):
    """A constant that no type of the protocols uses, with a lower value."""

    before: int
    after: int


class ConditionUnread(XdrChange, frozen=True, kw_only=True):
    """What conditions let in is not what it was, and was not compared.

    ``subject`` is the file; ``text`` is what stands there on the old side, ``why`` the reason.  ``cut``: there are more
    names than variants may be made of.
    """

    text: str = ""
    why: str = ""
    cut: bool = False


class ConstantConditional(XdrChange, frozen=True, kw_only=True):
    """A constant of a C header that has other values under some conditions than it had; the first is the same."""

    before: str
    after: str


class IntegerChanged(XdrChange, frozen=True, kw_only=True):
    """The same four bytes, read as another range of numbers.

    ``lost`` is a value that the new side no longer reads as it was sent, ``gained`` one that the old side does not.
    """

    before: str
    after: str
    lost: int | None
    gained: int | None


class Reinterpreted(XdrChange, frozen=True, kw_only=True):
    """The same bytes with another meaning: sign, enum or int, string or opaque."""

    before: str
    after: str
    values: str


class EnumValueGone(XdrChange, frozen=True, kw_only=True):
    """A value that no name stands for any more."""

    value: int


class EnumValuesRenumbered(XdrChange, frozen=True, kw_only=True):
    """Names of an enum with other values: (name, before, after); ``exchanged``: with each other's, of one shape."""

    moved: tuple[tuple[str, int, int], ...]
    exchanged: bool = False


class EnumValueAdded(XdrChange, frozen=True, kw_only=True):
    """A new value of an enum."""

    value: int


class ArmGone(XdrChange, frozen=True, kw_only=True):
    """A discriminant that the union carried something for, and now rejects; None is the default arm."""

    value: int | None
    type: str


class ArmAdded(XdrChange, frozen=True, kw_only=True):
    """A discriminant that the union rejected; None is the default arm."""

    value: int | None
    type: str


class ArmMoved(XdrChange, frozen=True, kw_only=True):
    """A discriminant that went from the default arm to one of its own, or back, with another shape.

    ``sent``: a value of the discriminant's type, on one side at least.
    """

    value: int
    before: str
    after: str
    to_default: bool
    sent: bool = True


class Renamed(XdrChange, frozen=True, kw_only=True):
    """Names that changed while the bytes did not: (before, after); not ``same``: other changes are told beside it."""

    what: str
    names: tuple[tuple[str, str], ...]
    same: bool = True


class AccessChanged(XdrChange, frozen=True, kw_only=True):
    """Other requirements for calling a procedure: ``lost`` no longer hold, ``gained`` did not before."""

    before: tuple[str, ...] | None
    after: tuple[str, ...] | None
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
