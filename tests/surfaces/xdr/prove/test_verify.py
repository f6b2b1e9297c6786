# ruff: noqa: E501
"""Every breaking example of every rule, confirmed by the real decoder of the other side."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from msgspec.structs import replace

from abidiff.examples import example_sides, findings_between
from abidiff.finding import Confirmation, Finding, Severity
from abidiff.release import Release
from abidiff.rule import Example, load
from abidiff.surfaces import surface
from abidiff.surfaces.xdr.model import Named
from abidiff.surfaces.xdr.prove.cgen import tokens
from abidiff.surfaces.xdr.prove.judge import Judge, missing
from abidiff.surfaces.xdr.prove.verify import verify
from abidiff.surfaces.xdr.wire.codec import Encoder
from abidiff.surfaces.xdr.wire.values import random_value
from abidiff.surfaces.xdr.wire.wire import Ref, Scope
from tests.surfaces.xdr.helpers import between, model

XDR = surface("xdr")
BREAKING = [
    pytest.param(example, id=f"{rule.id}:{example.name}")
    for rule in load(XDR.rules)
    if rule.severity is Severity.BREAKING
    for example in rule.examples
    if example.fires
]


def needs_judge(test: Any) -> Any:
    return pytest.mark.judge(pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}")(test))


EMPTY = Release("", "", {})


def verified(findings: list[Finding]) -> list[Finding]:
    return list(verify([f for f in findings if f.severity is Severity.BREAKING], EMPTY, EMPTY))


@needs_judge
@pytest.mark.parametrize("example", BREAKING)
def test_rpcgen_confirms_the_witness(example: Example) -> None:
    told = findings_between(XDR, *example_sides(XDR, example))
    if {finding.severity for finding in told} == {Severity.WARNING}:
        return  # the bytes agree, only their names do not: there is nothing to confirm
    found = verified(told)
    assert found
    assert [(f.confirmation, f.confirmation_note) for f in found if f.confirmation is not Confirmation.CONFIRMED] == []


@pytest.mark.parametrize("example", BREAKING)
def test_every_witness_is_written_out(example: Example) -> None:
    for finding in findings_between(XDR, *example_sides(XDR, example)):
        if finding.severity is not Severity.BREAKING:
            continue
        assert finding.witness is not None
        files = dict(finding.witness.files)
        about = json.loads(files["message.json"])
        assert about["bytes"] == len(files["message.bin"])
        assert finding.witness.text.startswith("The ")
        assert about["outcome"] in finding.witness.summary
        assert len(finding.witness.summary) < 240


@needs_judge
def test_a_witness_that_shows_nothing_is_refuted() -> None:
    (finding,) = between("struct s { int a; };", "struct s { hyper a; };")
    assert finding.witness is not None
    files = dict(finding.witness.files)
    files["new.x"] = files["old.x"]
    about = json.loads(files["message.json"])
    assert about["sender"] in ("old", "new")
    files["old.x"] = files["new.x"] if about["sender"] == "new" else files["old.x"]
    same = replace(finding.witness, files=tuple(files.items()))
    (answer,) = verify([finding.with_(witness=same)], EMPTY, EMPTY)
    assert answer.confirmation is Confirmation.REFUTED


def test_nothing_of_the_input_reaches_the_compiler() -> None:
    evil = "%#error executed\n%int main(void) { abort(); }\nstruct system { int printf; };\nstruct main { system errno; };\n"
    (finding,) = between(evil, evil.replace("int printf", "hyper printf"))
    assert finding.witness is not None
    for name, data in finding.witness.files:
        assert b"executed" not in data, name
    if not missing():
        (answer,) = verify([finding], EMPTY, EMPTY)
        assert answer.confirmation is Confirmation.CONFIRMED


def test_without_a_judge_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abidiff.surfaces.xdr.prove.verify.missing", lambda: "rpcgen")
    (finding,) = between("struct s { int a; };", "struct s { hyper a; };")
    (answer,) = verify([finding], EMPTY, EMPTY)
    assert (answer.confirmation, answer.confirmation_note) == (Confirmation.UNAVAILABLE, "not installed: rpcgen")


ALL_TYPES = """
enum color { RED = 1, GREEN = 2, NEGATIVE = -5 };
struct point { int x; hyper y; };
typedef point points<4>;
typedef point pair[2];
typedef point *maybe;
typedef string text<20>;
typedef opaque blob<20>;
typedef opaque uuid[6];
typedef color colors<>;
union value switch (color c) { case RED: int i; case GREEN: text s; default: void; };
union number switch (unsigned int d) { case 1: point p; case 2: case 3: double f; default: maybe m; };
union flag switch (bool b) { case TRUE: pair p; case FALSE: void; };
struct entry { string name<>; entry *next; };
struct tree { tree kids<3>; value v; };
struct all {
    int a; unsigned int b; short c; unsigned short d; char e; unsigned char f; hyper g; unsigned hyper h;
    float i; double j; bool k; opaque m[5]; opaque n<7>; string o<6>; point p; point *q; point r[2]; point s<3>;
    color t; value u; number v; int w<>; points x; pair y; maybe z; text aa; blob bb; uuid cc; colors dd; flag ee;
    char ff[3]; unsigned char gg<3>; entry hh; tree ii; uuid jj<2>; text kk[2]; bool ll<2>; color mm[2]; color *nn;
};
"""


@needs_judge
def test_every_kind_of_type_against_rpcgen() -> None:
    scope = Scope(model(ALL_TYPES))
    refs = [Ref("example", Named(name)) for name in scope.types["example"]]
    rng = random.Random(7)
    messages = []
    for index, ref in enumerate(refs):
        for _ in range(25):
            value = random_value(scope, ref, rng)
            messages.append((index, value, Encoder(scope).encode(ref, value)))
    with Judge(scope, refs) as decoder:
        answers = decoder.ask([(index, data) for index, _, data in messages])
    for (index, value, data), answer in zip(messages, answers, strict=True):
        assert answer.again == data
        assert answer.consumed == len(data)
        assert list(answer.tokens or ()) == tokens(scope, refs[index], value)


@needs_judge
def test_a_message_that_is_too_long_to_be_kept_is_made_again() -> None:
    text = "const MAX = 4194304;\ntypedef string long_text<MAX>;\nstruct s { int a; long_text b; };\n"
    (finding,) = between(text, text.replace("4194304", "2097152"))
    assert finding.witness is not None
    files = dict(finding.witness.files)
    assert "message.bin" not in files
    assert sum(len(data) for data in files.values()) < 20_000
    assert "a string of 2097153 is longer than the limit of 2097152" in finding.witness.summary
    (answer,) = verify([finding], EMPTY, EMPTY)
    assert answer.confirmation is Confirmation.CONFIRMED


@needs_judge
def test_a_bool_beside_arrays_is_no_word_of_an_inlined_decoder() -> None:
    old = """struct st { int a[4]; unsigned b; unsigned c; unsigned d; int e; int f; };
program P { version V { st F(st) = 1; } = 1; } = 0x20000099;"""
    (found,) = verified(between(old, old.replace("int e", "bool e")))
    assert found.confirmation is Confirmation.CONFIRMED, found.confirmation_note
