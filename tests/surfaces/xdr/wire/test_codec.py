# ruff: noqa: E501
from __future__ import annotations

import random
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidiff.surfaces.xdr.model import Named
from abidiff.surfaces.xdr.wire.codec import CodecError, Decoder, Encoder, Some
from abidiff.surfaces.xdr.wire.jsonvalue import from_json, to_json
from abidiff.surfaces.xdr.wire.values import random_value
from abidiff.surfaces.xdr.wire.wire import Ref, Scope
from tests.surfaces.xdr.helpers import model

TEXT = """
enum color { RED = 1, GREEN = 2, NEGATIVE = -5 };
struct point { int x; hyper y; };
union value switch (color c) { case RED: int i; case GREEN: string s<8>; default: void; };
union number switch (int d) { case 1: int i; case 2: case 3: double f; };
struct entry { string name<>; entry *next; };
struct all {
    int a; unsigned int b; short c; unsigned short d; char e; unsigned char f; hyper g; unsigned hyper h;
    float i; double j; bool k; quadruple l; opaque m[5]; opaque n<7>; string o<6>; point p; point *q;
    point r[2]; point s<3>; color t; value u; number v; int w<>;
};
"""
SCOPE = Scope(model(TEXT))


def ref(name: str) -> Ref:
    return Ref("example", Named(name))


def encode(name: str, value: object) -> str:
    return Encoder(SCOPE).encode(ref(name), value).hex()


def decode(name: str, data: str, strict: bool = True) -> object:
    decoder = Decoder(SCOPE, bytes.fromhex(data), strict)
    node = decoder.decode(ref(name))
    decoder.finish()
    return node.value


# RFC 4506 section 7: the example of the specification, byte for byte.
FILE = """
const MAXUSERNAME = 32;
const MAXFILELEN = 65535;
const MAXNAMELEN = 255;
enum filekind { TEXT = 0, DATA = 1, EXEC = 2 };
union filetype switch (filekind kind) {
case TEXT: void;
case DATA: string creator<MAXNAMELEN>;
case EXEC: string interpretor<MAXNAMELEN>;
};
struct file { string filename<MAXNAMELEN>; filetype type; string owner<MAXUSERNAME>; opaque data<MAXFILELEN>; };
"""
SILLYPROG = (
    "00000009 73696c6c 7970726f 67000000 00000002 00000004 6c697370 00000004 6a6f686e 00000006 28717569 74290000"
)


def test_the_example_of_the_specification() -> None:
    scope = Scope(model(FILE))
    value = {"filename": b"sillyprog", "type": (2, b"lisp"), "owner": b"john", "data": b"(quit)"}
    data = Encoder(scope).encode(ref("file"), value)
    assert data.hex() == SILLYPROG.replace(" ", "")
    assert Decoder(scope, data).decode(ref("file")).value == value


def test_known_bytes() -> None:
    assert encode("point", {"x": -1, "y": 2}) == "ffffffff" + "0000000000000002"
    assert encode("color", -5) == "fffffffb"
    assert encode("value", (2, b"abc")) == "00000002" + "00000003" + "61626300"
    assert encode("entry", {"name": b"a", "next": Some({"name": b"", "next": None})}) == (
        "0000000161000000" + "00000001" + "00000000" + "00000000"
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_encoded_is_decoded_and_printed_as_json(seed: int) -> None:
    value = random_value(SCOPE, ref("all"), random.Random(seed), text=False)
    data = Encoder(SCOPE).encode(ref("all"), value)
    assert len(data) % 4 == 0
    decoder = Decoder(SCOPE, data)
    node = decoder.decode(ref("all"))
    decoder.finish()
    assert node.value == value
    again = from_json(SCOPE, ref("all"), to_json(SCOPE, ref("all"), value))
    assert Encoder(SCOPE).encode(ref("all"), again) == data


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.booleans())
def test_any_bytes_are_decoded_or_refused(data: bytes, strict: bool) -> None:
    for name in ("all", "entry", "number"):
        try:
            node = Decoder(SCOPE, data, strict).decode(ref(name))
        except CodecError as error:
            offsets = range(len(data) + 1)
            assert error.offset in offsets  # noqa: PT017
        else:
            if strict:
                assert Encoder(SCOPE).encode(ref(name), node.value) == data[: node.end]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("point", "00000001", "the message ends too early: hyper takes 8 bytes, 0 are left"),
        ("point", "000000010000000000000002" + "00", "1 bytes are left over"),
        ("color", "00000003", "3 is no value of enum color"),
        ("number", "00000009", "d is 9, which no case of union number takes"),
        ("value", "00000002" + "00000009" + "00" * 12, "a string of 9 is longer than the limit of 8"),
        ("entry", "fffffffc" + "00" * 8, "the message ends too early: the data takes 4294967292 bytes"),
        ("entry", "00000000" + "00000002", "2 is neither 1 (present) nor 0 (absent)"),
        ("entry", "00000001" + "61000001" + "00000000", "the padding is not zero"),
    ],
)
def test_bad_messages(name: str, data: str, reason: str) -> None:
    with pytest.raises(CodecError) as caught:
        decode(name, data)
    assert reason in str(caught.value)


