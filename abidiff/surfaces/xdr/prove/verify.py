"""Ask rpcgen's own decoders about witnesses.

Nothing of a release is executed: each witness carries its types as this tool's model has them, and the
decoders are generated from those, under made-up names.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from abidiff.errors import AbidiffError
from abidiff.finding import Confirmation, Finding
from abidiff.release import Release
from abidiff.surfaces.xdr.build.parse import parse_text
from abidiff.surfaces.xdr.model import Named, Protocols
from abidiff.surfaces.xdr.prove.cgen import tokens
from abidiff.surfaces.xdr.prove.dispatch import Number, Reply, Status, Target, call
from abidiff.surfaces.xdr.prove.judge import Answer, Judge, JudgeError, missing
from abidiff.surfaces.xdr.prove.jury import Question, answers
from abidiff.surfaces.xdr.wire.codec import CodecError, Decoder, Encoder, TooLargeError
from abidiff.surfaces.xdr.wire.reading import Parting, Piece, parting, reading
from abidiff.surfaces.xdr.wire.values import Budget, Sampler, Spot, random_value
from abidiff.surfaces.xdr.wire.wire import Ref, Scope

Said = tuple[Confirmation, str]
CONFIRMED, REFUTED = Confirmation.CONFIRMED, Confirmation.REFUTED
_NOTHING: Mapping[Question, Answer] = {}
ANSWERS = 12
"""So many answers of a procedure are read by the caller's decoder."""


class Sent(NamedTuple):
    """A message: its bytes, and what its sender means by them."""

    data: bytes
    pieces: list[Piece]


def verify(findings: Sequence[Finding], _old: Release, _new: Release) -> Iterator[Finding]:
    """Return the findings with what rpcgen's code says of their witnesses."""
    lacking = missing()
    known = {} if lacking else answers(_questions(findings))
    for finding in findings:
        if finding.witness is None or finding.witness.kind != "message":
            yield finding
            continue
        if lacking:
            said: Said = (Confirmation.UNAVAILABLE, f"not installed: {lacking}")
        else:
            try:
                said = judge(dict(finding.witness.files), known)
            except TooLargeError:
                said = (Confirmation.UNAVAILABLE, "a message or an answer of its types is too large to be made")
            except (JudgeError, AbidiffError, OSError) as error:
                said = (Confirmation.UNAVAILABLE, str(error))
        yield finding.with_(confirmation=said[0], confirmation_note=said[1])


def _questions(findings: Sequence[Finding]) -> Iterator[Question]:
    """Yield what the decoders will be asked about the messages that are there whole."""
    for finding in findings:
        files = dict(finding.witness.files) if finding.witness and finding.witness.kind == "message" else {}
        about: dict[str, Any] = json.loads(files["message.json"]) if "message.bin" in files else {}
        if "served" in about or not about or "whole" in about:
            continue
        for side in ("old", "new"):
            names = [about[side]] if about[side] else about.get("fresh", ()) if side != about["sender"] else ()
            yield from (Question(files[f"{side}.x"], name, files["message.bin"]) for name in names)


def judge(files: Mapping[str, bytes], known: Mapping[Question, Answer] = _NOTHING) -> Said:
    """Return what the real decoders say of one witness; ``known`` are answers that they gave already."""
    if "message.json" not in files:
        return Confirmation.UNAVAILABLE, "no message of a reasonable size shows it"
    about: dict[str, Any] = json.loads(files["message.json"])
    if "served" in about:
        return _dispatched(files, about)
    if "whole" in about:
        return Confirmation.UNAVAILABLE, f"the message takes at least {about['whole']} bytes: only its head was made"
    sender, receiver = about["sender"], "new" if about["sender"] == "old" else "old"
    data = files["message.bin"] if "message.bin" in files else _rebuilt(files, about)
    own, sender_says = _ask(files, sender, about[sender], data, known)
    if own is None and not about[receiver]:
        return Confirmation.UNAVAILABLE, "nothing is sent"
    if own is not None and (sender_says.tokens is None or sender_says.again != data):
        return REFUTED, f"rpcgen's decoder of the {sender} side does not take the message"
    sent = _sent(files, about[sender], data, sender)
    if not about[receiver]:
        return _nobody(files, about, receiver, sent, known)
    scope, says = _ask(files, receiver, about[receiver], data, known)
    assert scope is not None
    return _compare(scope, about[receiver], says, sent)


