"""One jing for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.surfaces.rng.support import Jing, jing_missing


@pytest.fixture(scope="session")
def jing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jing]:
    if missing := jing_missing():
        pytest.skip(missing)
    judge = Jing(tmp_path_factory.mktemp("jing"))
    yield judge
    judge.close()
