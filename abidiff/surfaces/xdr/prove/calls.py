"""Witnesses for calls that find no procedure, or another one: the header of the call and its payload.

libvirt's header is ``virNetMessageHeader`` behind a length word; everyone else's is the call of RFC 5531
section 9.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

import msgspec

from abidiff.finding import Witness
from abidiff.surfaces.xdr.change import CallEvidence, Evidence, Message, Role
from abidiff.surfaces.xdr.model import VOID, Type
from abidiff.surfaces.xdr.prove.witness import MAX_BYTES, Reading, dump, exchange, outcome, rank, sent
from abidiff.surfaces.xdr.wire.codec import CodecError, Encoder, TooLargeError
from abidiff.surfaces.xdr.wire.counter import Counter
from abidiff.surfaces.xdr.wire.emit import readables
from abidiff.surfaces.xdr.wire.language import Language
from abidiff.surfaces.xdr.wire.values import Sampler, Spot
from abidiff.surfaces.xdr.wire.wire import Ref

LIBVIRT = ("length", "prog", "vers", "proc", "type", "serial", "status")
ONC = ("xid", "type", "rpcvers", "prog", "vers", "proc", "cred flavor", "cred length", "verf flavor", "verf length")

TRIED = 24


def build_call(call: CallEvidence) -> Witness | None:
    """Return the call that one side makes and what the other side does with it; None when nothing shows the damage."""
    procedure = call.before
    event = procedure is not None and procedure.event
    shown = _shown(call)
    if shown is None:
        return None
    libvirt = call.old_program.libvirt
    version = call.old_version or call.old_program.versions[0]
    number = procedure.number if procedure else 0
    words = _words(libvirt, call.old_program.number or 0, version.number or 0, number, len(shown.payload), event)
    data = b"".join((word % 2**32).to_bytes(4, "big") for _, word in words) + shown.payload
    sender, receiver = ("old server", "new client") if event else ("old client", "new server")
    name = procedure.name if procedure else call.old_program.name
    headline = f"the {sender} {'sends' if event else 'calls'} {name}: {shown.fate}"
    text = "\n".join([
        f"The {sender} {'sends the event' if event else 'calls'} {name}, {len(data)} bytes:",
        *dump(data), "",
        *(f"  {index * 4:>5}  {label} = {word:#x}" if label == "prog" else f"  {index * 4:>5}  {label} = {word}"
          for index, (label, word) in enumerate(words)),
        *([f"  {len(words) * 4:>5}  payload of {len(shown.payload)} bytes"] if shown.payload else []),
        "", shown.fate[:1].upper() + shown.fate[1:] + ".",
    ])  # fmt: skip
    about = {
        "direction": f"{sender}-to-{receiver}".replace(" ", "-"),
        "message": name,
        "bytes": len(data),
        "outcome": shown.fate,
        "program": call.old_program.number,
        "version": version.number,
        "procedure": number,
        "payload_at": len(words) * 4,
        "event": event,
        "served": _served(call, event),
    }
    old, new = _types(call, about)
    files = (
        ("message.bin", data),
        ("message.txt", (text + "\n").encode("utf-8", "backslashreplace")),
        ("message.json", (json.dumps(about, indent=2) + "\n").encode()),
        ("old.x", old.encode("utf-8", "surrogateescape")),
        ("new.x", new.encode("utf-8", "surrogateescape")),
    )
    return Witness("message", headline, text, files)


class _Shown(msgspec.Struct, frozen=True):
    """What a call carries, and what becomes of it."""

    payload: bytes
    fate: str


def _shown(call: CallEvidence) -> _Shown | None:
    """Find the payload that shows the damage; None when the other side takes the call and nothing goes wrong."""
    procedure = call.before
    event = procedure is not None and procedure.event
    receiver = "new client" if event else "new server"
    rejected = _rejected(call, receiver, procedure.number if procedure else 0)
    if rejected or procedure is None or call.after is None:
        return _Shown(_payload(call), rejected)
    said = f"the {receiver} takes {procedure.number} for {call.after.name}"
    misread = _misread(call, _payloads(call), Role.EVENT if event else Role.ARGUMENTS, True)
    if misread is not None:
        return _Shown(misread.data, f"{said}; {outcome(misread)}")
    answered = None if event else _misread(call, _answers(call), Role.RESULT, False)
    if answered is not None:
        return _Shown(_payload(call), f"{said} and answers; {outcome(answered)}")
    if any(name == procedure.name for _, _, name in _served(call, event)):
        return _Shown(_payload(call), said)
    return None


def _rejected(call: CallEvidence, receiver: str, number: int) -> str:
    """Say why the other side does not take the call at all; empty when it does."""
    program = call.new_program
    if program is None or program.number != call.old_program.number:
        return f"the {receiver} has no program {_hex(call.old_program.number)} and rejects it"
    if call.new_version is None and call.old_version is not None:
        have = ", ".join(str(v.number) for v in program.versions)
        return f"the {receiver} speaks version {have}, not {call.old_version.number}, and rejects it"
    if call.after is None and number == 0 and call.before is not None and not program.libvirt:
        lost = "the arguments are left unread" if call.before.args else "the answer is empty"
        return f"the {receiver} has no procedure 0 and answers it as every dispatcher does: {lost}"
    if call.after is None:
        return f"the {receiver} has no procedure {number} and rejects it"
    if call.before is not None and call.after.event != call.before.event:
        return f"the {receiver} takes {number} for {'an event' if call.after.event else 'a call'}"
    return ""


def _types(call: CallEvidence, about: dict[str, Any]) -> tuple[str, str]:
    """Return what both sides make of arguments and answer as protocols; ``about`` gets the names of the types."""
    procedure = call.before
    if procedure is None:
        return "", ""
    left, right = _payloads(call)
    answer, answered = ((), ()) if procedure.event else _answers(call)
    old, (about["sends"], about["awaits"]) = readables(call.old, (left, answer))
    new, (about["takes"], about["answers"]) = readables(call.new, (right, answered))
    about["reached"] = call.after.name if call.after and call.after.event == procedure.event else ""
    return old, new


def _words(
    libvirt: bool, program: int, version: int, procedure: int, payload: int, event: bool
) -> list[tuple[str, int]]:
    if libvirt:
        numbers = [28 + payload, program, version, procedure, 2 if event else 0, 0 if event else 1, 0]
        return list(zip(LIBVIRT, numbers, strict=True))
    return list(zip(ONC, [1, 0, 2, program, version, procedure, 0, 0, 0, 0], strict=True))


def _payload(call: CallEvidence) -> bytes:
    if call.before is None:
        return b""
    encoder = Encoder(call.old, MAX_BYTES)
    try:
        for ref in _payloads(call)[0]:
            encoder.encode(ref, Sampler(call.old, Spot(("", ""))).value(ref))
    except (CodecError, TooLargeError, KeyError):
        return b""
    return bytes(encoder.out)


def _served(call: CallEvidence, event: bool) -> list[tuple[int, int, str]]:
    """Return version, number and name of what the new side answers to under the program's number."""
    found = [
        (version.number, procedure.number, procedure.name)
        for protocol in call.new.model.protocols
        for program in protocol.programs
        if program.number == call.old_program.number
        for version in program.versions
        if version.number is not None
        for procedure in version.procedures
        if procedure.event == event
    ]
    return sorted(set(found))


