"""A file that is no history, or a damaged or hostile one, is refused and starts nothing."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from abidiff.errors import AbidiffError, SourceError
from abidiff.history.listing import listed
from abidiff.history.lives import opened
from abidiff.history.since import ask
from abidiff.pipeline import compare
from abidiff.pipeline.options import Options
from tests.history.library import exported, four, history

NO_CACHE = Options(cache=False)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return history(folder / "good.db", four(folder))


def changed(good: Path, path: Path, *statements: str) -> Path:
    shutil.copy(good, path)
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("PRAGMA application_id = 7", "another kind"),
        ("PRAGMA user_version = 99", "a history of format 99"),
        ("PRAGMA user_version = 0", "not those of a history"),
        ("CREATE VIEW v AS SELECT 1", "not those of a history"),
        ("CREATE TRIGGER t AFTER INSERT ON releases BEGIN DELETE FROM releases; END", "not those of a history"),
        ("DROP TABLE finding", "not those of a history"),
        ("UPDATE part SET data = x'00'", "damaged"),
        ("UPDATE part SET size = 999999999999", "too large"),
        ("UPDATE part SET size = size + 1", "damaged"),
        ("UPDATE part SET base = id, depth = 1", "not there"),
        ("UPDATE part SET data = (SELECT data FROM part LIMIT 1), size = (SELECT size FROM part LIMIT 1)", "hash"),
        ("UPDATE model SET surface = 'engine' WHERE surface = 'rng'", "no surface is called"),
        ("UPDATE releases SET head = (SELECT max(id) FROM part)", "can't be used"),
        ("UPDATE releases SET head = 4711", "not there"),
    ],
)
def test_tampered(good: Path, tmp_path: Path, statement: str, told: str) -> None:
    path = changed(good, tmp_path / "h.db", statement)
    with pytest.raises(SourceError, match=told):
        compare(f"{path}@1.0.0", f"{path}@1.10.0", NO_CACHE)


def test_another_database(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(SourceError, match="another kind"):
        listed(path)
    with pytest.raises(SourceError, match="another kind"):
        history(path, [])


def test_bytes_that_are_changed_at_random(good: Path, tmp_path: Path) -> None:
    data = good.read_bytes()
    path = tmp_path / "h.db"
    chance = random.Random(20)
    for _ in range(40):
        broken = bytearray(data[: chance.choice([len(data), chance.randrange(100, len(data))])])
        for _ in range(chance.choice([1, 4, 200])):
            broken[chance.randrange(16, len(broken))] = chance.randrange(256)
        path.write_bytes(broken)
        for act in (lambda: compare(f"{path}@1.0.0", f"{path}@1.9.0", NO_CACHE), lambda: exported(path)):
            with suppress(AbidiffError):
                act()


def test_truncated(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    for size in (0, 10, 16, 100, 5000):
        path.write_bytes(good.read_bytes()[:size])
        with pytest.raises(AbidiffError):
            listed(path)


@pytest.mark.parametrize(
    "table", ["change", "compared", "family", "finding", "item", "meta", "model", "problem", "state"]
)
def test_questions_to_a_history_with_an_emptied_table(good: Path, tmp_path: Path, table: str) -> None:
    path = changed(good, tmp_path / "h.db", f"DELETE FROM {table}")
    with suppress(SourceError), opened(path) as found:
        assert isinstance(ask(found, "*"), list)
