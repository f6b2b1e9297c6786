"""Mutants that programs judge: each is judged and asked about once, and a run goes on where it stopped."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bench.mutants.header_library import HeaderLibrary, have_compilers
from bench.mutants.header_planted import PLANTED
from bench.mutants.header_uses import Bench, Case, benchmark

KINDS = ("text-encoding", "macro-stringises", "constant-object")


@pytest.mark.judge
@pytest.mark.skipif(not have_compilers(), reason="gcc and clang judge")
def test_uses_say_what_is_harmful(tmp_path: Path) -> None:
    library = HeaderLibrary("tiny", {"include/tiny.h": "int tiny(int);\n"}, "include", "#include <tiny.h>\n")
    chosen = [Case("tiny", next(p for p in PLANTED if p.kind == kind)) for kind in KINDS]
    state = tmp_path / "state.jsonl"
    for _ in range(2):
        found = Bench([library], tmp_path / "files", state)
        found.run(chosen, time.monotonic() + 60)
    entries = [found.done[case.key] for case in chosen]
    assert len(state.read_text().splitlines()) == len(entries)
    assert {entry["harmful"] for entry in entries} >= {"yes"}
    assert all((entry["answer"] == "breaking") is (entry["harmful"] == "yes") for entry in entries), entries
    assert len(benchmark(1, entries, ["tiny"]).mutants) == len(entries)


def test_no_two_are_the_same() -> None:
    assert len({(p.kind, p.old, p.new) for p in PLANTED}) == len(PLANTED)
