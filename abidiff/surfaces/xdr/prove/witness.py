"""The bytes that one side sends, and what both sides read in them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

import msgspec

from abidiff.finding import Witness
from abidiff.limits import now
from abidiff.surfaces.xdr.change import Direction, Evidence, Message, Role
from abidiff.surfaces.xdr.wire.codec import CodecError, CutShortError, Decoder, Encoder, Node, TooLargeError, walk
from abidiff.surfaces.xdr.wire.counter import Counter
from abidiff.surfaces.xdr.wire.emit import readable, readables
from abidiff.surfaces.xdr.wire.language import Language
from abidiff.surfaces.xdr.wire.reading import Parting, parting, reading
from abidiff.surfaces.xdr.wire.values import Budget, Sampler, Spot, random_value
from abidiff.surfaces.xdr.wire.wire import Ref, Scope

MAX_TRIED = 12
SEARCHED = 60
MANY = 5000
MAX_ROWS = 16
BEFORE, AFTER = 10, 5
"""A longer exchange is cut to so many lines around the one where both sides part."""
MAX_FILE = 1 << 20
MAX_BYTES = 1 << 24
READ = 100_000
"""So many values are read of one message."""
SHARE = 3
"""The part of limit ``wire-values`` that the search of one witness may take, for telling values and for random ones."""
LARGE = 2_000
"""With so many values the first message that shows the damage will do; else the shortest is looked for."""
HEAD = 1 << 12


class Reading(msgspec.Struct):
    """One exchange: what was sent, and how the other side reads it."""

    message: Message
    forward: bool
    data: bytes
    sent: list[Node]
    read: list[Node] = msgspec.field(default_factory=list)
    error: CodecError | None = None
    left: int = 0
    parting: Parting = Parting.SAME
    whole: int = 0
    """The size of a message of which only the head was made; else 0."""
    _laid: tuple[list[Row], list[Row]] | None = None

    @property
    def laid(self) -> tuple[list[Row], list[Row]]:
        """Both readings in lines, to be asked once both are there."""
        if self._laid is None:
            self._laid = rows(self.sent), rows(self.read)
        return self._laid

    @property
    def size(self) -> str:
        """How long the message is."""
        return f"at least {self.whole} bytes" if self.whole else f"{len(self.data)} bytes"

    @property
    def direction(self) -> Direction:
        """Who sends to whom."""
        if self.message.role in (Role.RESULT, Role.EVENT):
            return Direction.OLD_SERVER if self.forward else Direction.NEW_SERVER
        return Direction.OLD_CLIENT if self.forward else Direction.NEW_CLIENT

    @property
    def parties(self) -> tuple[str, str]:
        """Sender and receiver, as a person calls them."""
        if self.message.role is Role.MESSAGE:
            return ("old side", "new side") if self.forward else ("new side", "old side")
        sender, _, receiver = str(self.direction).partition("-to-")
        return sender.replace("-", " "), receiver.replace("-", " ")


class Row(msgspec.Struct, frozen=True):
    """One line of the side-by-side view."""

    start: int
    end: int
    depth: int
    path: str
    text: str
    value: Any
    leaf: bool


def build(evidence: Evidence | None) -> Witness | None:
    """Return the shortest exchange that shows the damage, or None when none could be made."""
    if evidence is None:
        return None
    best: tuple[int, int, Reading] | None = None
    long = (evidence.at_old.length or 0) > MANY
    budget = _budget(evidence)
    for message in evidence.messages[: 2 if long else MAX_TRIED]:
        if budget.left <= 0:
            break
        for forward in _ways(message)[: 1 if long else 2]:
            found = exchange(evidence, message, forward, budget=budget)
            shows = rank(found) if found else None
            if found and shows is not None and (best is None or (shows, len(found.data)) < best[:2]):
                best = (shows, len(found.data), found)
            if best and budget.spent > LARGE:
                break
        if best and budget.spent > LARGE:
            break
    evidence.old.made += budget.spent
    chosen = best[2] if best else _countered(evidence) or _search(evidence)
    return describe(evidence, chosen) if chosen else None


def _ways(message: Message) -> tuple[bool, ...]:
    """Return who may send a message: the old side (True), and the new one unless it has no such type."""
    return (True, False) if message.new or message.role is not Role.MESSAGE else (True,)


def _countered(evidence: Evidence) -> Reading | None:
    """Send what refutes that the new side takes all messages of the old one."""
    for message in evidence.messages[:MAX_TRIED]:
        pair = (message.old, message.new)
        if pair not in evidence.old.parted:
            evidence.old.parted[pair] = Counter(Language(evidence.old, evidence.new)).message(*pair)
        data = evidence.old.parted[pair]
        evidence.old.made += len(data or b"") // 4
        found = sent(evidence.old, evidence.new, message, data) if data is not None else None
        if found is not None and rank(found) is not None:
            return found
    return None


def sent(old: Scope, new: Scope, message: Message, data: bytes) -> Reading | None:
    """Send the bytes of a message of the old side; None when it is none."""
    own = Decoder(old, data, most=READ)
    try:
        nodes = [own.decode(ref) for ref in message.old]
        own.finish()
    except (CodecError, TooLargeError):
        return None
    return _received(Reading(message, True, data, nodes), old, new)


def _search(evidence: Evidence) -> Reading | None:
    """Try random messages where the telling value shows nothing: the difference lies deeper."""
    best: tuple[int, int, Reading] | None = None
    budget = _budget(evidence)
    for message in evidence.messages[:3]:
        for seed in range(SEARCHED if budget.left > 0 else 0):
            for forward in _ways(message):
                found = exchange(evidence, message, forward, random.Random(seed), budget)  # noqa: S311
                shows = rank(found) if found else None
                if found and shows is not None and (best is None or (shows, len(found.data)) < best[:2]):
                    best = (shows, len(found.data), found)
    evidence.old.made += budget.spent
    return best[2] if best else None


def _budget(evidence: Evidence) -> Budget:
    return Budget(max(0, min(now().wire_values // SHARE, now().wire_values - evidence.old.made)))


def exchange(
    evidence: Evidence, message: Message, forward: bool, rng: random.Random | None = None, budget: Budget | None = None
) -> Reading | None:
    """Send a telling value of a message, or a random one, in one direction; None when there is none."""
    sender, receiver = (evidence.old, evidence.new) if forward else (evidence.new, evidence.old)
    spot = evidence.at_old if forward else evidence.at_new
    refs = message.old if forward else message.new
    encoder, budget = Encoder(sender, MAX_BYTES), budget or Budget(now().wire_values // SHARE)
    sampler = Sampler(sender, spot, budget=budget)
    cut: CutShortError | None = None
    try:
        for ref in refs:
            at_root = spot.key == ("", "")
            made = random_value(sender, ref, rng, budget=budget) if rng else sampler.value(ref, at_root)
            encoder.encode(ref, made)
    except CutShortError as error:
        cut = error
    except (CodecError, TooLargeError, KeyError, IndexError):
        return None
    nodes = _own(sender, bytes(encoder.out), refs, cut)
    if nodes is None:
        return None
    made = Reading(message, forward, bytes(encoder.out), nodes, whole=cut.size if cut else 0)
    found = _received(made, sender, receiver)
    if cut is None or found is None:
        return found
    return found if found.error is not None and found.error.offset == cut.at else None


def _own(scope: Scope, data: bytes, refs: Sequence[Ref], cut: CutShortError | None) -> list[Node] | None:
    """Read a message as its sender does."""
    own = Decoder(scope, data, most=READ)
    nodes: list[Node] = []
    try:
        for ref in refs:
            own.reset()
            nodes.append(own.decode(ref))
    except CodecError:
        if cut is None or own.root is None:
            return None
        nodes.append(own.root)
    except TooLargeError:
        return None
    return nodes


def _received(found: Reading, sender: Scope, receiver: Scope) -> Reading | None:
    """Let the other side read a message, and hold both readings against each other; None when that takes too long."""
    message = found.message
    sent, read = (message.old, message.new) if found.forward else (message.new, message.old)
    try:
        receive(found, receiver, read)
        if found.error is None:
            before = reading(sender, _values(sent, found.sent), most=READ)
            after = reading(receiver, _values(read, found.read), most=READ)
            found.parting = parting(before, after, head=bool(found.left))
    except TooLargeError:
        return None
    return found


def _values(refs: Sequence[Ref], nodes: Sequence[Node]) -> list[tuple[Ref, Any]]:
    return [(ref, node.value) for ref, node in zip(refs, nodes, strict=True)]


def receive(found: Reading, scope: Scope, refs: Sequence[Ref]) -> Reading:
    """Read the bytes as the other side does; raises :class:`TooLargeError`."""
    decoder = Decoder(scope, found.data, strict=False, most=READ)
    for ref in refs:
        decoder.reset()
        try:
            found.read.append(decoder.decode(ref))
        except CodecError as error:
            found.error = error
            if decoder.root is not None:
                found.read.append(decoder.root)
            break
    found.left = len(found.data) - decoder.at if found.error is None else 0
    return found


def rows(nodes: Sequence[Node]) -> list[Row]:
    """Lay trees out in lines."""
    found: list[Row] = []
    paths: list[str] = []

    def visit(node: Node, depth: int) -> None:
        del paths[depth:]
        paths.append(node.name)
        path = ".".join(part for part in paths if part).replace(".[", "[")
        shown = f"{node.name} = {node.shown}" if node.shown and node.name else node.name or node.shown or node.type
        if node.note:
            shown += f"  ({node.note})"
        leaf = not node.children or bool(node.shown)
        value = node.value if not node.children else node.shown
        found.append(Row(node.start, node.end, depth, path, "  " * depth + shown, value, leaf))

    for node in nodes:
        walk(node, visit)
    return found


def first_difference(sent: Sequence[Row], read: Sequence[Row]) -> tuple[Row | None, Row | None] | None:
    """Return the first value that is read otherwise than it was sent."""
    left = [row for row in sent if row.leaf]
    right = [row for row in read if row.leaf]
    known = {row.path for row in right}
    for a, b in zip(left, right, strict=False):
        moved = a.path != b.path and a.path in known
        shown = a.text.rpartition(" = ")[2] != b.text.rpartition(" = ")[2]
        if a.value != b.value or a.start != b.start or moved or shown:
            return a, b
    if len(left) != len(right):
        index = min(len(left), len(right))
        return (left[index] if index < len(left) else None, right[index] if index < len(right) else None)
    return None


def rank(found: Reading) -> int | None:
    """Rejections show best, then misread values, what is silently dropped, names that moved; None shows nothing."""
    if found.error is not None:
        return 0
    way = found.parting
    if way in (Parting.VALUES, Parting.UNNAMED):
        return 1
    if found.left:
        return 2
    return None if way is Parting.SAME else 3


def describe(evidence: Evidence, found: Reading) -> Witness:
    """Write a witness for a person, and its files."""
    sender, receiver = found.parties
    label = found.message.label
    evidence.old.made += len(found.data) // 4
    said = outcome(found)
    headline = f"the {sender} sends {label}, {found.size}; {said}"
    size = f"{found.size}, which begins" if found.whole else found.size
    text = "\n".join(
        [f"The {sender} sends {label}, {size}:", *dump(found.data, _mark(found)), "",
         *_side_by_side(found), "", _sentence(said)]
    )  # fmt: skip
    old, old_type = readable(evidence.old, found.message.old, found.data)
    wanted = (found.message.new, *((ref,) for ref in evidence.fresh))
    new, (new_type, *fresh) = readables(evidence.new, wanted, found.data)
    about = {
        "direction": str(found.direction),
        "message": label,
        "bytes": len(found.data),
        "outcome": said,
        "rejected": found.error is not None,
        "left": found.left,
        **({"whole": found.whole} if found.whole else {}),
        "fresh": fresh,
        "old": old_type,
        "new": new_type,
        "sender": "old" if found.forward else "new",
        "receiver": receiver,
        "spot": _spot(evidence.at_old if found.forward else evidence.at_new),
    }
    files = [
        ("message.txt", (text + "\n").encode("utf-8", "backslashreplace")),
        ("message.json", (json.dumps(about, indent=2) + "\n").encode()),
        ("old.x", old.encode("utf-8", "surrogateescape")),
        ("new.x", new.encode("utf-8", "surrogateescape")),
    ]
    whole = len(found.data) <= MAX_FILE
    files.insert(0, ("message.bin", found.data) if whole else ("message-head.bin", found.data[:HEAD]))
    return Witness("message", headline, text, tuple(files))


def _spot(spot: Spot) -> dict[str, object]:
    """Tell how the value was built, for messages that are too long to be kept."""
    return {"name": spot.key[1], "part": spot.part, "number": spot.number, "length": spot.length}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def outcome(found: Reading) -> str:
    """Say what becomes of the message, in one line."""
    _, receiver = found.parties
    if not (found.message.new if found.forward else found.message.old) and found.left:
        if found.message.role is Role.MESSAGE:
            return f"the {receiver} no longer has the type {found.message.label}"
        return f"the {receiver} expects nothing and drops all of it"
    if found.error is not None:
        where = f" in {found.error.path}" if found.error.path else ""
        return f"the {receiver} rejects it at byte {found.error.offset}{where}: {found.error.reason}"
    difference = first_difference(*found.laid)
    if difference is not None:
        a, b = difference
        if b is not None and found.parting is Parting.UNNAMED:
            unnamed = f"the {receiver} has no name for {b.value} at byte {b.start}: an error by RFC 4506"
            return f"{unnamed}, though rpcgen's own decoder lets it pass"
        if a is not None and b is not None:
            return f"the {receiver} reads {b.text.strip()} at byte {b.start} where {a.text.strip()} was sent"
        if a is not None:
            return f"the {receiver} drops {a.text.strip()} at byte {a.start}"
    return f"the {receiver} drops the last {found.left} bytes"


def _mark(found: Reading) -> int:
    if found.error is not None:
        return found.error.offset
    difference = first_difference(*found.laid)
    row = (difference[1] or difference[0]) if difference else None
    return row.start if row else len(found.data) - found.left


def dump(data: bytes, mark: int = -1, keep: int = 128) -> list[str]:
    """Write bytes in hexadecimal with their offsets, words apart; a long message is cut around ``mark``."""
    start = 0 if len(data) <= keep else max(0, (mark - keep // 2) // 16 * 16)
    lines = [] if start == 0 else [f"  ... {start} bytes ..."]
    for at in range(start, min(len(data), start + keep), 16):
        chunk = data[at : at + 16]
        words = " ".join(chunk[i : i + 4].hex(" ").replace(" ", "") for i in range(0, len(chunk), 4))
        shown = "".join(chr(b) if 32 <= b < 127 else "." for b in chunk)
        lines.append(f"  {at:04x}  {words:<35}  {shown}")
    if start + keep < len(data):
        lines.append(f"  ... {len(data) - start - keep} bytes more ...")
    return lines


def _side_by_side(found: Reading) -> list[str]:
    """Show both readings; the line where they part is marked."""
    sender, receiver = found.parties
    left, right = found.laid
    difference = first_difference(left, right)
    bad = len(left)
    if difference is not None:
        bad = min(_index(left, difference[0]), _index(right, difference[1]))
    if found.error is not None:
        bad = min(bad, max(0, len(right) - 1))
    longest = max(len(left), len(right))
    start = max(0, bad - BEFORE) if longest > MAX_ROWS else 0
    stop = longest if longest <= MAX_ROWS else bad + AFTER
    width = min(58, max([len(f"sent by the {sender}"), *(len(row.text) for row in left[start:stop])]))
    lines = [f"    byte  {f'sent by the {sender}':<{width}}  byte  read by the {receiver}"]
    for index in range(start, min(stop, max(len(left), len(right)))):
        a = left[index] if index < len(left) else None
        b = right[index] if index < len(right) else None
        mark = "->" if index == bad else "  "
        one = f"{a.start:>5}  {_cut(a.text, width):<{width}}" if a else " " * (width + 7)
        other = f"{b.start:>5}  {_cut(b.text, 58)}" if b else ""
        if found.error is not None and index == len(right) - 1:
            other = (f"{other}  REJECTED" if b else "REJECTED").lstrip() if not b else f"{other}  REJECTED"
        lines.append(f" {mark} {one} {other}".rstrip())
    if max(len(left), len(right)) > stop:
        lines.append("    ...")
    if found.left:
        lines.append(f"    {'':>5}  {'':<{width}} {len(found.data) - found.left:>5}  {found.left} bytes left over")
    return lines


def _index(found: Sequence[Row], row: Row | None) -> int:
    return found.index(row) if row is not None and row in found else len(found)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."
