"""Witnesses for calls that find no procedure, or another one: the header of the call and its payload.

libvirt's header is ``virNetMessageHeader`` behind a length word; everyone else's is the call of RFC 5531
section 9.
"""

from __future__ import annotations

import json

import msgspec

from abidiff.finding import Witness
from abidiff.surfaces.xdr.change import Role
from abidiff.surfaces.xdr.model import VOID, Procedure, Program, Type, Version
from abidiff.surfaces.xdr.prove.witness import Evidence, Message, Reading, dump, exchange, outcome
from abidiff.surfaces.xdr.wire.codec import CodecError, Encoder
from abidiff.surfaces.xdr.wire.values import Sampler, Spot, TooLargeError
from abidiff.surfaces.xdr.wire.wire import Ref, Scope

LIBVIRT = ("length", "prog", "vers", "proc", "type", "serial", "status")
ONC = ("xid", "type", "rpcvers", "prog", "vers", "proc", "cred flavor", "cred length", "verf flavor", "verf length")


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


def build_call(call: CallEvidence) -> Witness:
    """Return the call that one side makes and what the other side does with it."""
    procedure = call.before
    event = procedure is not None and procedure.event
    payload = _payload(call, event)
    libvirt = call.old_program.libvirt
    version = call.old_version or call.old_program.versions[0]
    number = procedure.number if procedure else 0
    words = _words(libvirt, call.old_program.number or 0, version.number or 0, number, len(payload), event)
    data = b"".join((word % 2**32).to_bytes(4, "big") for _, word in words) + payload
    sender, receiver = ("old server", "new client") if event else ("old client", "new server")
    name = procedure.name if procedure else call.old_program.name
    fate = _fate(call, receiver, number)
    headline = f"the {sender} {'sends' if event else 'calls'} {name}: {fate}"
    text = "\n".join([
        f"The {sender} {'sends the event' if event else 'calls'} {name}, {len(data)} bytes:",
        *dump(data), "",
        *(f"  {index * 4:>5}  {label} = {word:#x}" if label == "prog" else f"  {index * 4:>5}  {label} = {word}"
          for index, (label, word) in enumerate(words)),
        *([f"  {len(words) * 4:>5}  payload of {len(payload)} bytes"] if payload else []),
        "", fate[:1].upper() + fate[1:] + ".",
    ])  # fmt: skip
    about = {
        "direction": f"{sender}-to-{receiver}".replace(" ", "-"),
        "message": name,
        "bytes": len(data),
        "outcome": fate,
        "program": call.old_program.number,
        "version": version.number,
        "procedure": number,
        "payload_at": len(words) * 4,
        "known": _known(call),
        "taken_by": call.after.name if call.after else "",
    }
    files = (
        ("message.bin", data),
        ("message.txt", (text + "\n").encode("utf-8", "backslashreplace")),
        ("message.json", (json.dumps(about, indent=2) + "\n").encode()),
    )
    return Witness("message", headline, text, files)


def _words(
    libvirt: bool, program: int, version: int, procedure: int, payload: int, event: bool
) -> list[tuple[str, int]]:
    if libvirt:
        numbers = [28 + payload, program, version, procedure, 2 if event else 0, 0 if event else 1, 0]
        return list(zip(LIBVIRT, numbers, strict=True))
    return list(zip(ONC, [1, 0, 2, program, version, procedure, 0, 0, 0, 0], strict=True))


def _payload(call: CallEvidence, event: bool) -> bytes:
    if call.before is None:
        return b""
    kinds = (call.before.result,) if event else call.before.args
    encoder = Encoder(call.old)
    try:
        for kind in kinds:
            ref = Ref(call.old_unit, kind)
            encoder.encode(ref, Sampler(call.old, Spot(("", ""))).value(ref))
    except (CodecError, TooLargeError, KeyError):
        return b""
    return bytes(encoder.out)


def _known(call: CallEvidence) -> list[list[int | None]]:
    """Return (version, procedure) of everything that the new side answers to under the program's number."""
    program = call.new_program
    if program is None or program.number != call.old_program.number:
        return []
    return [[v.number, p.number] for v in program.versions for p in v.procedures]


def _fate(call: CallEvidence, receiver: str, number: int) -> str:
    program = call.new_program
    if program is None or program.number != call.old_program.number:
        return f"the {receiver} has no program {_hex(call.old_program.number)} and rejects it"
    if call.new_version is None and call.old_version is not None:
        have = ", ".join(str(v.number) for v in program.versions)
        return f"the {receiver} speaks version {have}, not {call.old_version.number}, and rejects it"
    if call.after is None:
        return f"the {receiver} has no procedure {number} and rejects it"
    if call.before is not None and call.after.event != call.before.event:
        return f"the {receiver} takes {number} for {'an event' if call.after.event else 'a call'}"
    said = f"the {receiver} takes {number} for {call.after.name}"
    reading = _misread(call)
    return f"{said}; {outcome(reading)}" if reading else said


def _payloads(call: CallEvidence) -> tuple[tuple[Ref, ...], tuple[Ref, ...]]:
    """Return what the call carries, and what the procedure that it reaches takes."""
    assert call.before is not None
    event = call.before.event
    one = (call.before.result,) if event else call.before.args
    other: tuple[Type, ...] = ()
    if call.after is not None:
        other = (call.after.result,) if call.after.event else call.after.args
    left = tuple(Ref(call.old_unit, kind) for kind in one if kind != VOID)
    return left, tuple(Ref(call.new_unit, kind) for kind in other if kind != VOID)


def _misread(call: CallEvidence) -> Reading | None:
    """Read the payload of the old procedure as that of the new one."""
    assert call.before is not None
    left, right = _payloads(call)
    if not left:
        return None
    message = Message(call.before.name, Role.EVENT if call.before.event else Role.ARGUMENTS, left, right)
    spot = Spot(("", ""))
    reading = exchange(Evidence(call.old, call.new, spot, spot), message, True)
    if reading is None or (reading.error is None and not reading.left and not reading.read):
        return None
    return reading


def _hex(number: int | None) -> str:
    return hex(number) if number is not None else "?"
