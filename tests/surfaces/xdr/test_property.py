"""Random protocols with one random edit: what compare says against what messages do.

No break said: every old message is read by the new side to the same bytes, and no new message is misread by the
old side.  Break said: the witness shows it.
"""

from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from abidiff.finding import Severity
from abidiff.surfaces.xdr.model import Named, Protocols
from abidiff.surfaces.xdr.wire.codec import CodecError, Decoder, Encoder
from abidiff.surfaces.xdr.wire.values import Sampler, Spot, children, random_value
from abidiff.surfaces.xdr.wire.wire import Ref, Scope
from tests.surfaces.xdr.helpers import between, model

SIMPLE = ("int", "unsigned int", "hyper", "unsigned hyper", "bool", "short", "double", "float")


class Maker:
    """Writes a small protocol; every draw has a place, so that one of them can be drawn otherwise."""

    def __init__(self, seed: int, changed: int = -1, again: int = 0) -> None:
        self.seed, self.changed, self.again = seed, changed, again
        self.draws = 0

    def draw(self, count: int) -> int:
        rng = random.Random(f"{self.seed} {self.draws}")
        value = rng.randrange(count)
        if self.draws == self.changed:
            value = random.Random(f"{self.seed} {self.again}").randrange(count)
        self.draws += 1
        return value

    def type(self, known: list[str], name: str) -> str:
        match self.draw(9):
            case 0 | 1 | 2:
                return f"{SIMPLE[self.draw(len(SIMPLE))]} {name}"
            case 3:
                return f"string {name}<{1 + self.draw(6)}>"
            case 4:
                return f"opaque {name}{['<3>', '<6>', '[4]', '[8]', '<>'][self.draw(5)]}"
            case 5:
                return f"int {name}{['<2>', '<4>', '[2]', '[3]', '<>'][self.draw(5)]}"
            case 6:
                return f"{self.name(known)} *{name}"
            case 7:
                return f"{self.name(known)} {name}{['<2>', '<3>', '[2]', '<1>'][self.draw(4)]}"
        return f"{self.name(known)} {name}"

    def name(self, known: list[str]) -> str:
        return known[self.draw(len(known))]

    def text(self) -> str:
        values = [f"E{i} = {i + self.draw(2) * 10}" for i in range(2 + self.draw(2))]
        out = [f"enum e {{ {', '.join(values)} }};"]
        known = ["e"]
        for index in range(3):
            name = f"t{index}"
            match self.draw(3):
                case 0:
                    out.append(f"typedef {self.type(known, name)};")
                case 1:
                    arms = " ".join(f"case {i}: {self.type(known, f'a{i}')};" for i in range(1 + self.draw(3)))
                    default = ["", "default: void;", f"default: {self.type(known, 'd')};"][self.draw(3)]
                    out.append(f"union {name} switch (int d) {{ {arms} {default} }};")
                case 2:
                    members = " ".join(f"{self.type(known, f'm{i}')};" for i in range(1 + self.draw(3)))
                    out.append(f"struct {name} {{ {members} }};")
            known.append(name)
        out.append(f"struct root {{ {self.type(known, 'x')}; t2 y; int end; }};")
        return "\n".join(out) + "\n"


def messages(found: Protocols, seed: int) -> list[bytes]:
    """Return random messages, and some with every limit reached and every case taken."""
    scope = Scope(found)
    ref = Ref("example", Named("root"))
    rng = random.Random(seed)
    values = [random_value(scope, ref, rng) for _ in range(15)]
    for unit, types in scope.types.items():
        for name, definition in types.items():
            for part, inner in children(unit, definition):
                size = getattr(inner.type, "size", None)
                length = min(size.value, 20) if size is not None and size.value is not None else None
                if length is not None or part.startswith("case "):
                    values.append(Sampler(scope, Spot((unit, name), part, None, length)).value(ref))
    return [Encoder(scope).encode(ref, value) for value in values]


def read(found: Protocols, data: bytes) -> bytes | str | None:
    """Return the message as this side encodes it again; None when rejected, a text when bytes are left."""
    scope = Scope(found)
    ref = Ref("example", Named("root"))
    decoder = Decoder(scope, data, strict=False)
    try:
        node = decoder.decode(ref)
        if decoder.at < len(data):
            return "left"
        return Encoder(scope).encode(ref, node.value)
    except CodecError as error:
        return None if error.offset <= len(data) and "is no value of enum" not in str(error) else "unnamed"


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.integers(0, 10**9), st.integers(0, 40), st.integers(0, 10**6))
def test_what_is_said_is_what_messages_do(seed: int, place: int, again: int) -> None:
    old_text, new_text = Maker(seed).text(), Maker(seed, place, again).text()
    old, new = model(old_text), model(new_text)
    findings = between(old, new)
    breaking = [f for f in findings if f.severity is Severity.BREAKING]
    if old_text == new_text:
        assert findings == []
    if breaking:
        for finding in breaking:
            assert finding.witness is not None
            assert finding.witness.files, (old_text, new_text, finding.message)
            assert json.loads(dict(finding.witness.files)["message.json"])["outcome"]
        return
    widened = {f.rule for f in findings} & {"xdr/integer-widened", "xdr/type-reinterpreted"}
    for data in messages(old, seed):
        assert read(new, data) == data or "xdr/type-reinterpreted" in widened, (old_text, new_text, data.hex())
    for data in messages(new, seed):
        answer = read(old, data)
        assert answer in (data, None, "unnamed") or widened, (old_text, new_text, data.hex(), answer)
