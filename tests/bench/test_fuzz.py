"""A short seeded run of the fuzzing harness, and that it sees what it is there to see."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from bench import fuzz


@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_mutated_input_ends_with_a_documented_code(kind: str) -> None:
    found = fuzz.fuzz(kind, 0.4, seed=7)
    assert found.inputs
    assert (found.uncaught, found.slow, found.large, found.differing) == (0, 0, 0, 0)


def test_mutations_are_determined_by_the_seed() -> None:
    made = [fuzz.mutated(b"int f(void);\n", Random(5), [b"long g;"]) for _ in range(2)]
    assert made[0] == made[1]
    assert len({fuzz.mutated(b"int f(void);\n", Random(seed), [b"long g;"]) for seed in range(20)}) > 5


def test_what_is_not_caught_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(arguments: list[str]) -> None:
        del arguments
        raise SystemExit(70)

    monkeypatch.setattr("abidiff.cli.main.main", broken)
    assert fuzz.run(["compare"], tmp_path).code == 70
    monkeypatch.setattr(fuzz, "loaded", lambda scratch: None)
    assert fuzz.fuzz("symbols", 0.01, seed=1).uncaught > 0


def test_the_page_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "fuzz.json"
    long, short = fuzz.Counts(inputs=900, seconds=600.0), fuzz.Counts(inputs=3, seconds=1.5)
    path.write_bytes(fuzz.written(fuzz.figures(path, {"xdr": long, "rng": short}, 1)))
    kept = fuzz.figures(path, {"xdr": short, "headers": short, "rng": fuzz.Counts()}, 1)
    assert kept.kinds == {"headers": short, "xdr": long, "rng": short}
    assert fuzz.figures(path, {"xdr": short}, 2).kinds == {"xdr": short}
    other = fuzz.Counts(inputs=90, seconds=fuzz.ENOUGH, commit="abc")
    assert fuzz.figures(path, {"xdr": other}, 1).kinds["xdr"] == other
    assert fuzz.figures(path, {"xdr": fuzz.Counts(inputs=9, seconds=99.0, commit="abc")}, 1).kinds["xdr"] == long
    bad = fuzz.Counts(inputs=3, seconds=1.5, uncaught=1)
    path.write_bytes(fuzz.written(fuzz.figures(path, {"xdr": bad}, 1)))
    assert fuzz.figures(path, {}, 1).kinds["xdr"] == bad
    assert fuzz.figures(path, {"xdr": short}, 1).kinds["xdr"] == short


def test_the_page_is_that_of_the_figures() -> None:
    kept = fuzz.figures(fuzz.FIGURES, {}, 1)
    assert fuzz.PAGE.read_text(encoding="utf-8") == fuzz.page(kept.kinds, kept.seed)
    assert fuzz.FIGURES.read_bytes() == fuzz.written(kept)
    assert set(kept.kinds) == set(fuzz.KINDS)
