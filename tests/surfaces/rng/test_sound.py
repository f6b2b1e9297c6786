"""Soundness: a random document of the old release is valid under the new one, or a finding explains it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pytest

from abidiff.finding import Finding, Severity
from abidiff.rule import load, run
from abidiff.surfaces.rng.compare.compare import compare
from abidiff.surfaces.rng.model import Schemas
from abidiff.surfaces.rng.prove.sample import Sampler
from abidiff.surfaces.rng.validate.validate import Invalid, Validator, parse_document
from tests.surfaces.rng.support import Jing
from tests.surfaces.rng.test_real import read

PAIRS = [("7.0.0", "9.0.0"), ("9.0.0", "11.3.0")]


def explains(finding: Finding, schema: str, wrong: Invalid) -> bool:
    """Whether a finding is about the element at which a document fails.

    An element pattern is reached over many paths and a finding names one: the last two steps have to agree.
    """
    if schema != finding.unit and schema not in finding.reaches:
        return False
    there = wrong.path.split("/")
    steps = [step for step in finding.subject.split("/") if not step.startswith("@")][1:]
    tails = (steps[-2:], steps[:-1][-2:])
    return any(tail and there[-len(tail) :] == tail for tail in tails)


# XML Schema allows both (part 2, 3.2.7); jing knows neither the end of a day nor a time zone beyond 13 hours.
END_OF_DAY = re.compile(rb"T24:00:00(?:\.0+)?")
FAR_ZONE = re.compile(rb"(:\d\d(?:\.\d+)?[+-])(?:13:\d\d|14:00)")


def agrees(jing: Jing, data: bytes, wrong: Invalid | None) -> bool:
    """Whether jing says the same of a document, if need be in a spelling of its moments that it knows."""
    if jing.validate(data) == (wrong is None):
        return True
    known = FAR_ZONE.sub(rb"\g<1>12:00", END_OF_DAY.sub(b"T23:59:59", data))
    return known != data and jing.validate(known) == (wrong is None)


def unexplained(
    old: Schemas, new: Schemas, findings: Iterable[Finding], count: int, jing: Jing | None, folder: Path
) -> tuple[int, Counter[str]]:
    """Draw ``count`` members of all old schemas; return how many fail, and why, where no finding says it."""
    told = [finding for finding in findings if finding.severity is not Severity.EXTENSION]
    sampler, validator, random = Sampler(old), Validator(new), Random(count)
    failed = 0
    open_: Counter[str] = Counter()
    weights = [len(schema.elements) for schema in old.schemas]
    shares = random.choices(range(len(old.schemas)), weights, k=count)
    for number, schema in enumerate(old.schemas):
        target = new.schema(schema.name)
        assert target
        if jing:
            assert jing.ask("S", folder / schema.name) == "yes"
        for _ in range(shares.count(number)):
            data = sampler.anywhere(schema, random)
            assert data
            wrong = validator.validate(target.start, parse_document(data, "d"))
            if jing:
                assert agrees(jing, data, wrong), data
            if wrong is not None:
                failed += 1
                if not any(explains(finding, schema.name, wrong) for finding in told):
                    open_[f"{schema.name} {wrong.path}: {wrong.message}"] += 1
    return failed, open_


def members(find: Callable[[str], Path], pair: tuple[str, str], count: int, jing: Jing | None, folder: Path) -> int:
    (old, _, _), (new, files, _) = read(find(pair[0])), read(find(pair[1]))
    for path, body in files.items():
        if path.endswith(".rng"):
            (folder / Path(path).name).write_bytes(body)
    findings = run(load("abidiff.surfaces.rng.rules"), compare(old, new))
    failed, open_ = unexplained(old, new, findings, count, jing, folder)
    assert not open_, open_.most_common(20)
    return failed


@pytest.mark.real
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_some_members(real_release: Callable[[str], Path], pair: tuple[str, str], tmp_path: Path) -> None:
    assert members(real_release, pair, 1_500, None, tmp_path) > 0


@pytest.mark.real
@pytest.mark.judge
@pytest.mark.slow
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_100000_members(real_release: Callable[[str], Path], pair: tuple[str, str], jing: Jing, tmp_path: Path) -> None:
    assert members(real_release, pair, 100_000, jing, tmp_path) > 100