def _payloads(call: CallEvidence) -> tuple[tuple[Ref, ...], tuple[Ref, ...]]:
    """Return what the call carries, and what the procedure that it reaches takes."""
    assert call.before is not None
    event = call.before.event
    one = (call.before.result,) if event else call.before.args
    other: tuple[Type, ...] = ()
    if call.after is not None:
        other = (call.after.result,) if call.after.event else call.after.args
    return _refs(call.old_unit, one), _refs(call.new_unit, other)


def _answers(call: CallEvidence) -> tuple[tuple[Ref, ...], tuple[Ref, ...]]:
    """Return what the caller awaits, and what the procedure that is reached answers."""
    assert call.before is not None
    other = (call.after.result,) if call.after is not None and not call.after.event else ()
    return _refs(call.old_unit, (call.before.result,)), _refs(call.new_unit, other)


def _refs(unit: str, kinds: Sequence[Type]) -> tuple[Ref, ...]:
    return tuple(Ref(unit, kind) for kind in kinds if kind != VOID)


def _misread(
    call: CallEvidence, types: tuple[tuple[Ref, ...], tuple[Ref, ...]], role: Role, forward: bool
) -> Reading | None:
    """Return an exchange of the old procedure's messages with the new one's that goes wrong, if there is one."""
    assert call.before is not None
    message = Message(call.before.name, role, *types)
    spot = Spot(("", ""))
    evidence = Evidence(call.old, call.new, spot, spot)
    for seed in range(-1, TRIED):
        reading = exchange(evidence, message, forward, random.Random(seed) if seed >= 0 else None)  # noqa: S311
        if reading is not None and rank(reading) is not None:
            return reading
    data = Counter(Language(call.old, call.new)).message(*types) if forward else None
    found = sent(call.old, call.new, message, data) if data is not None else None
    return found if found is not None and rank(found) is not None else None


def _hex(number: int | None) -> str:
    return hex(number) if number is not None else "?"
