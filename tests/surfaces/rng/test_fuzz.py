"""Random schemas, random members, random documents: our answer is jing's, and a sample is a member."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abidiff.surfaces.rng.names import Name
from abidiff.surfaces.rng.prove.sample import Sampler
from abidiff.surfaces.rng.prove.steering import FOREVER
from abidiff.surfaces.rng.validate.validate import Validator, parse_document
from tests.surfaces.rng.generate import Generator, document
from tests.surfaces.rng.support import Jing, load
from tests.surfaces.rng.test_real import read

# jing refuses time zones west of UTC in dates.
DISPUTED = ("-14:00",)


def mutated(text: str, random: Random) -> str:
    old, new = random.choice((("a", "b"), ("x", "y"), ("1", "z"), ("<b", "<c"), ("</b", "</c"), ("true", "no")))
    return text.replace(old, new)


def compared(seed: int, jing: Jing) -> int:
    """Compare one random schema and its documents; return how many documents were looked at."""
    random = Random(seed)
    text = Generator(random).schema()
    model = load(text)
    assert bool(model.schemas) == jing.schema(text), (seed, text, [p.message for p in model.problems])
    if not model.schemas:
        return 0
    validator, sampler, start = Validator(model), Sampler(model), model.schemas[0].start
    members = [one for _ in range(4) if (one := sampler.document(start, random))]
    for member in members:
        assert validator.valid(start, parse_document(member, "member")), (seed, text, member)
    documents = [*members, *(document(random).encode() for _ in range(4))]
    documents += [mutated(member.decode(), random).encode() for member in members]
    count = 0
    for data in documents:
        try:
            root = parse_document(data, "d")
        except Exception:
            continue
        if any(mark in data.decode() for mark in DISPUTED):
            continue
        count += 1
        assert validator.valid(start, root) == jing.validate(data), (seed, text, data)
    return count


@pytest.mark.judge
def test_some_random_schemas(jing: Jing) -> None:
    assert sum(compared(seed, jing) for seed in range(300)) > 500


@pytest.mark.judge
@pytest.mark.slow
def test_many_random_schemas(jing: Jing) -> None:
    assert sum(compared(seed, jing) for seed in range(1_000_000, 1_005_000)) > 10_000


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_samples_are_members(random: Random) -> None:
    model = load(Generator(random).schema())
    for schema in model.schemas:
        sampler, validator = Sampler(model), Validator(model)
        for target in (-1, *schema.elements):
            found = sampler.document(schema.start, random, target)
            assert found is None or validator.valid(schema.start, parse_document(found, "d"))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet="<>/ab='\" \n&;x", max_size=60), st.integers(0, 400))
def test_damaged_schemas_never_raise(noise: str, at: int) -> None:
    text = Generator(Random(at)).schema()
    model = load(text[:at] + noise + text[at:])
    assert model.schemas or model.problems


@pytest.mark.real
def test_every_element_of_a_real_schema_can_be_steered_to(real_release: Callable[[str], Path]) -> None:
    model = read(real_release("11.3.0"))[0]
    schema = model.schema("domain.rng")
    assert schema
    sampler, random = Sampler(model), Random(1)
    for target in schema.elements:
        name = model.elements[target].name
        if isinstance(name, Name) and sampler.costs[model.elements[target].content] < FOREVER:
            data = sampler.document(schema.start, random, target)
            assert data
            assert f"{name.local}".encode() in data


@pytest.mark.real
@pytest.mark.judge
@pytest.mark.parametrize("version", ["9.0.0", "11.3.0"])
def test_members_of_real_schemas(real_release: Callable[[str], Path], version: str, jing: Jing, tmp_path: Path) -> None:
    model, files, _ = read(real_release(version))
    for path, body in files.items():
        if path.endswith(".rng"):
            (tmp_path / Path(path).name).write_bytes(body)
    validator, sampler, random = Validator(model), Sampler(model), Random(version)
    for schema in model.schemas:
        assert jing.ask("S", tmp_path / schema.name) == "yes"
        for _ in range(40):
            data = sampler.anywhere(schema, random)
            assert data is not None
            assert validator.validate(schema.start, parse_document(data, "d")) is None, data
            assert jing.validate(data), data
