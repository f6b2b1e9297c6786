"""Another project's schemas: pacemaker ships many versions of its own, side by side."""

from __future__ import annotations

import re
import tarfile
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from abidiff.project import Unit
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.change import Undecided
from abidiff.surfaces.rng.compare.compare import compare
from abidiff.surfaces.rng.model import Schemas
from tests.surfaces.rng.support import RNG

CORPUS = Path(__file__).parents[3] / "corpora/rng/pacemaker-2.1.5.tar.gz"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    if not CORPUS.exists():
        pytest.skip("corpora/rng is missing: run `make corpora`")
    found: dict[str, bytes] = {"versions.rng": f'<element name="versions" xmlns="{RNG}"><text/></element>'.encode()}
    with tarfile.open(CORPUS) as archive:
        for member in archive:
            if member.isfile() and "/xml/" in member.name and member.name.endswith(".rng"):
                stream = archive.extractfile(member)
                assert stream
                found[member.name.partition("/xml/")[2]] = stream.read()
    return found


def model(files: dict[str, bytes], name: str) -> Schemas:
    """Parse a part of a schema, as the content of an element (most are no schemas by themselves)."""
    outer = f'<element name="part" xmlns="{RNG}"><externalRef href="{name}"/></element>'
    every = {**files, "part.rng": outer.encode()}
    return parse_units(every, (Unit("rng", "part.rng", "full", tuple(every), ("part.rng",), {}),))


@pytest.mark.real
def test_every_version_against_the_next_is_decided(files: dict[str, bytes]) -> None:
    families: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for name in files:
        if found := re.fullmatch(r"((?:api/)?[\w-]+)-(\d+)\.(\d+)\.rng", name):
            families[found[1]].append((int(found[2]), int(found[3]), name))
    pairs = broken = 0
    for versions in families.values():
        models = [model(files, name) for _, _, name in sorted(versions)]
        for old, new in pairwise(models):
            if old.problems or new.problems:
                continue
            pairs += 1
            changes = compare(old, new)
            assert not [change for change in changes if isinstance(change, Undecided)]
            broken += any(change.proof for change in changes)
    assert pairs > 85
    assert broken > 5
