"""Large values are never enumerated: a witness is found, or not, in no time."""

from __future__ import annotations

import time

import pytest

from abidiff import limits
from abidiff.finding import Confirmation, Finding, Severity
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.xdr.build.parse import parse_text
from abidiff.surfaces.xdr.compare.compare import compare
from abidiff.surfaces.xdr.prove.judge import missing
from abidiff.surfaces.xdr.prove.verify import verify

PROGRAM = "program P { version V { int F(s) = 1; } = 1; } = 0x20000099;\n"
DOUBLED = "".join(f"struct n{i} {{ n{i - 1} l; n{i - 1} r; }};\n" for i in range(1, 60)) + "typedef n59 s;\n"
CHAIN = "".join(f"typedef t{i - 1} t{i};\n" for i in range(1, 20_000)) + "struct s { t19999 a; };\n"
SQUARE = "typedef {} row[1000]; typedef row square[1000]; struct s {{ square a; }};\n"


def found(old: str, new: str) -> tuple[list[Finding], float]:
    before, after = parse_text("p.x", old.encode()), parse_text("p.x", new.encode())
    start = time.process_time()
    changes = compare(before, after)
    return list(run(load("abidiff.surfaces.xdr.rules"), changes)), time.process_time() - start


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("struct big { int data[70000]; }; struct k { int a; };", "struct k { int a; };", "280000 bytes"),
        ("struct s { int a<>; };" + PROGRAM, "struct s { int a<100000>; };" + PROGRAM, "the limit of 100000"),
        ("struct s { string a<>; };" + PROGRAM,
         "struct s { string a<4000000000>; };" + PROGRAM, "at least 4000000005"),
        ("struct s { int a<>; };" + PROGRAM, "struct s { int a<4000000000>; };" + PROGRAM, "at least 16000000008"),
        (SQUARE.format("int") + PROGRAM, SQUARE.format("hyper") + PROGRAM, "ends too early"),
        (SQUARE.format("opaque") + PROGRAM, SQUARE.format("int") + PROGRAM, "ends too early"),
        ("struct n0 { int a; int b; };" + DOUBLED + PROGRAM,
         "struct n0 { int a; hyper b; };" + DOUBLED + PROGRAM, None),
        ("typedef int t0;" + CHAIN + PROGRAM, "typedef hyper t0;" + CHAIN + PROGRAM, "ends too early"),
    ],
)  # fmt: skip
def test_large_values_cost_little(old: str, new: str, says: str | None) -> None:
    findings, seconds = found(old, new)
    shown = [f.witness.summary for f in findings if f.witness is not None]
    if says is None:  # no message of a size that anybody could send
        assert {f.severity for f in findings} == {Severity.UNDECIDED}
    else:
        assert any(says in headline for headline in shown)
    assert seconds < 3.0  # far less on a machine that has nothing else to do


def test_many_names_of_one_shape_are_paired_at_once() -> None:
    old = "".join(f"struct r{i} {{ int a; string b<{i}>; }};\n" for i in range(1000))
    findings, seconds = found(old, old.replace("struct r", "struct q"))
    assert {f.rule for f in findings} == {"xdr/renamed"}
    assert seconds < 5.0


def wide(kind: str, count: int) -> str:
    arms = [f"case {number}: {kind} a{number};" for number in range(count - 1)]
    return f"union s switch (unsigned int d) {{ {' '.join(arms)} case 0xFFFFFFFF: {kind} last; }};" + PROGRAM


def test_a_wide_union_is_written_down_as_far_as_a_message_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_current", limits.Limits(wire_messages=40))
    findings, seconds = found(wide("int", 2000), wide("hyper", 2000))
    shown = [f for f in findings if f.severity is Severity.BREAKING]
    rest = [f for f in findings if f.severity is Severity.UNDECIDED]
    assert (len(shown), len(rest)) == (40, 1960)
    assert {"(limit wire-messages)" in f.message for f in rest} == {True}
    assert max(len(text) for f in shown if f.witness for _, text in f.witness.files) < 2000
    assert seconds < 5.0


def test_a_wide_struct_of_other_names_ends_at_the_values_that_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_current", limits.Limits(wire_values=30_000))
    old, new = ("struct s {" + "".join(f"int {name}{n};" for n in range(count)) + "};" + PROGRAM
                for name, count in (("a", 2_001), ("b", 2_000)))  # fmt: skip
    findings, seconds = found(old, new)
    assert {f.severity for f in findings[:2]} == {Severity.BREAKING}
    rest = [f for f in findings if f.severity is Severity.UNDECIDED]
    assert len(rest) > 3_900
    assert {"(limit wire-" in f.message for f in rest} == {True}
    assert seconds < 5.0


def test_types_without_an_end_have_no_message() -> None:
    endless = "struct a { b x; }; struct b { a y; };\n"
    findings, _ = found(endless + "struct s { int a; };" + PROGRAM, "struct s { int a; };" + PROGRAM)
    assert {(f.subject, f.severity) for f in findings if f.rule == "xdr/message-type-removed"} == {
        ("a", Severity.UNDECIDED)
    }


@pytest.mark.judge
@pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}")
def test_answers_that_are_too_large_to_be_made_are_not_judged() -> None:
    types = "struct n0 { int a; int b; };\n" + DOUBLED
    old = types + "program P { version V { int F(int) = 1; s G(int) = 2; } = 1; } = 9;\n"
    new = types + "program P { version V { s H(hyper) = 1; } = 1; } = 9;\n"
    release = Release("", "", {})
    said = {f.subject: f.confirmation for f in verify(found(old, new)[0], release, release)}
    assert said == {"F": Confirmation.UNAVAILABLE, "G": Confirmation.CONFIRMED}


@pytest.mark.judge
@pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}")
def test_what_is_left_of_a_wide_union_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (
        wide("int", 1100),
        wide("int", 1099).replace("case 0xFFFFFFFF: int last;", "case 0xFFFFFFFF: hyper last;"),
    )
    breaking = [f for f in found(old, new)[0] if f.severity is Severity.BREAKING]
    assert [f.subject for f in breaking] == ["s.1098", "s.0xFFFFFFFF"]
    release = Release("", "", {})
    assert {f.confirmation for f in verify(breaking, release, release)} == {Confirmation.CONFIRMED}


def test_a_large_enumeration_is_written_down_as_far_as_a_message_goes() -> None:
    names = [f"A{number + 900} = {number}" for number in range(-900, 900)]
    old = f"enum s {{ {', '.join(names)} }};" + PROGRAM
    findings, _ = found(old, f"enum s {{ {', '.join(names[1:])} }};" + PROGRAM)
    (one,) = [f for f in findings if f.severity is Severity.BREAKING]
    assert one.witness is not None
    assert dict(one.witness.files)["old.x"].split() == b"enum s { A0 = -900 };".split()
