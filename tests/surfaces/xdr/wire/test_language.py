"""Inclusion of wire languages: trees that differ where bytes do not, and bytes that differ where trees hardly do."""

from __future__ import annotations

import random

import pytest

from abidiff.surfaces.xdr.model import Named
from abidiff.surfaces.xdr.wire.codec import CodecError, Decoder, Encoder
from abidiff.surfaces.xdr.wire.counter import Counter
from abidiff.surfaces.xdr.wire.language import Language
from abidiff.surfaces.xdr.wire.reading import Parting, parting, reading
from abidiff.surfaces.xdr.wire.values import random_value
from abidiff.surfaces.xdr.wire.wire import Ref, Scope
from tests.surfaces.xdr.helpers import model

EQUAL = [
    ("struct s { opaque a[4]; opaque b[4]; };", "struct s { opaque ab[8]; };"),
    ("struct s { int a; opaque b[0]; };", "struct s { int a; };"),
    ("struct s { int a[3]; };", "struct s { int a; int b[2]; };"),
    ("struct t { int a; int b; }; struct s { t t[2]; };", "struct s { int a[4]; };"),
    ("struct s { string a<0>; };", "struct s { hyper a<0>; };"),
    ("struct s { int *a; };", "struct s { int a<1>; };"),
    ("struct s { int *a; };", "union s switch (bool b) { case TRUE: int a; case FALSE: void; };"),
    ("enum e { A = 7 }; struct s { e e; int a; };", "union s switch (int d) { case 7: int a; };"),
    ("enum e { A = 7, B = 9 }; struct s { e e; };", "union s switch (int d) { case 7: void; case 9: void; };"),
    ("struct s { int a; s *next; };", "struct t { int b; s *rest; }; struct s { int a; t *next; };"),
]
GROWN = [
    ("struct s { string a<4>; };", "struct s { string a<5>; };"),
    ("enum e { A = 0 }; struct s { e e; };", "struct s { int e; };"),
    ("struct s { short a; };", "struct s { int a; };"),
    ("union s switch (int d) { case 0: int a; };", "union s switch (int d) { case 0: int a; case 1: hyper b; };"),
    ("union s switch (int d) { case 0: int a; };", "union s switch (int d) { case 5: int a; default: int a; };"),
]
APART = [
    ("struct s { opaque a[3]; };", "struct s { opaque a[4]; };"),
    ("struct s { opaque a[6]; opaque b[2]; };", "struct s { opaque a[8]; };"),
    ("struct s { opaque a<0>; };", "struct s { opaque a[0]; };"),
    ("struct s { int a; };", "struct s { int a; int b; };"),
    ("struct s { hyper a; };", "struct s { int a; int b; };"),
    ("struct s { int a<2>; };", "struct s { int *a; };"),
    ("enum e { A = 0, B = 1 }; struct s { e e; };", "enum e { B = 0, A = 1 }; struct s { e e; };"),
    ("union s switch (int d) { case 0: int a; };", "union s switch (int d) { case 0: int a[2]; default: int a; };"),
    ("struct s { int a; s *next; };", "struct t { hyper b; s *rest; }; struct s { int a; t *next; };"),
]


EQUAL += [
    ("struct n { opaque x[0]; }; struct s { n a[5]; int b; };", "struct s { int b; };"),
    ("struct n { opaque x[0]; }; struct s { n *a; };", "struct s { bool a; };"),
]
GROWN += [
    ("struct n { opaque x[0]; }; struct s { n a<5>; };", "struct s { int a; };"),
    ("struct s { int x<1>; };", "union s switch (int n) { case 0: void; case 1: int a; case 2: int b[2]; };"),
]


@pytest.mark.parametrize(("old", "new"), [*APART, *((new, old) for old, new in GROWN)])
def test_what_is_not_included_has_a_message_that_shows_it(old: str, new: str) -> None:
    left, right = Scope(model(old)), Scope(model(new))
    one, other = (Ref(scope.model.protocols[0].name, Named("s")) for scope in (left, right))
    data = Counter(Language(left, right)).message((one,), (other,))
    assert data is not None
    own = Decoder(left, data)
    meant = own.decode(one).value
    own.finish()
    theirs = Decoder(right, data)
    try:
        read = theirs.decode(other).value
        theirs.finish()
    except CodecError:
        return
    assert parting(reading(left, [(one, meant)]), reading(right, [(other, read)])) is not Parting.SAME


def accepts(old: str, new: str) -> bool:
    left, right = Scope(model(old)), Scope(model(new))
    one, other = (Ref(scope.model.protocols[0].name, Named("s")) for scope in (left, right))
    return Language(left, right).accepts((one,), (other,))


@pytest.mark.parametrize(("old", "new"), EQUAL)
def test_equal(old: str, new: str) -> None:
    assert accepts(old, new)
    assert accepts(new, old)


@pytest.mark.parametrize(("old", "new"), GROWN)
def test_grown(old: str, new: str) -> None:
    assert accepts(old, new)
    assert not accepts(new, old)


@pytest.mark.parametrize(("old", "new"), APART)
def test_apart(old: str, new: str) -> None:
    assert not accepts(old, new)


@pytest.mark.parametrize(("old", "new"), [*EQUAL, *GROWN])
def test_what_is_included_is_read_by_a_strict_decoder(old: str, new: str) -> None:
    left, right = Scope(model(old)), Scope(model(new))
    one, other = (Ref(scope.model.protocols[0].name, Named("s")) for scope in (left, right))
    for seed in range(40):
        data = Encoder(left).encode(one, random_value(left, one, random.Random(seed)))
        decoder = Decoder(right, data)
        try:
            decoder.decode(other)
            decoder.finish()
        except CodecError as error:
            pytest.fail(f"{data.hex()}: {error}")


def test_large_and_deep_types_are_no_work() -> None:
    assert accepts("struct s { int a[70000]; };", "struct s { int a[70000]; };")
    assert not accepts("struct s { int a[70000]; };", "struct s { int a[69999]; };")
    deep = "".join(f"struct t{i} {{ t{i - 1} a; t{i - 1} b; }};" for i in range(1, 61))
    text = "struct t0 { int a; };" + deep + "struct s { t60 a; };"
    assert accepts(text, text)
