"""A seeded sample of the mutation benchmark: nothing missed, no false alarm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.mutants import rng_judge
from bench.mutants.core import Answer

Find = Callable[[str], Path]


@pytest.mark.real
@pytest.mark.judge
def test_a_sample_of_mutants(real_release: Find) -> None:
    real_release("9.0.0")
    real_release("11.3.0")
    if reason := rng_judge.missing():
        pytest.skip(reason)
    from bench.mutants.rng import run

    bench = run(20, 40)
    (tool,) = bench.tools
    wrong = [
        (bench.mutants[i].kind, bench.mutants[i].subject, bench.mutants[i].judged, answer)
        for i, answer in tool.answers.items()
        if answer is not (Answer.BREAKING if bench.mutants[i].harmful else Answer.SILENT)
    ]
    assert not wrong
    assert len(tool.answers) > 30
    assert sum(1 for mutant in bench.mutants if mutant.harmful) > 10
