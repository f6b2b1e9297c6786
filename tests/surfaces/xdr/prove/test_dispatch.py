"""rpcgen's dispatcher is called, and what it says counts: against us too."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from abidiff.finding import Confirmation, Finding, Severity
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.xdr.compare.compare import compare
from abidiff.surfaces.xdr.model import Named
from abidiff.surfaces.xdr.prove.dispatch import Number, Status, Target, call
from abidiff.surfaces.xdr.prove.judge import missing
from abidiff.surfaces.xdr.prove.verify import verify
from abidiff.surfaces.xdr.wire.wire import Ref, Scope
from tests.surfaces.xdr.helpers import between, model

pytestmark = [pytest.mark.judge, pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}")]
EMPTY = Release("", "", {})
TYPES = "struct in { int a; string b<8>; };\nstruct out { hyper c; };\n"


def test_a_dispatcher_answers_as_rfc_5531_says() -> None:
    scope = Scope(model(TYPES))
    number = Number(0x20001234, 3, 1)
    target = Target(number, Ref("example", Named("in")), Ref("example", Named("out")), bytes(7) + b"\5")
    served = [number, Number(0x20001234, 3, 2), Number(0x20001234, 5, 1), Number(77, 1, 1)]
    payload = b"\0\0\0\7\0\0\0\2hi\0\0"
    reply = call(scope, served, target, number, payload)
    assert (reply.status, reply.data, reply.tokens) == (Status.SUCCESS, bytes(7) + b"\5", ("7", "s6869"))
    for asked, data, status in (
        (number, payload[:6], Status.GARBAGE_ARGS),
        (number._replace(procedure=9), payload, Status.PROC_UNAVAIL),
        (number._replace(version=9), payload, Status.PROG_MISMATCH),
        (number._replace(program=9), payload, Status.PROG_UNAVAIL),
        (number._replace(procedure=0), b"", Status.SUCCESS),
    ):
        assert call(scope, served, target, asked, data).status is status
    assert call(Scope(model("")), [], None, number, b"").status is Status.PROG_UNAVAIL


def one(old: str, new: str) -> Finding:
    (found,) = (f for f in between(old, new) if f.witness is not None)
    return found


def answer(found: Finding, **changed: object) -> tuple[Confirmation | None, str]:
    """Ask about a finding whose witness was bent."""
    assert found.witness is not None
    files = dict(found.witness.files)
    about = json.loads(files["message.json"]) | changed
    files["message.json"] = json.dumps(about).encode()
    files |= {name: str(text).encode() for name, text in changed.items() if name.endswith(".x")}
    (said,) = verify([found.with_(witness=replace(found.witness, files=tuple(files.items())))], EMPTY, EMPTY)
    return said.confirmation, said.confirmation_note


OLD = (
    TYPES
    + "struct big { hyper x[9]; };\nprogram P { version V { out F(in) = 1; void G(void) = 2; } = 1; } = 0x20001234;\n"
)


def test_a_removed_procedure_is_confirmed_by_its_answer_and_refuted_by_another() -> None:
    found = one(OLD, OLD.replace("out F(in) = 1; ", ""))
    assert answer(found) == (Confirmation.CONFIRMED, "rpcgen's dispatcher answers PROC_UNAVAIL")
    back = {"served": [[1, 1, "H"], [1, 2, "G"]], "reached": "H", "takes": "in", "answers": "out", "new.x": TYPES}
    said, note = answer(found, **back)
    assert (said, "takes the call as it was meant" in note) == (Confirmation.REFUTED, True)
    assert answer(found, **(back | {"answers": ""}))[0] is Confirmation.CONFIRMED
    assert answer(found, **(back | {"new.x": TYPES.replace("hyper c", "int c")}))[0] is Confirmation.CONFIRMED
    assert answer(found, **(back | {"new.x": TYPES.replace("b<8>", "b<1>")}))[0] is Confirmation.CONFIRMED
    assert answer(found, **(back | {"served": [[1, 1, "H"], [1, 5, "F"]]}))[1] == "rpcgen's dispatcher calls H"


def test_procedure_0_is_answered_and_so_a_finding_about_it_is_refuted() -> None:
    found = one(OLD, OLD.replace("void G(void) = 2; ", ""))
    assert answer(found)[0] is Confirmation.CONFIRMED
    assert answer(found, procedure=0) == (Confirmation.REFUTED, "rpcgen's dispatcher answers the call")


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (("version V", "version V2"), ""),
        (("= 1; } = 0x", "= 4; } = 0x"), "rpcgen's dispatcher answers PROG_MISMATCH"),
        (("0x20001234", "0x20001235"), "rpcgen's dispatcher answers PROG_UNAVAIL"),
        (("F(in) = 1; void G(void) = 2", "F(in) = 2; void G(void) = 1"), "rpcgen's dispatcher calls"),
        (("out F(in) = 1", "out E(big) = 1"), "GARBAGE_ARGS"),
        (("out F(in) = 1", "out E(out) = 1"), "rpcgen's decoder leaves 4 bytes unread"),
        (("out F(in) = 1", "in E(in) = 1"), "of the answer: rpcgen's decoder leaves 4 bytes unread"),
        (("out F(in) = 1", "int E(in) = 1"), "of the answer: rpcgen's decoder rejects the message"),
        (("out F(in) = 1", "out E(void) = 1"), "leaves the arguments unread"),
    ],
)
def test_every_way_in_which_a_call_goes_wrong(change: tuple[str, str], note: str) -> None:
    found = [f for f in between(OLD, OLD.replace(*change)) if f.witness is not None]
    told = [(f.confirmation, f.confirmation_note) for f in verify(found, EMPTY, EMPTY)]
    assert bool(told) == bool(note)
    assert {said for said, _ in told} <= {Confirmation.CONFIRMED}
    assert not told or note in told[0][1], told


def test_a_type_that_lives_on_under_another_name_refutes_that_it_is_gone() -> None:
    found = one("struct s { int a; hyper b; };\nstruct t { int x; };\n", "struct t { int x; };\nstruct u { int a; };\n")
    assert found.rule == "xdr/message-type-removed"
    assert answer(found)[0] is Confirmation.CONFIRMED
    said, note = answer(found, **{"new.x": "struct u { int one; hyper two; };\n", "fresh": ["u"]})
    assert (said, note) == (Confirmation.REFUTED, "rpcgen's decoder of u reads what was sent")


def test_values_are_compared_by_what_is_read() -> None:
    found = one("struct s { opaque a[4]; opaque b[4]; };", "struct s { opaque a[4]; opaque b[8]; };")
    assert answer(found)[0] is Confirmation.CONFIRMED
    other = "struct t { opaque all[8]; };\nstruct s { t rest; };\n"
    assert answer(found, **{"new.x": other}) == (Confirmation.REFUTED, "rpcgen's decoder reads what was sent")


def test_a_number_without_a_name_is_an_error_that_rpcgen_lets_pass() -> None:
    found = one("struct s { int a; };", "enum e { A, B };\nstruct s { e a; };")
    assert "rpcgen's own decoder lets it pass" in found.witness.summary if found.witness else False
    assert answer(found) == (
        Confirmation.CONFIRMED, "rpcgen's enumeration has no name for the number, though its decoder lets it pass",
    )  # fmt: skip


def test_a_witness_is_judged_though_something_beside_it_is_not_known() -> None:
    old, new = (f"struct s {{ nowhere *a; {kind} b; }};\n" for kind in ("int", "hyper"))
    before, after = model(old), model(new)
    assert [p.message for p in before.problems] == ["the type nowhere is not defined"]
    (found,) = run(load("abidiff.surfaces.xdr.rules"), compare(before, after))
    assert answer(found)[0] is Confirmation.CONFIRMED


@pytest.mark.parametrize(("lost", "says"), [("void N(int)", "leaves the arguments unread"), ("int N(void)", "awaits")])
def test_procedure_0_that_carried_something_is_lost_though_dispatchers_answer_it(lost: str, says: str) -> None:
    text = "program P {{ version V {{ {} int A(int) = 1; }} = 1; }} = 0x20000099;"
    (found,) = [f for f in between(text.format(f"{lost} = 0;"), text.format("")) if f.severity is Severity.BREAKING]
    (said,) = verify([found], Release("", "", {}), Release("", "", {}))
    assert said.confirmation is Confirmation.CONFIRMED
    assert says in said.confirmation_note
