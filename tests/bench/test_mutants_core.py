"""The mutation benchmark's core: scores, the table, the seeded sample."""

from __future__ import annotations

import json
import random
from pathlib import Path

from bench.mutants.core import Answer, Benchmark, Mutant, ToolRun, as_json, ask, sample, score, table, write, wrong


def bench() -> Benchmark:
    mutants = [
        Mutant("removed", "a", 0, 1, True, "gcc"),
        Mutant("removed", "b", 0, 1, True, "gcc"),
        Mutant("renamed", "c", 0, 1, False, "gcc"),
        Mutant("renamed", "d", 0, 1, False, "gcc"),
        Mutant("renamed", "e", 0, 1, None),
    ]
    answers = dict(enumerate((Answer.BREAKING, Answer.SILENT, Answer.SILENT, Answer.BREAKING, Answer.BREAKING)))
    other = ToolRun("other", {0: Answer.FAILED, 2: Answer.UNDECIDED}, 1.0, "a sample")
    return Benchmark("x", "X", 7, mutants, [ToolRun("abi-diff", answers, 0.5), other])


def test_scores() -> None:
    made = bench()
    ours = score(made, made.tools[0])
    assert (ours.harmful, ours.caught, ours.missed, ours.harmless, ours.false_alarms) == (2, 1, 1, 2, 1)
    other = score(made, made.tools[1])
    assert (other.caught, other.missed, other.failed, other.undecided) == (0, 0, 1, 1)
    assert [m.subject for m, _ in wrong(made, made.tools[0])] == ["b", "d"]


def test_table_and_json(tmp_path: Path) -> None:
    made = bench()
    assert "| abi-diff | 4 | 1/2 | 1 | 1/2 | 0 | 0 | 0.5 |" in table(made)
    assert "| renamed | 0 | 2 | +1 | ?1 |" in table(made)
    assert len(json.loads(as_json(made))["mutants"]) == 5
    write(made, tmp_path / "deep" / "t.md")
    assert (tmp_path / "deep" / "t.md").read_text() == table(made)
    write(made, tmp_path)
    assert (tmp_path / "mutants-x.json").is_file()


def test_samples_are_even_and_repeatable() -> None:
    pools = {"many": list(range(100)), "few": ["a", "b"], "none": []}
    one = sample(pools, 10, random.Random(3))
    assert one == sample(pools, 10, random.Random(3))
    assert {"a", "b"} <= set(one)
    assert len(one) == 10
    assert len(sample(pools, 1000, random.Random(3))) == 102


def test_asking_takes_the_time() -> None:
    run = ask("t", bench().mutants, lambda m: Answer.SILENT, only=[1, 2])
    assert list(run.answers) == [1, 2]
    assert run.seconds >= 0
