"""What a model is made of stands in its trace, whole: nothing is read around it."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator
from pathlib import Path

import msgspec
import pytest

from abidiff import profile
from abidiff.cache import Queries, Store
from abidiff.files import Files, Traced, asked_of
from abidiff.sources import open_release
from abidiff.surfaces import SURFACES

DEMO = Path(__file__).parents[1] / "fixtures/demo/harbour-1.0.0"


class Watched(Files):
    """Files that know whose content was taken and whether they were listed."""

    def __init__(self, files: Files) -> None:
        super().__init__(dict(files))
        self.taken: set[str] = set()
        self.listed = False

    def __getitem__(self, path: str) -> bytes:
        self.taken.add(path)
        return super().__getitem__(path)

    def __iter__(self) -> Iterator[str]:
        self.listed = True
        return super().__iter__()

    def items(self) -> ItemsView[str, bytes]:
        self.taken.update(super().__iter__())
        return super().items()


@pytest.mark.parametrize("name", [surface.name for surface in SURFACES])
def test_nothing_is_read_around_the_trace(name: str, tmp_path: Path) -> None:
    found = profile.load("generic")
    release = open_release(str(DEMO), profile.wanted(found))
    project = profile.project_of(found, release)
    watched = Watched(Files(release.files))
    queries = Queries(Store(tmp_path))
    models: dict[str, object] = {}
    keys: dict[str, str] = {}
    for surface in SURFACES:
        given = msgspec.structs.replace(release, files=watched) if surface.name == name else release
        needed = tuple(keys[one] for one in surface.needs)
        answer = queries.answer(surface, given, project, models, needed)
        models[surface.name], keys[surface.name] = answer.model, answer.key
        if surface.name == name:
            break
    own = {path for unit in project.of(name) for path in unit.files}
    told = {path for about, *_ in answer.trace.asked for path in about}
    assert watched.taken <= own | set(answer.trace.read) | told
    assert not watched.listed or answer.trace.listed


def test_a_read_around_it_is_noticed() -> None:
    watched = Watched(Files({"a.h": b"", "b.h": b""}))
    traced = Traced(watched)
    assert traced["a.h"] == b""
    assert watched["b.h"] == b""
    assert watched.taken - set(traced.trace().read) == {"b.h"}


def test_files_that_are_the_same_are_asked_nothing() -> None:
    traced = Traced(Files({"a.h": b"#define A 1", "b.x": b""}))
    files = asked_of(traced, ("a.h",), {"A": 1})
    assert files["a.h"]
    trace = traced.trace()
    asked: list[str] = []

    def answer(files: Files, about: tuple[str, ...]) -> Callable[[str], object]:
        def ask(question: str) -> object:
            asked.append(question)
            return 1 if b"A 1" in files[about[0]] else 2

        return ask

    assert trace.holds(Files({"a.h": b"#define A 1", "b.x": b"", "c.h": b""}), answer)
    assert not asked
    assert trace.holds(Files({"a.h": b"#define A 1 // one", "b.x": b""}), answer)
    assert not trace.holds(Files({"a.h": b"#define A 2", "b.x": b""}), answer)
    assert asked == ["A", "A"]
    assert not trace.holds(Files({"a.h": b"#define A 2", "b.x": b""}))
