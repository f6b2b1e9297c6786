"""Random protocols and chains of edits, held against a second XDR that was written from RFC 4506 alone.

What is no break: every old message is read by the new side as it was meant.  What is one: its message is taken by the
one side and not by the other.  And steps that are harmless make a chain that is (claims.md, composition).
"""

from __future__ import annotations

import json
import random

import pytest

from abidiff.finding import Finding, Severity
from tests.surfaces.xdr.helpers import LIBVIRT, between, libvirt, model
from tests.surfaces.xdr.rfc4506 import Protocol, edited, message, random_protocol, read, text

MILD = {Severity.NOTICE, Severity.EXTENSION}


def found_between(one: Protocol, other: Protocol) -> list[Finding]:
    return between(text(one), text(other))


def reads_all(old: Protocol, new: Protocol, seed: int, count: int = 25) -> bytes | None:
    """Return a message of the old side that the new one does not read as it was meant."""
    rng = random.Random(seed)
    for _ in range(count):
        try:
            data = message(old, rng)
        except (RecursionError, IndexError):
            continue
        if len(data) < 4000 and read(new, data) != read(old, data):
            return data
    return None


def sound(protocol: Protocol) -> bool:
    return not model(text(protocol)).problems


def check(old: Protocol, new: Protocol, seed: int) -> list[Finding]:
    """Hold one comparison against the second XDR."""
    findings = found_between(old, new)
    assert Severity.UNDECIDED not in {f.severity for f in findings}, [f.message for f in findings]
    breaking = [f for f in findings if f.severity is Severity.BREAKING]
    wrong = reads_all(old, new, seed)
    if not breaking:
        assert wrong is None, (text(old), text(new), wrong and wrong.hex())
    for finding in breaking:
        assert finding.witness is not None
        files = dict(finding.witness.files)
        about = json.loads(files["message.json"])
        sender, receiver = (old, new) if about["sender"] == "old" else (new, old)
        data = files["message.bin"]
        name, other = about[about["sender"]], about["new" if about["sender"] == "old" else "old"]
        assert name == sender.root
        assert other in (receiver.root, "")  # gone: no type of the other side reads it
        other = other or receiver.root
        meant = read(sender, data, name)
        assert meant is not None, (text(old), text(new), finding.witness.text)
        names = "name" in about["outcome"] or "where" in about["outcome"]
        assert read(receiver, data, other) != meant or names, (text(old), text(new), finding.witness.text)
    return findings


@pytest.mark.parametrize("part", range(4))
def test_one_comparison_is_what_the_rfc_says(part: int) -> None:
    told = {True: 0, False: 0}
    for seed in range(part * 60, part * 60 + 60):
        rng = random.Random(seed)
        old = random_protocol(rng)
        new = edited(old, rng, rng.randint(1, 3))
        if sound(old) and sound(new):
            told[any(f.severity is Severity.BREAKING for f in check(old, new, seed))] += 1
    assert min(told.values()) > 5, told


@pytest.mark.parametrize("part", range(4))
def test_harmless_steps_make_a_harmless_chain(part: int) -> None:
    chains = 0
    for seed in range(1000 + part * 50, 1000 + part * 50 + 50):
        rng = random.Random(seed)
        start = at = random_protocol(rng)
        if not sound(at):
            continue
        steps = 0
        for _ in range(6):
            after = edited(at, rng)
            if sound(after) and {f.severity for f in found_between(at, after)} <= MILD:
                at, steps = after, steps + 1
        if steps > 1:
            chains += 1
            told = {f.severity for f in found_between(start, at)}
            assert told <= {*MILD, Severity.WARNING}, (text(start), text(at))
            assert reads_all(start, at, seed) is None
    assert chains > 20


@pytest.mark.real
def test_releases_that_are_compatible_step_by_step_are_compatible() -> None:
    first, second, third = map(libvirt, LIBVIRT)
    harm = [[f for f in between(a, b) if f.severity in (Severity.BREAKING, Severity.UNDECIDED)]
            for a, b in ((first, second), (second, third), (first, third))]  # fmt: skip
    assert harm == [[], [], []]


def test_a_named_discriminant_with_a_default_arm() -> None:
    """What nobody can send yet is a warning; once it has a name, old peers read it by their default arm."""
    old = "enum e { A, B };\nunion u switch (e d) { case A: void; default: hyper x; };\nstruct s { u v; int end; };\n"
    arm = old.replace("default", "case 2: int y; default")
    told = [[f.severity for f in between(*pair)] for pair in ((old, arm), (arm, arm.replace("B }", "B, C }")))]
    assert told == [[Severity.WARNING], [Severity.NOTICE]]
    assert Severity.BREAKING in {f.severity for f in between(old, arm.replace("B }", "B, C }"))}
