"""Questions that are asked together get the answers that each would get alone."""

from __future__ import annotations

from typing import Any

import pytest

from abidiff.finding import Confirmation, Severity
from abidiff.release import Release
from abidiff.surfaces.xdr.prove import jury
from abidiff.surfaces.xdr.prove import verify as verification
from abidiff.surfaces.xdr.prove.judge import Judge, missing
from abidiff.surfaces.xdr.prove.jury import Question, answers
from abidiff.surfaces.xdr.prove.verify import verify
from tests.surfaces.xdr.helpers import between

pytestmark = [pytest.mark.judge, pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}")]
TEXT = b"struct t { int a; string b<4>; };\nunion s switch (int d) { case 1: t x; };\n"
GOOD = Question(TEXT, "t", bytes(3) + b"\7" + bytes(3) + b"\2hi\0\0")


def test_types_of_one_name_in_several_texts_are_told_apart() -> None:
    other = Question(b"struct t { hyper a; };\n", "t", bytes(8))
    short = Question(b"struct t { hyper a; };\n", "t", bytes(4))
    found = answers([GOOD, other, short, GOOD])
    assert found[GOOD].tokens == ("7", "s6869")
    assert found[other].tokens == ("0",)
    assert found[short].tokens is None


def test_what_cannot_be_asked_does_not_spoil_the_rest() -> None:
    unbuilt = Question(b"struct t { nothing a; };\n", "t", b"")
    found = answers([unbuilt, GOOD])
    assert list(found) == [GOOD]


def test_a_large_question_is_left_to_be_asked_alone() -> None:
    assert answers([Question(TEXT, "t", bytes(1 << 19))]) == {}


def test_many_findings_take_few_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    built = []

    class Counted(Judge):
        def __init__(self, *args: Any, **options: Any) -> None:
            built.append(self)
            super().__init__(*args, **options)

    monkeypatch.setattr(jury, "Judge", Counted)
    monkeypatch.setattr(verification, "Judge", Counted)
    old = "".join(f"struct s{n} {{ int a; unsigned b<{n}>; }};\n" for n in range(2, 30))
    findings = [f for f in between(old, old.replace("int a", "hyper a")) if f.severity is Severity.BREAKING]
    found = list(verify(findings, Release("", "", {}), Release("", "", {})))
    assert [f.confirmation for f in found] == [Confirmation.CONFIRMED] * 28
    assert len(built) == 1
    assert verification.judge(dict(found[0].witness.files if found[0].witness else ()))[0] is Confirmation.CONFIRMED