def _sent(files: Mapping[str, bytes], name: str, data: bytes, side: str = "old") -> Sent:
    """Return a message as its sender means it; a side that sends nothing has no type for it."""
    if not name:
        return Sent(data, [])
    scope, ref = _scope(files, side), Ref(side, Named(name))
    return Sent(data, reading(scope, [(ref, Decoder(scope, data, strict=False).decode(ref).value)]))


def _rebuilt(files: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    """Make a long message again, as it was made for the witness."""
    side, wanted = about["sender"], about["spot"]
    scope = Scope(parse_text(f"{side}.x", files[f"{side}.x"]))
    spot = Spot((side, wanted["name"]), wanted["part"], wanted["number"], wanted["length"])
    ref = Ref(side, Named(about[side]))
    data = Encoder(scope).encode(ref, Sampler(scope, spot).value(ref, not wanted["name"]))
    if len(data) != about["bytes"] or not data.startswith(files.get("message-head.bin", b"")):
        raise JudgeError("the long message could not be made again")
    return data


def _nobody(
    files: Mapping[str, bytes], about: Mapping[str, Any], receiver: str, sent: Sent, known: Mapping[Question, Answer]
) -> Said:
    """The other side has no type of this name: ask the decoders of those that are new there."""
    if not about["bytes"]:
        return Confirmation.UNAVAILABLE, "nothing is sent"
    for name in about.get("fresh", ()):
        scope, says = _ask(files, receiver, name, sent.data, known)
        if scope is not None and says.tokens is not None and _compare(scope, name, says, sent)[0] is REFUTED:
            return REFUTED, f"rpcgen's decoder of {name} reads what was sent"
    asked = len(about.get("fresh", ()))
    return CONFIRMED, f"rpcgen generates no decoder for it on the {receiver} side" + (
        f", and {asked} of new types do not read it" if asked else ""
    )


def _ask(
    files: Mapping[str, bytes], side: str, name: str, data: bytes, known: Mapping[Question, Answer]
) -> tuple[Scope | None, Answer]:
    """Decode the message as one side does; a side that sends nothing has sent what it should."""
    if not name:
        return None, Answer((), 0, b"")
    scope = _scope(files, side)
    said = known.get(Question(files[f"{side}.x"], name, data))
    if said is not None:
        return scope, said
    with Judge(scope, [Ref(side, Named(name))], longest=2 * len(data) + 4096) as decoder:
        return scope, decoder.ask([(0, data)])[0]


def _scope(files: Mapping[str, bytes], side: str) -> Scope:
    return _read(side, files[f"{side}.x"])


@lru_cache(maxsize=8)
def _read(side: str, text: bytes) -> Scope:
    """Read the types of a witness; many witnesses of one message have the same."""
    model = parse_text(f"{side}.x", text)
    if model.problems:
        raise JudgeError(f"{side}.x of the witness: {model.problems[0].message}")
    return Scope(model)


def _compare(scope: Scope, name: str, says: Answer, sent: Sent) -> Said:
    """Hold the real decoder's answer against ours, and against what was sent."""
    ref = Ref(scope.model.protocols[0].name, Named(name))
    ours = Decoder(scope, sent.data, strict=False)
    try:
        node = ours.decode(ref)
    except CodecError as error:
        if says.tokens is None:
            return CONFIRMED, "rpcgen's decoder rejects the message"
        return REFUTED, f"rpcgen's decoder takes the message, ours says: {error.reason}"
    if says.tokens is None:
        return REFUTED, "rpcgen's decoder rejects a message that ours takes"
    if list(says.tokens) != tokens(scope, ref, node.value) or says.consumed != ours.at:
        return REFUTED, "rpcgen's decoder reads other values than ours"
    if says.consumed < len(sent.data):
        return CONFIRMED, f"rpcgen's decoder leaves {len(sent.data) - says.consumed} bytes unread"
    return _parted(sent, reading(scope, [(ref, node.value)]))


def _parted(sent: Sent, read: list[Piece]) -> Said:
    """Say what it means that the real decoder read this."""
    match parting(sent.pieces, read):
        case Parting.SAME:
            return REFUTED, "rpcgen's decoder reads what was sent"
        case Parting.UNNAMED:
            return CONFIRMED, "rpcgen's enumeration has no name for the number, though its decoder lets it pass"
        case Parting.NAMES:
            return CONFIRMED, "rpcgen's enumeration has the name for another number"
    return CONFIRMED, "rpcgen's decoder reads the same wrong values"


# ---- calls


def _dispatched(files: Mapping[str, bytes], about: Mapping[str, Any]) -> Said:
    """Call rpcgen's dispatcher for the new side's procedures, and see what becomes of the call and of its answer."""
    number = Number(about["program"], about["version"], about["procedure"])
    served = [Number(number.program, version, procedure) for version, procedure, _ in about["served"]]
    payload = files["message.bin"][about["payload_at"] :]
    scope, target, values = _target(files, about, number)
    reply = call(scope, served, target, number, payload)
    if reply.status is Status.SILENT:
        return Confirmation.UNAVAILABLE, "rpcgen's dispatcher does not answer"
    if reply.status is not Status.SUCCESS:
        return CONFIRMED, f"rpcgen's dispatcher answers {reply.status.name}"
    names = {name: f"{version}.{procedure}" for version, procedure, name in about["served"]}
    if about["message"] in names and names[about["message"]] != f"{number.version}.{number.procedure}":
        return CONFIRMED, f"rpcgen's dispatcher calls {about['reached'] or 'another procedure'}"
    if target is None:  # procedure 0, which it answers by itself
        if payload:
            return CONFIRMED, "rpcgen's dispatcher leaves the arguments unread"
        if about["awaits"]:
            return _empty(files, about["awaits"])
        return REFUTED, "rpcgen's dispatcher answers the call"
    sent = _sent(files, about["sends"], payload)
    if target.takes is None or not about["sends"]:
        said = (CONFIRMED, "rpcgen's dispatcher leaves the arguments unread") if payload else (REFUTED, "")
    else:
        said = _compare(scope, about["takes"], _given(scope, target, reply, payload), sent)
    if said[0] is CONFIRMED or about["event"]:
        return said
    return _answered(files, about, scope, target, (reply.data, *values))


def _empty(files: Mapping[str, bytes], awaits: str) -> Said:
    """Let the old side's decoder read an answer of nothing."""
    with Judge(_scope(files, "old"), [Ref("old", Named(awaits))]) as decoder:
        says = decoder.ask([(0, b"")])[0]
    if says.tokens is None:
        return CONFIRMED, "rpcgen's dispatcher answers nothing, and the caller awaits a result"
    return REFUTED, "the caller reads the empty answer"


def _given(scope: Scope, target: Target, reply: Reply, payload: bytes) -> Answer:
    """Return what the procedure was given; the dispatcher does not say how much of the message that was."""
    assert target.takes is not None
    ours = Decoder(scope, payload, strict=False)
    with contextlib.suppress(CodecError):
        ours.decode(target.takes)
    return Answer(reply.tokens or (), ours.at)


def _target(
    files: Mapping[str, bytes], about: Mapping[str, Any], number: Number
) -> tuple[Scope, Target | None, list[bytes]]:
    """Return the procedure that is reached, with an answer for it, and more answers that it may give."""
    scope = _scope(files, "new") if about.get("takes") or about.get("answers") else Scope(Protocols(()))
    if not about.get("reached"):
        return scope, None, []
    takes, answers = (Ref("new", Named(name)) if name else None for name in (about["takes"], about["answers"]))
    made: list[bytes] = []
    if answers is not None:
        values = [Sampler(scope, Spot(("", ""))).value(answers)]
        budget = Budget()
        values += [random_value(scope, answers, random.Random(seed), budget=budget) for seed in range(ANSWERS)]  # noqa: S311
        made = [Encoder(scope).encode(answers, value) for value in values]
    return scope, Target(number, takes, answers, made[0] if made else b""), made[1:]


def _answered(
    files: Mapping[str, bytes], about: Mapping[str, Any], scope: Scope, target: Target, replies: Sequence[bytes]
) -> Said:
    """Let the old side's decoder read what the new side answers."""
    if not about["awaits"]:
        if any(replies):
            return CONFIRMED, "the caller leaves the answer of rpcgen's dispatcher unread"
        return REFUTED, "rpcgen's dispatcher takes the call and its arguments as they were meant"
    if target.answers is None:
        return CONFIRMED, "rpcgen's dispatcher answers nothing, and the caller awaits a result"
    old = _scope(files, "old")
    ref = Ref("old", Named(about["awaits"]))
    with Judge(old, [ref], longest=2 * max(map(len, replies)) + 4096) as decoder:
        answers = decoder.ask([(0, data) for data in replies])
    for data, says in zip(replies, answers, strict=True):
        value = Decoder(scope, data).decode(target.answers).value
        sent = Sent(data, reading(scope, [(target.answers, value)]))
        said = _compare(old, about["awaits"], says, sent)
        if said[0] is CONFIRMED:
            return CONFIRMED, f"of the answer: {said[1]}"
    return REFUTED, "rpcgen's dispatcher takes the call as it was meant, and the caller reads the answer"
