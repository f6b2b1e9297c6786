"""Damaged protocols: a problem or a model, never an exception, and always one that can be kept."""

from __future__ import annotations

import random
import re

import msgspec
import pytest

from abidiff.rule import load, run
from abidiff.surfaces.xdr.build.parse import parse
from abidiff.surfaces.xdr.compare.compare import compare
from abidiff.surfaces.xdr.model import Protocols
from tests.surfaces.xdr.cases import ACCEPTED
from tests.surfaces.xdr.compare.test_compare import DEMO
from tests.surfaces.xdr.helpers import sides
from tests.surfaces.xdr.prove.test_verify import ALL_TYPES

ANNOTATED = DEMO.replace("DEMO_PROC_GET = 1", "/** @acl: demo:read */ DEMO_PROC_GET = 1").replace(
    "struct demo_dom", '%#define OUTSIDE 3\nconst TEXT = "(1 + 2)";\nstruct demo_dom', 1
)
SOURCES = [
    ANNOTATED.encode(),
    ALL_TYPES.encode(),
    "".join(ACCEPTED[n] for n in ("program", "union of an enum")).encode(),
]
WORD = re.compile(rb"[A-Za-z_]\w*|[;,{}<>*\[\]=\"]|\d+")
NUMBERS = (0, 1, 2**31, 2**32, 2**64, -1, 255)


def damaged(data: bytes, rng: random.Random) -> bytes:
    text = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        words = list(WORD.finditer(bytes(text))) or [re.match(b"", b"")]
        one, other = rng.choice(words), rng.choice(words)
        assert one is not None
        assert other is not None
        at = rng.randrange(len(text) or 1)
        match rng.randrange(5):
            case 0:
                del text[at : at + rng.randint(1, 40)]
            case 1:
                text[at:at] = bytes([rng.randrange(1, 256)])
            case 2:
                text[one.start() : one.end()] = other[0]
            case 3:
                text[one.start() : one.end()] = str(rng.choice(NUMBERS)).encode()
            case 4:
                del text[one.start() : one.end()]
    return bytes(text)


@pytest.mark.parametrize("seed", range(3))
def test_damaged_protocols(seed: int) -> None:
    rng = random.Random(seed)
    for source in SOURCES:
        whole = parse(*sides({"a.x": source}), {})
        assert not whole.problems
        for _ in range(60):
            found = parse(*sides({"a.x": damaged(source, rng)}), {})
            for old, new in ((whole, found), (found, whole)):
                run(load("abidiff.surfaces.xdr.rules"), compare(old, new))
            assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Protocols) == found
            msgspec.json.encode(found)


def test_bytes_that_are_no_text_can_be_kept() -> None:
    text = b'const A = "\xff";\n% \xff\n/* \xfe */\nconst P_PROGRAM = 1;\nstruct s { opaque a<3>; };\n'
    text += b"enum p_procedure { /** @acl: \xff:x\n @note: \xfe */ P_PROC_A = 1 };\n"
    found = parse(*sides({"a.x": text}), {})
    assert msgspec.json.decode(msgspec.json.encode(found), type=Protocols) == found
