"""Schema files in the store: recalled, rebuilt when damaged, and bounded."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from abidiff import cache
from abidiff.cache import Queries, Store, query
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces import surface
from abidiff.surfaces.rng.build import queries as schemas
from abidiff.surfaces.rng.model import Schemas
from abidiff.surfaces.rng.read import syntax

RNG = "http://relaxng.org/ns/structure/1.0"
XSD = "http://www.w3.org/2001/XMLSchema-datatypes"
COMMON = f"""<grammar xmlns="{RNG}" datatypeLibrary="{XSD}">
  <define name="a"><element name="a"><data type="string"><param name="pattern">[a-z]+</param></data></element></define>
</grammar>
"""
MAIN = f"""<grammar xmlns="{RNG}">
  <include href="common.rng"/>
  <start><element name="main"><ref name="a"/></element></start>
</grammar>
"""
FILES = {"common.rng": COMMON.encode(), "main.rng": MAIN.encode()}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    really = syntax.SchemaReader.file
    monkeypatch.setattr(syntax.SchemaReader, "file", lambda self, ns: (found.append(self.path), really(self, ns))[1])
    return found


def parse(store: Store | None, files: dict[str, bytes]) -> Schemas:
    project = Project("generic", (Unit("rng", "main.rng", "full", tuple(files), ("main.rng",)),))
    release = Release("", "1.0", MappingProxyType(files))
    own = surface("rng")
    found = own.parse(release, project, {}) if store is None else Queries(store).answer(own, release, project, {}).model
    assert isinstance(found, Schemas)
    return found


def test_only_the_changed_file_is_read(store: Store, read: list[str]) -> None:
    assert parse(store, FILES) == parse(None, FILES)
    read.clear()
    changed = {**FILES, "main.rng": FILES["main.rng"].replace(b'name="main"', b'name="other"')}
    found = parse(store, changed)
    assert read == ["main.rng"]
    read.clear()
    assert parse(store, changed) == found
    assert read == []
    assert found == parse(None, changed)


def test_entries_of_another_shape_are_rebuilt(store: Store, read: list[str]) -> None:
    plain = parse(store, FILES)
    changed = {**FILES, "main.rng": FILES["main.rng"] + b"<!-- -->"}
    read.clear()
    real_get = store.get
    store.get = lambda key: b"\x93\x01\x02\x03" if real_get(key) is not None else None  # type: ignore[method-assign]
    assert parse(store, changed) == plain
    assert read == ["main.rng", "common.rng"]


def test_damaged_entries_are_rebuilt(store: Store) -> None:
    plain = parse(store, FILES)
    assert store.folder is not None
    for path in [path for path in store.folder.rglob("*") if path.is_file()]:
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert parse(store, FILES) == plain
    assert parse(store, {**FILES, "main.rng": FILES["main.rng"] + b"\n"}) == plain


def test_without_a_place_everything_is_read(read: list[str]) -> None:
    for _ in range(2):
        assert parse(Store(None), FILES) == parse(None, FILES)
    assert len(read) == 8


def test_what_is_wrong_is_told_as_without_a_store(store: Store) -> None:
    parse(store, FILES)
    for data in (
        b"<grammar",
        FILES["common.rng"].replace(b"[a-z]+", b"["),
        FILES["common.rng"].replace(b'"a"', b'"b"'),
    ):
        broken = {**FILES, "common.rng": data}
        for _ in range(2):
            found = parse(store, broken)
            assert found.problems
            assert found == parse(None, broken)
    assert parse(store, FILES) == parse(None, FILES)


def test_datatypes_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "MAX_DATATYPES", 3)
    for number in range(6):
        pattern = b"[a-z]{%d}" % (number + 1)
        parse(store, {**FILES, "common.rng": FILES["common.rng"].replace(b"[a-z]+", pattern)})
    assert len(list(schemas.Remembered(Queries(store)).datatypes())) == 3


def test_the_code_is_part_of_the_keys(store: Store, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    parse(store, FILES)
    read.clear()
    for module in (query, schemas):
        monkeypatch.setattr(module, "code_key", lambda: "other code")
    parse(store, FILES)
    assert sorted(read) == ["common.rng", "main.rng"]
    assert cache.code_key() != "other code"
