"""A file that is no history, or a damaged or hostile one, is refused and starts nothing."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from abidiff.errors import AbidiffError, SourceError
from abidiff.finding import Report, Severity
from abidiff.history.listing import listed
from abidiff.history.lives import opened
from abidiff.history.pairs import compare_neighbours
from abidiff.history.since import ask
from abidiff.history.store import writing
from abidiff.pipeline import compare
from abidiff.pipeline.options import Options
from abidiff.sources.identify import identify
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
        ("UPDATE releases SET digest = 'x'", "other models than its hash says"),
        ("UPDATE model SET digest = x'00' WHERE surface = 'headers'", "headers is another one than its hash says"),
        ("DELETE FROM model WHERE surface = 'exports'", "other models than its hash says"),
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


OF_ANOTHER_RELEASE = (
    "UPDATE model SET (digest, part) = (SELECT other.digest, part FROM model AS other, releases WHERE other.release ="
    " releases.id AND version = '1.0.0' AND other.surface = model.surface) WHERE release = "
    "(SELECT id FROM releases WHERE version = '1.9.0')"
)
HEAD_AND_DIGEST_TOO = (
    "UPDATE releases SET (digest, head) = (SELECT digest, head FROM releases WHERE version = '1.0.0')"
    " WHERE version = '1.9.0'"
)
DAMAGED = {
    "model of another release": OF_ANOTHER_RELEASE,
    "part": "UPDATE part SET data = zeroblob(100)",
    "flipped": "UPDATE part SET data = CAST(substr(data, 1, 9) || x'ff' || substr(data, 11) AS BLOB)",
    "row": "DELETE FROM model WHERE release = (SELECT id FROM releases WHERE version = '1.9.0')",
    "row of one surface": "DELETE FROM model WHERE surface = 'exports'",
    "hash": "UPDATE releases SET digest = 'x'",
}


@pytest.fixture
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def found(path: Path, *, cache: bool) -> Report:
    return compare(f"{path}@1.0.0", f"{path}@1.9.0", Options(cache=cache))


@pytest.mark.usefixtures("_own_cache")
@pytest.mark.parametrize("statement", DAMAGED.values(), ids=DAMAGED)
def test_a_comparison_that_is_known_answers_for_nothing_else(good: Path, tmp_path: Path, statement: str) -> None:
    path = changed(good, tmp_path / "h.db")
    cold, first, warm = found(path, cache=False), found(path, cache=True), found(path, cache=True)
    assert cold == first == warm
    assert any(each.severity is Severity.BREAKING for each in cold.findings)
    changed(good, path, statement)
    for cache in (True, True, False):
        with pytest.raises(SourceError, match="can't be used"):
            found(path, cache=cache)


@pytest.mark.usefixtures("_own_cache")
@pytest.mark.parametrize(
    "statements",
    [
        [OF_ANOTHER_RELEASE],
        [OF_ANOTHER_RELEASE, HEAD_AND_DIGEST_TOO],
        ["UPDATE part SET data = (SELECT data FROM part WHERE id = 2), size = (SELECT size FROM part WHERE id = 2)"],
    ],
    ids=["models", "a whole release", "parts"],
)
def test_a_copy_does_not_answer_for_the_original(good: Path, tmp_path: Path, statements: list[str]) -> None:
    path = changed(good, tmp_path / "h.db", *statements)
    with suppress(SourceError):
        assert not found(path, cache=True).findings
    changed(good, path)
    assert found(path, cache=True) == found(path, cache=False)
    assert found(path, cache=True).findings


def test_what_an_input_is_does_not_depend_on_what_the_file_says_of_it(good: Path, tmp_path: Path) -> None:
    """A release that is told under the hash of another one is not that one."""
    path = tmp_path / "h.db"
    changed(good, path)
    before = {version: identify(f"{path}@{version}") for version in ("1.0.0", "1.1.0")}
    assert before == {version: identify(f"{path}@{version}") for version in before}
    stolen = (
        "UPDATE releases SET digest = (SELECT digest FROM releases WHERE version = '1.1.0') WHERE version = '1.0.0'"
    )
    changed(good, path, stolen)
    after = {version: identify(f"{path}@{version}") for version in before}
    assert after["1.1.0"] == before["1.1.0"]
    assert after["1.0.0"] not in before.values()


def test_neighbours_are_not_equal_because_the_file_says_so(good: Path, tmp_path: Path) -> None:
    stolen = (
        "UPDATE model SET digest = (SELECT digest FROM model AS m WHERE m.release = 1 AND m.surface = model.surface)"
    )
    path = changed(good, tmp_path / "h.db", stolen, "DELETE FROM compared", "DELETE FROM finding")
    with writing(path) as store, pytest.raises(SourceError, match="than its hash says"):
        compare_neighbours(store, NO_CACHE)
