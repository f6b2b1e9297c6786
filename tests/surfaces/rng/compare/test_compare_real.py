"""libvirt's schemas from release to release: decided, proven, and complete."""

from __future__ import annotations

import functools
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from abidiff.errors import ParseError
from abidiff.finding import Confirmation, Finding, Severity
from abidiff.pipeline.reading import opened
from abidiff.pipeline.request import Request
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.rng.build.parse import parse
from abidiff.surfaces.rng.compare.compare import compare
from abidiff.surfaces.rng.decide.places import below
from abidiff.surfaces.rng.model import Ref, Schema, Schemas
from abidiff.surfaces.rng.names import Name
from abidiff.surfaces.rng.prove.verify import verify
from abidiff.surfaces.rng.validate.validate import Validator, parse_document
from tests.surfaces.rng.test_real import documents

Find = Callable[[str], Path]
RULES = "abidiff.surfaces.rng.rules"
UNBROKEN = ("nwfilter.rng", "secret.rng", "interface.rng", "storagepool.rng", "network.rng", "cpu.rng")
pytestmark = pytest.mark.real


@functools.cache
def read(path: Path) -> tuple[Release, Schemas]:
    release, _, project = opened(Request(str(path), surfaces=("rng",)))
    return release, parse(release, project, {})


@functools.cache
def findings(old: Path, new: Path) -> tuple[Finding, ...]:
    return tuple(run(load(RULES), compare(read(old)[1], read(new)[1])))


def breaking(found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in found if finding.severity is Severity.BREAKING]


PAIRS = [
    ("7.0.0", "9.0.0"),
    ("9.0.0", "11.3.0"),
    ("11.3.0", "9.0.0"),
    ("9.0.0", "7.0.0"),
    ("7.0.0", "11.3.0"),
    ("11.3.0", "7.0.0"),
]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_everything_is_decided_and_every_break_has_a_document(real_release: Find, old: str, new: str) -> None:
    found = findings(real_release(old), real_release(new))
    # what another cause hides stays undecided until that one is repaired
    assert not [f for f in found if f.severity is Severity.UNDECIDED and f.rule != "rng/masked"]
    assert all(f.witness and (f.old or f.new) for f in breaking(found) if f.rule != "rng/schema-removed")
    assert len({f.fingerprint for f in found}) == len(found)


@pytest.mark.parametrize(("old", "new", "count"), [("7.0.0", "9.0.0", 3), ("9.0.0", "11.3.0", 2)])
def test_forward_causes(real_release: Find, old: str, new: str, count: int) -> None:
    found = breaking(findings(real_release(old), real_release(new)))
    per_schema = Counter(f.unit for f in found)
    assert per_schema["domain.rng"] == count
    assert not per_schema.keys() & set(UNBROKEN)
    # the same causes come back embedded in other schemas: each is said once, with what it reaches
    assert per_schema.keys() <= {"domain.rng", "nodedev.rng", "capability.rng", "domaincaps.rng"}
    assert all("domainsnapshot.rng" in f.reaches for f in found if f.unit == "domain.rng")
    assert all(len(f.witness.text.splitlines()) <= 20 for f in found if f.witness)


def test_a_known_cause_with_its_places(real_release: Find) -> None:
    found = breaking(findings(real_release("7.0.0"), real_release("9.0.0")))
    (one,) = [f for f in found if f.subject == "domain/devices/smartcard/alias"]
    assert one.rule == "rng/element-removed"
    assert one.old
    assert one.new
    release, newer = read(real_release("7.0.0"))[0], read(real_release("9.0.0"))[0]
    # the optional that went, with what stands in it
    lines = release.files[one.old.path].splitlines()[one.old.line - 1 :]
    assert b"<optional>" in lines[0]
    assert b'<ref name="alias"/>' in lines[1]
    assert b'<element name="smartcard">' in newer.files[one.new.path].splitlines()[one.new.line - 1]


@pytest.mark.parametrize("version", ["7.0.0", "9.0.0", "11.3.0"])
def test_a_release_with_itself_and_with_its_copy(real_release: Find, version: str) -> None:
    model = read(real_release(version))[1]
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(model), type=Schemas)
    assert compare(model, model) == []
    assert compare(model, again) == []


@pytest.mark.judge
@pytest.mark.skipif(not shutil.which("jing"), reason="jing is not installed")
@pytest.mark.parametrize(
    ("old", "new"),
    [pytest.param(*pair, marks=pytest.mark.slow if index > 2 else ()) for index, pair in enumerate(PAIRS)],
)
def test_witnesses_are_confirmed_by_libxml2_and_jing(real_release: Find, old: str, new: str) -> None:
    found = findings(real_release(old), real_release(new))
    judged = [f for f in verify(found, read(real_release(old))[0], read(real_release(new))[0]) if f.witness]
    wrong = [(f.subject, f.confirmation_note) for f in judged if f.confirmation is not Confirmation.CONFIRMED]
    assert not wrong
    assert all(f.confirmation_note == "libxml2 and jing" for f in judged)


def roots(model: Schemas, schema: Schema) -> set[str]:
    found = set()
    for node in below(model.nodes, schema.start):
        if isinstance(node, Ref):
            names: Any = model.elements[node.element].name
            found.add(names.local if isinstance(names, Name) else "")
    return found


@pytest.mark.parametrize(
    ("old", "new", "count"), [("9.0.0", "11.3.0", {"capability.rng": 12}), ("7.0.0", "9.0.0", {"domaincaps.rng": 104})]
)
def test_documents_that_are_refused_are_explained(
    real_release: Find, old: str, new: str, count: dict[str, int]
) -> None:
    """Soundness: each of the old release's own documents that NEW refuses has a finding that reaches its schema."""
    first, second = read(real_release(old))[1], read(real_release(new))[1]
    explained = {
        name
        for f in findings(real_release(old), real_release(new))
        if f.severity in (Severity.BREAKING, Severity.NOTICE) and not f.rule.startswith("rng/output-m")
        for name in (f.unit, *f.reaches)
    }
    before, after = Validator(first), Validator(second)
    refused: Counter[str] = Counter()
    for name, texts in documents(real_release(old)).items():
        one, other = first.schema(name), second.schema(name)
        assert one
        assert other
        for path, data in texts:
            try:
                root = parse_document(data, path)
            except ParseError:
                continue
            if before.valid(one.start, root) and not after.valid(other.start, root):
                refused[name] += 1
    assert refused == count
    assert refused.keys() <= explained


def test_time(real_release: Find) -> None:
    """Far below a tenth of what jing needs to compile the same schemas (about a second each)."""
    old, new = read(real_release("9.0.0"))[1], read(real_release("11.3.0"))[1]
    started = time.process_time()
    compare(old, new)
    assert time.process_time() - started < 4
