"""Models written as distances come back as they were, and share their bytes with their neighbours."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from abidiff.pipeline import Options
from abidiff.pipeline.reading import read
from abidiff.sources.history import parts, relative
from tests.history.library import files, release


def models(path: str) -> dict[str, bytes]:
    reading = read(Options().request(path))
    return {name: msgspec.msgpack.encode(model) for name, model in reading.models.items()}


def test_there_and_back(tmp_path: Path) -> None:
    content = files(["a", "b"], procedures=["SHIP_PROC_A"], models=["sloop", "ketch"])
    for surface, data in models(release(tmp_path, "1.0.0", content)).items():
        assert relative.read(surface, relative.write(surface, data)) == data


@pytest.mark.real
def test_real_models(real_release: Callable[[str], Path]) -> None:
    for surface, data in models(str(real_release("9.0.0"))).items():
        kept = relative.write(surface, data)
        assert relative.read(surface, kept) == data
        assert (kept[:1] == relative.DISTANCES) is (surface in relative.CHANGES)


def test_a_line_above_everything_changes_little(tmp_path: Path) -> None:
    names = [f"value-{n}" for n in range(300)]
    before = files(["a"], models=names)
    after = {**before, "schemas/ship.rng": before["schemas/ship.rng"].replace("<start>", "\n<start>")}
    old, new = models(release(tmp_path, "1.0.0", before)), models(release(tmp_path, "1.1.0", after))
    assert old["rng"] != new["rng"]
    kept = [relative.write("rng", each["rng"]) for each in (old, new)]
    assert len(parts.pack(kept[1], kept[0])) < 60


def test_bytes_that_it_never_made(tmp_path: Path) -> None:
    data = models(release(tmp_path, "1.0.0", files(["a"], models=["sloop"])))
    chance = random.Random(7)
    for surface in relative.CHANGES:
        kept = relative.write(surface, data[surface])
        for _ in range(300):
            broken = bytearray(kept)
            broken[chance.randrange(len(broken))] = chance.randrange(256)
            try:
                relative.read(surface, bytes(broken))
            except (ValueError, msgspec.DecodeError, RecursionError):
                continue
