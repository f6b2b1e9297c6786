"""A seeded sample of the mutants of real headers and of a real symbol map: all caught, no false alarm."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.real,
    pytest.mark.judge,
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in ("gcc", "clang", "objcopy")), reason="needs gcc, clang and objcopy"
    ),
]


def test_a_sample_of_mutants(real_release: Callable[[str], Path]) -> None:
    from bench.mutants.core import wrong
    from bench.mutants.headers import run

    real_release("11.3.0")
    bench = run(20260101, 64, others=0, only=("libvirt", "symbols"), workers=1)
    judged = [mutant for mutant in bench.mutants if mutant.harmful is not None]
    assert len(judged) > 50
    assert 15 < sum(1 for mutant in judged if mutant.harmful) < len(judged) - 15
    # A sentinel of the profile is no promise, and its mutant no break: claims rule 5.
    found = [(m, a) for m, a in wrong(bench, bench.tools[0]) if not m.subject.endswith("VIR_DOMAIN_MEMORY_STAT_NR")]
    answers = [(m.kind, m.subject, str(a), m.judged) for m, a in found]
    assert answers == []