def test_lengths_that_promise_gigabytes_cost_nothing() -> None:
    scope = Scope(
        model(
            "struct p { int x; hyper y; };\nstruct s { p many<>; };\nstruct n { opaque none[0]; };\nstruct z { n many<>; };"
        )
    )
    start = time.process_time()
    for name in ("s", "z"):
        with pytest.raises(CodecError, match="ends too early"):
            Decoder(scope, bytes.fromhex("ffffffff")).decode(ref(name))
    assert time.process_time() - start < 1


def test_long_lists_are_decoded_and_endless_ones_refused() -> None:
    one = struct.pack(">II", 0, 1)
    node = Decoder(SCOPE, one * 900 + struct.pack(">II", 0, 0)).decode(ref("entry"))
    depth = 0
    while node.children[1].value is not None:
        node = node.children[1].children[0]
        depth += 1
    assert depth == 900
    with pytest.raises(CodecError, match="deeper than"):
        Decoder(SCOPE, one * 100_000).decode(ref("entry"))


def test_lenient_decoding_is_what_libtirpc_does() -> None:
    scope = Scope(model("struct s { bool b; short h; enum { A = 1 } e; char c; unsigned char u; };"))
    data = struct.pack(">iiiii", 7, 0x18000, 9, 0x1FF, 0x101)
    node = Decoder(scope, data, strict=False).decode(ref("s"))
    assert node.value == {"b": 1, "h": -32768, "e": 9, "c": -1, "u": 1}
    assert [child.note != "" for child in node.children] == [True] * 5


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("point", {"x": 2**31, "y": 0}, "does not fit into int"),
        ("point", {"x": 1}, "the member y of struct point is missing"),
        ("point", {"x": 1, "y": 1, "z": 1}, "struct point has no member z"),
        ("color", 3, "3 is no value of enum color"),
        ("number", (9, None), "no case of union number takes 9"),
        ("value", (2, b"123456789"), "a length of 9 is more than the limit of 8"),
    ],
)
def test_bad_values(name: str, value: object, reason: str) -> None:
    with pytest.raises(CodecError, match=reason):
        encode(name, value)


OF_JSON: list[object] = ["7", "", None, [], {}, True, 7, 7.5, [1]]
FITS = {  # member → what JSON may hold there, of the values above
    **dict.fromkeys("abcdefgh", (7,)), "i": (7, 7.5), "j": (7, 7.5), "k": (True,), "l": (), "m": (), "n": ("",),
    "o": ("7", ""), "p": (), "q": (None,), "r": (), "s": ([],), "t": (), "u": (), "v": (), "w": ([], [1]),
}  # fmt: skip


@pytest.mark.parametrize("member", FITS)
def test_what_does_not_belong_in_a_member_is_said(member: str) -> None:
    """Text where a number belongs is no number out of range, and nothing ends in a traceback."""
    good = to_json(SCOPE, ref("all"), random_value(SCOPE, ref("all"), random.Random(1)))
    for value in OF_JSON:
        given_value = from_and_encode({**good, member: value})
        fits = any(value is one or (type(value) is type(one) and value == one) for one in FITS[member])
        assert (given_value == "") == fits, (member, value, given_value)
        assert "does not fit" not in given_value or type(value) is int


def from_and_encode(value: object) -> str:
    try:
        Encoder(SCOPE).encode(ref("all"), from_json(SCOPE, ref("all"), value))
    except CodecError as error:
        return error.message
    return ""


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("unsigned hyper", "7", "a number belongs here"),
        ("int", None, "a number belongs here"),
        ("int", True, "a number belongs here"),
        ("int", 7.5, "a whole number belongs here"),
        ("double", "7", "a number belongs here"),
        ("bool", "yes", "true or false belongs here"),
        ("color", [], "a name of color belongs here"),
    ],
)
def test_the_kind_that_belongs_there_is_named(kind: str, value: object, reason: str) -> None:
    scope = Scope(model(f"enum color {{ RED = 1 }}; struct ship {{ {kind} tonnage; }};"))
    with pytest.raises(CodecError, match=rf"\btonnage: {reason}$"):
        from_json(scope, ref("ship"), {"tonnage": value})
