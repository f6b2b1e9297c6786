"""The store's part in remembering declarations: where it is used, and that it is never believed when damaged."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import msgspec
import pytest

from abidiff.cache import Queries, Store
from abidiff.cache.keys import code_key, join
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces import surface
from abidiff.surfaces.headers.build import queries as declarations
from abidiff.surfaces.headers.build.products import Product

HEADERS = surface("headers")
KEY = join("declarations", code_key(), repr(["x"]))
FIRST = "typedef int t;\nint f(t a);\nstruct s { t a; };\n"
SECOND = "typedef int t;\nint more(void);\nint f(t a);\nstruct s { t a; };\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def release(text: str, origin: str) -> Release:
    return Release("x-1", "1", MappingProxyType({"x.h": text.encode()}), origin)


def parsed(store: Store, text: str, origin: str = "folder") -> None:
    """Parse through the cache, and hold the model against parsing without."""
    project = Project("x", (Unit("headers", "x", "full", ("x.h",), ("x.h",)),))
    found = Queries(store).answer(HEADERS, release(text, origin), project, {}).model
    assert msgspec.msgpack.encode(found) == msgspec.msgpack.encode(HEADERS.parse(release(text, ""), project, {}))


def held(store: Store) -> dict[bytes, Product]:
    data = store.get(KEY)
    assert data is not None
    return msgspec.msgpack.decode(data, type=dict[bytes, Product])


def test_an_entry_follows_the_headers(store: Store) -> None:
    parsed(store, FIRST)
    first = held(store)
    parsed(store, SECOND)
    second = held(store)
    assert len(first) == 3
    assert set(first) < set(second)
    assert len(second) == 4
    parsed(store, FIRST + "\n")
    assert held(store) == second, "nothing was new"


def test_an_archive_leaves_nothing(store: Store, tmp_path: Path) -> None:
    archive = tmp_path / "x.tar"
    archive.write_bytes(b"")
    parsed(store, FIRST, str(archive))
    parsed(store, SECOND, "")
    assert store.get(KEY) is None


@pytest.mark.parametrize("damaged", [b"", b"\xc1", b"\x80", b"\x81\xa1a\x01", msgspec.msgpack.encode({b"k": [1]})])
def test_a_damaged_entry_is_made_again(store: Store, damaged: bytes) -> None:
    parsed(store, FIRST)
    whole = held(store)
    store.put(KEY, damaged)
    parsed(store, FIRST + " ")
    assert held(store) == whole


def test_what_an_entry_holds_under_other_keys_is_not_used(store: Store) -> None:
    parsed(store, FIRST)
    wrong = {bytes([number]) + key[1:]: product for number, (key, product) in enumerate(held(store).items())}
    store.put(KEY, msgspec.msgpack.encode(wrong))
    parsed(store, SECOND)


@pytest.mark.parametrize(("origin", "wanted"), [("", False), ("folder", True), ("repository@v1", True)])
def test_only_what_is_read_again_after_a_change(origin: str, wanted: bool) -> None:
    assert declarations.changes(release("", origin)) is wanted
