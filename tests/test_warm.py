"""What the cache answers is what reading anew answers, whatever was edited; ``make warm`` does this for longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.warm import Run, history


@pytest.mark.parametrize("seed", [1, 2])
def test_random_edits(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    done = Run()
    history(seed, 6, tmp_path, done)
    assert done.differing == []
    assert done.edits >= 6
    assert len(done.codes) > 1, "edits that do nothing show nothing"
