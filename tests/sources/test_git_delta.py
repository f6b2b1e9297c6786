"""A state of a repository told from another one: the same as read anew, or not told at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidiff.errors import SourceError
from abidiff.sources.git_delta import Listing, listing_of, open_like
from tests.sources.conftest import Open
from tests.sources.test_git import Repository

FILES = {"include/a.h": b"int a(void);\n", "include/deep/b.h": b"int b(void);\n", "src/c.c": b"int c;\n"}
Edits = dict[str, "bytes | None"]


def _wanted(path: str) -> bool:
    return path.endswith(".h")


def _likened(repo: Repository, opened: Open) -> tuple[Listing, tuple[object, str, frozenset[str]] | None]:
    before = opened(f"{repo.path}@HEAD~1")
    known = listing_of(before, ())
    assert known is not None
    tree, listing = known
    found = open_like(f"{repo.path}@HEAD", f"{repo.path}@HEAD~1", lambda oid: {tree: listing}.get(oid), _wanted)
    return listing, found


def _edited(repo: Repository, edits: Edits) -> None:
    repo.commit(FILES)
    for path, data in edits.items():
        place = repo.path / path
        if data is None:
            repo("rm", "-q", "-r", path)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    repo.commit({})


@pytest.mark.parametrize(
    ("edits", "changed"),
    [
        ({"include/deep/b.h": b"int b(int);\n"}, {"include/deep/b.h"}),
        ({"include/a.h": b"int a(int);\n", "include/deep/b.h": b"long b;\n"}, {"include/a.h", "include/deep/b.h"}),
        ({"src/c.c": b"int d;\n", "src/more/e.c": b"int e;\n"}, set()),
        ({"src/c.c": None}, set()),
        ({"src/c.c": None, "src/c.c/d.c": b"int d;\n"}, set()),
        ({"include/new.h": b"int n;\n"}, None),
        ({"src/new/n.h": b"int n;\n"}, None),
        ({"include/deep": None}, None),
        ({"src/c.c": None, "src/c.c/d.h": b"int d;\n"}, None),
    ],
)
def test_what_changed_is_told_as_a_walk_tells_it(
    edits: Edits, changed: set[str] | None, tmp_path: Path, opened: Open
) -> None:
    repo = Repository(tmp_path / "r")
    _edited(repo, edits)
    _, found = _likened(repo, opened)
    if changed is None:
        assert found is None
        return
    assert found is not None
    release, _, told = found
    assert told == changed
    assert dict(release.files) == dict(opened(f"{repo.path}@HEAD").files)  # type: ignore[attr-defined]


def test_a_tree_that_is_not_what_its_name_says(tmp_path: Path, opened: Open) -> None:
    repo = Repository(tmp_path / "r")
    _edited(repo, {"include/deep/b.h": b"int b(int);\n"})
    old, new = (repo("rev-parse", f"{revision}:include/deep") for revision in ("HEAD~1", "HEAD"))
    place, other = (repo.path / ".git/objects" / oid[:2] / oid[2:] for oid in (new, old))
    place.chmod(0o644)
    place.write_bytes(other.read_bytes())
    assert _likened(repo, opened)[1] is None
    with pytest.raises(SourceError, match="not what its name says"):
        opened(f"{repo.path}@HEAD")
