"""The histories in the package: whole, small, and in agreement with every release that is here to read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from abidiff.errors import SourceError
from abidiff.history import shipped
from abidiff.history.items import functions_of, items_of
from abidiff.history.lives import History, Named, Phase, opened
from abidiff.history.order import expanded
from abidiff.history.since import ask
from abidiff.pipeline import Options
from abidiff.pipeline.reading import read
from abidiff.resources import resource
from tests.history.library import exported, history
from tools.history_repository import make

REPOSITORY = os.environ.get("ABIDIFF_LIBVIRT_GIT", "")
COMPARED = {"function", "procedure", "event", "symbol", "enumerator"}
"""Kinds whose shape is a fact of the release; how the others are written down may become better."""


@pytest.mark.parametrize("name", shipped.known())
def test_whole_and_small(name: str) -> None:
    data = resource(f"histories/{name}.db.zst").read_bytes()
    assert len(data) <= 3_000_000
    told = shipped.origin(name)
    assert told["sha256"] == shipped.digest(data)
    assert all(told["made_by"])
    with opened(name) as found:
        assert [release.version for release in found.releases] == told["releases"]
        tables = ("part", "problem")
        kept = [found.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
        assert kept[0] == 0


def there(found: History, position: int) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield (what, shape, since) of the items that a release has."""
    for item, phases in found.every():
        last = next((phase for phase in reversed(phases) if phase.start <= position), None)
        if last is not None and last.there:
            yield (item.surface, item.kind, item.unit, item.name), last.shape, last.since


@pytest.mark.real
@pytest.mark.parametrize("version", ["7.0.0", "9.0.0", "11.3.0"])
def test_libvirt_agrees_with_the_release(version: str, real_release: Callable[[str], Path]) -> None:
    reading = read(Options().request(str(real_release(version))))
    seen = {
        (surface, item.kind, item.unit, item.name): (item.shape if item.kind in COMPARED else "", item.since)
        for surface, model in reading.models.items()
        for item in items_of(surface, model, functions_of(reading.models["headers"]))
    }
    with opened("libvirt") as found:
        position = next(n for n, row in enumerate(found.releases) if row.version == version)
        told = {what: (shape if what[1] in COMPARED else "", since) for what, shape, since in there(found, position)}
    assert len(seen) > 20_000
    assert {what: told.get(what) for what in seen.keys() | told.keys() if told.get(what) != seen.get(what)} == {}


def test_names_that_are_known() -> None:
    with opened("libvirt") as found:
        (rename,) = [answer for answer in ask(found, "virDomainRename") if answer.kind == "function"]
        assert (rename.absent, rename.first) == ("1.2.18.4", "1.2.19")
        assert ask(found, "domain/devices/tpm/backend/@version=2.0")[0].kind == "value"
        assert {a.first for a in ask(found, "virDomainCreateXML") if a.kind == "function"} == {"0.5.0"}
    with pytest.raises(SourceError, match="no such history"), opened("libvrt"):
        pass


def test_a_damaged_file() -> None:
    data = resource("histories/libvirt.db.zst").read_bytes()
    for broken in (b"", data[:1000], b"x" + data[1:], data[:50_000] + bytes(10) + data[50_010:]):
        with pytest.raises(SourceError):
            shipped.unpacked(broken, "it")


def facts(path: Path) -> list[str]:
    """Return all that does not name the archive or the repository that a release came from."""
    out = []
    for text in exported(path).splitlines():
        line = json.loads(text)
        for key in ("label", "digest", "date"):
            line.pop(key, None)
        out.append(json.dumps(line))
    return out


@pytest.mark.real
@pytest.mark.slow
def test_tags_and_tarballs_tell_the_same(releases: Path, tmp_path: Path) -> None:
    versions = make(releases, tmp_path / "libvirt")
    tags = history(tmp_path / "tags.db", [f"{tmp_path / 'libvirt'}@v{version}" for version in versions], compare=False)
    tarballs = [str(next(releases.glob(f"libvirt-{version}.tar.*"))) for version in versions]
    assert facts(tags) == facts(history(tmp_path / "tarballs.db", tarballs, compare=False))


@pytest.mark.slow
@pytest.mark.skipif(not REPOSITORY, reason="ABIDIFF_LIBVIRT_GIT names no clone of libvirt")
def test_every_tag_of_a_clone_is_read_and_agrees(tmp_path: Path) -> None:
    path = history(tmp_path / "h.db", expanded([f"{REPOSITORY}@v*"]), compare=False)
    with opened(path) as ours, opened("libvirt") as shipped_one:
        places = {row.version: n for n, row in enumerate(shipped_one.releases)}
        common = [(n, places[row.version]) for n, row in enumerate(ours.releases) if row.version in places]
        assert len(common) > 100
        mine, theirs = list(ours.every()), list(shipped_one.every())
        for here, other in common:
            assert names(mine, here) == names(theirs, other), ours.releases[here].version


def names(every: list[tuple[Named, list[Phase]]], position: int) -> set[tuple[str, ...]]:
    """Return the names that a release has."""
    found = set()
    for item, phases in every:
        last = next((phase for phase in reversed(phases) if phase.start <= position), None)
        if last is not None and last.there:
            found.add((item.surface, item.kind, item.unit, item.name))
    return found
