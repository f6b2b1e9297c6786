"""What is remembered or proven quickly while two models are compared changes nothing of what is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from abidiff.pipeline.reading import opened
from abidiff.pipeline.request import Request
from abidiff.surfaces.rng.build.inside import inside, references
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.change import SchemaChange
from abidiff.surfaces.rng.compare import compare as comparing
from abidiff.surfaces.rng.decide import alike, bisimulation
from abidiff.surfaces.rng.model import Schemas
from abidiff.surfaces.rng.values import languages
from bench.mutants.rng_kinds import apply, candidates
from tests.surfaces.rng.cases import d, e, g, ref
from tests.surfaces.rng.generate import Generator
from tests.surfaces.rng.mutate import mutate
from tests.surfaces.rng.support import XSD, load


class Forgetful(dict[Any, Any]):
    """A memory that never knows anything."""

    def get(self, key: object, default: Any = None) -> Any:
        return default


class Plain(bisimulation.Universe):
    """Every node of both sides converted on its own."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, Forgetful() if name in ("_made", "_attributes", "_values") else value)


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> Callable[[Schemas, Schemas], list[SchemaChange]]:
    def compare(old: Schemas, new: Schemas) -> list[SchemaChange]:
        with monkeypatch.context() as patched:
            patched.setattr(comparing, "Universe", Plain)
            patched.setattr(languages, "has_bound", lambda _: False)
            patched.setattr(bisimulation, "alike", lambda *_: {})
            return comparing.compare(old, new)

    return compare


def test_random_changes_are_told_as_without_shortcuts(
    plainly: Callable[[Schemas, Schemas], list[SchemaChange]],
) -> None:
    told = 0
    for seed in range(400):
        random = Random(seed)
        text = Generator(random).schema()
        old, new = load(text), load(mutate(text, random))
        found = comparing.compare(old, new)
        assert found == plainly(old, new), seed
        told += len(found)
    assert told > 20


@pytest.mark.real
def test_mutants_of_libvirt_are_told_as_without_shortcuts(
    real_release: Callable[[str], Path], plainly: Callable[[Schemas, Schemas], list[SchemaChange]]
) -> None:
    release, _, project = opened(Request(str(real_release("11.3.0")), surfaces=("rng",)))
    units, files = project.of("rng"), dict(release.files)
    old = parse_units(files, units)
    random = Random(5)
    path = next(path for path in files if path.endswith("/domaincommon.rng"))
    told = 0
    for candidate in random.sample(list(candidates(path, files[path])), 12):
        data = apply(candidate, files[path], random)
        if data is not None:
            new = parse_units({**files, path: data}, units)
            found = comparing.compare(old, new)
            assert found == plainly(old, new), candidate
            told += len(found)
    assert told > 3


RANGES = [
    ("integer", "3", "2"),
    ("integer", "2", "3"),
    ("unsignedByte", "300", "400"),
    ("unsignedByte", "-1", "5"),
    ("negativeInteger", "0", "7"),
    ("decimal", "1.5", "1.5"),
    ("decimal", "1.6", "1.5"),
    ("double", "INF", "-INF"),
    ("double", "-INF", "NaN"),
    ("date", "2020-02-30", "2020-01-01"),
    ("date", "2020-01-01", "2020-01-01"),
    ("dateTime", "2020-01-02T00:00:00", "2020-01-01T00:00:00Z"),
    ("duration", "P1M", "P30D"),
    ("gDay", "---31", "---01"),
]


@pytest.mark.parametrize(("name", "low", "high"), RANGES)
@pytest.mark.parametrize("pattern", ["", "[0-9]+", "x"])
def test_a_bound_that_is_a_value_proves_a_datatype_inhabited(name: str, low: str, high: str, pattern: str) -> None:
    params = (("maxInclusive", high), ("minInclusive", low), *([("pattern", pattern)] if pattern else []))
    found = languages.of_data(XSD, name, params)
    (atom,) = found.atoms
    if languages.has_bound(atom):
        assert languages.example(found) is not None


def test_bounds_prove_something() -> None:
    params = (("maxInclusive", "9"), ("minInclusive", "1"))
    (atom,) = languages.of_data(XSD, "int", params).atoms
    assert languages.has_bound(atom)
    (empty,) = languages.of_data(XSD, "int", (("maxInclusive", "0"), ("minInclusive", "1"))).atoms
    assert not languages.has_bound(empty)


def letters_agree(old: Schemas, new: Schemas, monkeypatch: pytest.MonkeyPatch) -> int:
    """Check that elements said to be alike have one letter where nothing is known of that; return how many are."""
    with monkeypatch.context() as patched:
        patched.setattr(bisimulation, "alike", lambda *_: {})
        plain = bisimulation.Universe(old, new)
    found = alike.alike(old, new, references(new, inside(new.nodes)))
    assert all(plain.of_element[1][one] == plain.of_element[0][twin] for one, twin in found.items())
    assert len(set(found.values())) == len(found)
    return len(found)


def test_elements_alike_have_one_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = 0
    for seed in range(400):
        random = Random(seed)
        text = Generator(random).schema()
        old, new = load(text), load(mutate(text, random))
        assert letters_agree(old, old, monkeypatch) == len(old.elements)
        pairs += letters_agree(old, new, monkeypatch)
    assert pairs > 100


LOOP = g(
    ref("a"),
    d("a", e("<optional>" + ref("b") + "</optional>")),
    d("b", e("<optional>" + ref("c") + "</optional>", "b")),
    d("c", e(ref("a") + '<attribute name="x"><value>1</value></attribute>', "c")),
    d("z", e("<empty/>", "z")),
)


def test_a_change_reaches_all_that_have_it_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = LOOP.replace("<value>1<", "<value>2<")
    assert letters_agree(load(LOOP), load(changed), monkeypatch) == 0
    assert letters_agree(load(LOOP), load(LOOP.replace("<define", "\n\n<define")), monkeypatch) == 3


def test_too_much_effort_finds_nothing_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(LOOP)
    monkeypatch.setattr(alike, "EFFORT", -10_000)
    assert alike.alike(model, model, references(model, inside(model.nodes))) == {}


def test_places_do_not_count(plainly: Callable[[Schemas, Schemas], list[SchemaChange]]) -> None:
    moved = load(LOOP.replace("<define", "\n<define"))
    assert comparing.compare(load(LOOP), moved) == [] == plainly(load(LOOP), moved)
