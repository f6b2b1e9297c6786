"""Which file of the new release stands for which of the old one; a file that is gone, or new, is one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from abidiff.location import Location
from abidiff.surfaces.xdr.change import (
    Evidence,
    MessageTypeAdded,
    MessageTypeGone,
    ProgramAdded,
    ProgramGone,
    ProtocolAdded,
    ProtocolGone,
    Role,
    XdrChange,
)
from abidiff.surfaces.xdr.model import Protocol, Protocols

Found = TypeVar("Found", bound=XdrChange)


def counterparts(old: Protocols, new: Protocols, by_program: Mapping[str, str]) -> dict[str, str]:
    """Return old file → new file: those with the same programs, of one name, the only ones, of most types in common.

    A file without a counterpart stands under its own name.
    """
    units = dict(by_program)
    names = {protocol.name for protocol in new.protocols}
    for protocol in old.protocols:
        if protocol.name in names:
            units.setdefault(protocol.name, protocol.name)
    left = [p for p in old.protocols if p.name not in units]
    taken = set(units.values())
    fresh = [p for p in new.protocols if p.name not in taken]
    if len(old.protocols) == len(new.protocols) == len(left) == 1:
        return {left[0].name: fresh[0].name}
    for protocol in left:
        own = {definition.name for definition in protocol.types}
        shared = [(len(own & {d.name for d in other.types}), other.name) for other in fresh]
        best = max(shared, default=(0, ""), key=lambda pair: (pair[0], [-ord(c) for c in pair[1]]))
        units[protocol.name] = best[1] if best[0] else protocol.name
    return units


def fold(changes: Sequence[XdrChange], old: Protocols, new: Protocols, units: Mapping[str, str]) -> list[XdrChange]:
    """Tell what went with a file, or came with it, as one change."""
    before, after = {p.name for p in old.protocols}, {p.name for p in new.protocols}
    gone = {p.name: p for p in old.protocols if units[p.name] not in after}
    fresh = {p.name: p for p in new.protocols if p.name not in before and p.name not in units.values()}
    out: list[XdrChange] = []
    lost: dict[str, list[XdrChange]] = {}
    added: dict[str, list[XdrChange]] = {}
    for change in changes:
        if isinstance(change, ProgramGone | MessageTypeGone) and change.unit in gone:
            lost.setdefault(change.unit, []).append(change)
        elif isinstance(change, ProgramAdded | MessageTypeAdded) and change.unit in fresh:
            added.setdefault(change.unit, []).append(change)
        else:
            out.append(change)
    out += [_gone(gone[unit], found) for unit, found in lost.items()]
    return out + [_added(fresh[unit], found) for unit, found in added.items()]


def _gone(protocol: Protocol, found: Sequence[XdrChange]) -> XdrChange:
    programs = _only(found, ProgramGone)
    types = _only(found, MessageTypeGone)
    messages = [change for change in types if change.message]
    evidence = programs[0].evidence if programs else _together(messages or types)
    return ProtocolGone(
        protocol.name, protocol.name, old=Location(protocol.path, 1),
        programs=tuple((change.subject, change.number) for change in programs),
        messages=len(messages), helpers=len(types) - len(messages),
        reaches=tuple(name for change in [*programs, *messages] for name in change.reaches),
        roles=frozenset((Role.ARGUMENTS,) if programs else (Role.MESSAGE,)), evidence=evidence,
    )  # fmt: skip


def _together(found: Sequence[MessageTypeGone]) -> Evidence | None:
    """Return evidence that any of the messages may give."""
    known = [change.evidence for change in found if isinstance(change.evidence, Evidence)]
    return known[0].carried_by([m for evidence in known for m in evidence.messages]) if known else None


def _added(protocol: Protocol, found: Sequence[XdrChange]) -> XdrChange:
    programs, types = _only(found, ProgramAdded), _only(found, MessageTypeAdded)
    if len(found) == 1:
        return found[0]
    return ProtocolAdded(
        protocol.name, protocol.name, new=Location(protocol.path, 1),
        programs=tuple((change.subject, change.number) for change in programs),
        procedures=sum(change.procedures for change in programs), messages=len(types),
    )  # fmt: skip


def _only(found: Sequence[XdrChange], kind: type[Found]) -> list[Found]:
    return [change for change in found if isinstance(change, kind)]
