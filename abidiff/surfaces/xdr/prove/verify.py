"""Ask rpcgen's own decoders about witnesses.

Nothing of a release is executed: each witness carries its types as this tool's model has them, and the
decoders are generated from those, under made-up names.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from abidiff.errors import AbidiffError
from abidiff.finding import Confirmation, Finding
from abidiff.release import Release
from abidiff.surfaces.xdr.build.parse import parse_text
from abidiff.surfaces.xdr.model import Named, Protocols
from abidiff.surfaces.xdr.prove.cgen import tokens
from abidiff.surfaces.xdr.prove.judge import Answer, Judge, JudgeError, missing
from abidiff.surfaces.xdr.prove.witness import first_difference, rows
from abidiff.surfaces.xdr.wire.codec import CodecError, Decoder, Encoder
from abidiff.surfaces.xdr.wire.values import Sampler, Spot
from abidiff.surfaces.xdr.wire.wire import Ref, Scope

Said = tuple[Confirmation, str]


def verify(findings: Sequence[Finding], _old: Release, _new: Release) -> Iterator[Finding]:
    """Return the findings with what rpcgen's code says of their witnesses."""
    lacking = missing()
    for finding in findings:
        if finding.witness is None or finding.witness.kind != "message":
            yield finding
            continue
        if lacking:
            said: Said = (Confirmation.UNAVAILABLE, f"not installed: {lacking}")
        else:
            try:
                said = judge(dict(finding.witness.files))
            except (JudgeError, AbidiffError, OSError) as error:
                said = (Confirmation.UNAVAILABLE, str(error))
        yield finding.with_(confirmation=said[0], confirmation_note=said[1])


def judge(files: Mapping[str, bytes]) -> Said:
    """Return what the real decoders say of one witness."""
    if "message.json" not in files:
        return Confirmation.UNAVAILABLE, "no message of a reasonable size shows it"
    about: dict[str, Any] = json.loads(files["message.json"])
    if "known" in about:
        return _dispatched(about)
    sender, receiver = about["sender"], "new" if about["sender"] == "old" else "old"
    data = files["message.bin"] if "message.bin" in files else _rebuilt(files, about)
    sent, sender_says = _ask(files, sender, about[sender], data)
    if sent is None or sender_says.tokens is None or sender_says.again != data:
        return Confirmation.REFUTED, f"rpcgen's decoder of the {sender} side does not take the message"
    if not about[receiver]:
        return _nobody(about, receiver)
    scope, says = _ask(files, receiver, about[receiver], data)
    return _compare(scope, about[receiver], says, sent, about[sender], data)


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


def _nobody(about: Mapping[str, Any], receiver: str) -> Said:
    """The other side has no type for the message: there is no decoder to ask."""
    if about["bytes"]:
        return Confirmation.CONFIRMED, f"rpcgen generates no decoder for it on the {receiver} side"
    return Confirmation.UNAVAILABLE, "nothing is sent"


def _ask(files: Mapping[str, bytes], side: str, name: str, data: bytes) -> tuple[Scope | None, Answer]:
    """Decode the message as one side does; a side that sends nothing has sent what it should."""
    if not name:
        return Scope(Protocols(())), Answer((), 0, b"")
    model = parse_text(f"{side}.x", files[f"{side}.x"])
    if model.problems:
        raise JudgeError(f"{side}.x of the witness: {model.problems[0].message}")
    scope = Scope(model)
    with Judge(scope, [Ref(side, Named(name))], longest=2 * len(data) + 4096) as decoder:
        return scope, decoder.ask([(0, data)])[0]


def _compare(scope: Scope | None, name: str, says: Answer, sender: Scope, sent_name: str, data: bytes) -> Said:
    """Hold the real decoder's answer against ours, and against what was sent."""
    assert scope is not None
    ours = Decoder(scope, data, strict=False)
    ref = Ref(scope.model.protocols[0].name, Named(name))
    try:
        node = ours.decode(ref)
    except CodecError as error:
        if says.tokens is None:
            return Confirmation.CONFIRMED, "rpcgen's decoder rejects the message"
        return Confirmation.REFUTED, f"rpcgen's decoder takes the message, ours says: {error.reason}"
    if says.tokens is None:
        return Confirmation.REFUTED, "rpcgen's decoder rejects a message that ours takes"
    if list(says.tokens) != tokens(scope, ref, node.value) or says.consumed != ours.at:
        return Confirmation.REFUTED, "rpcgen's decoder reads other values than ours"
    if says.consumed < len(data):
        return Confirmation.CONFIRMED, f"rpcgen's decoder leaves {len(data) - says.consumed} bytes unread"
    if not sent_name:
        return Confirmation.REFUTED, "rpcgen's decoder takes the message"
    before = Decoder(sender, data, strict=False).decode(Ref(sender.model.protocols[0].name, Named(sent_name)))
    if first_difference(rows([before]), rows([node])) is None:
        return Confirmation.REFUTED, "rpcgen's decoder reads what was sent"
    return Confirmation.CONFIRMED, "rpcgen's decoder reads the same wrong values"


def _dispatched(about: Mapping[str, Any]) -> Said:
    """Generate the new side's program from its numbers, and look whether rpcgen's dispatcher knows the call."""
    wanted = [about["version"], about["procedure"]]
    known = [pair for pair in about["known"] if None not in pair]
    if not known:
        return Confirmation.CONFIRMED, "rpcgen generates no dispatcher for the program number"
    versions = sorted({version for version, _ in known})
    lines = ["program P {"]
    for version in versions:
        lines.append(f"version V{version} {{")
        numbers = sorted({procedure for v, procedure in known if v == version})
        lines += [f"void P{version}_{number}(void) = {number};" for number in numbers]
        lines.append(f"}} = {version};")
    lines.append(f"}} = {about['program']};")
    cases = _cases("\n".join(lines) + "\n", wanted[0])
    if wanted[0] not in versions:
        return Confirmation.CONFIRMED, "rpcgen generates no dispatcher for the version"
    name = f"P{wanted[0]}_{wanted[1]}"
    if name not in cases:
        return Confirmation.CONFIRMED, "rpcgen's dispatcher has no case for the procedure"
    return Confirmation.CONFIRMED, f"rpcgen's dispatcher takes the number for {about['taken_by'] or 'another call'}"


def _cases(text: str, version: int) -> set[str]:
    """Return the procedures that rpcgen's dispatcher of a version knows."""
    with tempfile.TemporaryDirectory(prefix="abidiff-xdr-") as folder:
        Path(folder, "in.x").write_text(text, encoding="ascii")
        done = subprocess.run(
            ["rpcgen", "-m", "in.x"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
        )
    if done.returncode:
        raise JudgeError(f"rpcgen: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else 'failed'}")
    found = set()
    inside = False
    for line in done.stdout.splitlines():
        if line.startswith(f"p_{version}("):
            inside = True
        elif line.startswith("}"):
            inside = False
        elif inside and line.strip().startswith("case "):
            found.add(line.strip()[5:].rstrip(":"))
    return found
