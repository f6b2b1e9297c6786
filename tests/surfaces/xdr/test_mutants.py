"""A seeded sample of the mutation benchmark: what rpcgen's decoders call harm is called a break, and nothing else."""

from __future__ import annotations

import pytest

from abidiff.surfaces.xdr.prove.judge import missing
from bench.mutants import xdr as bench
from bench.mutants.core import Answer, score, wrong

pytestmark = [
    pytest.mark.real,
    pytest.mark.judge,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}"),
]


def test_a_sample_of_mutants() -> None:
    if not bench.bases():
        pytest.skip("no real protocols: run `make releases`")
    found = bench.run(seed=20, count=16)
    ours = found.tools[0]
    assert [(m.kind, m.subject, answer, m.judged) for m, answer in wrong(found, ours)] == []
    total = score(found, ours)
    assert total.harmful > 4
    assert total.harmless > 4
    assert set(ours.answers.values()) == {Answer.BREAKING, Answer.SILENT}


def test_edits_are_applied_where_they_belong() -> None:
    assert bench.apply("abcdef", [(1, 2, "X"), (4, 4, "--")]) == "aXcd--ef"
    assert bench.apply("abcdef", [(1, 2, "X"), (4, 4, "--")], 2, 5) == "cd--e"
