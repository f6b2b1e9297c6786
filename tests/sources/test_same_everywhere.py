"""One tree, given as a folder, a tarball, a revision and an index: the same files, links and all."""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from abidiff.sources import open_release
from abidiff.sources.larchive import library
from tests.sources.build import put
from tests.sources.conftest import WANTED
from tests.sources.test_git import Repository

PART = st.sampled_from(["include", "src", "real", "tests", "sub", "a.h", "b.h", "p.x"])
PATH = st.lists(PART, min_size=1, max_size=4).map("/".join)
TARGET = st.lists(st.one_of(PART, st.sampled_from(["..", "."])), min_size=1, max_size=5).map("/".join)
ENTRY = st.one_of(st.tuples(PATH, st.just("")), st.tuples(PATH, TARGET))


def grow(root: Path, entries: list[tuple[str, str]]) -> None:
    """Make the entries that can be made: a file, or a link when there is a target."""
    for path, target in entries:
        full = root / path
        with suppress(OSError):
            if any((root / Path(*full.relative_to(root).parts[:n])).is_symlink() for n in range(1, 6)):
                continue
            full.parent.mkdir(parents=True, exist_ok=True)
            if target:
                full.symlink_to(target)
            elif not full.exists():
                full.write_bytes(path.encode() + b"\n")


def packed(root: Path) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
        for folder, folders, files in os.walk(root):
            if ".git" in folders:
                folders.remove(".git")
            for name in sorted(files + [name for name in folders if (Path(folder) / name).is_symlink()]):
                full = Path(folder) / name
                archive.add(full, f"s-1/{full.relative_to(root)}", recursive=False)
    return out.getvalue()


@given(st.lists(ENTRY, min_size=1, max_size=9))
@example([("include", "real"), ("real/sub", "../tests"), ("tests/a.h", ""), ("real/include", "../include")])
@example([("include/sub", "../real"), ("real/a.h", "b.h"), ("real/b.h", ""), ("real/sub", "sub/..")])
@example([("include/a.h", "../tests/sub/b.h"), ("tests/sub", "real"), ("tests/real/b.h", "")])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_tree_is_the_same_from_everywhere(entries: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as where:
        root = Path(where) / "tree"
        root.mkdir()
        (root / "README").write_text("so that it is never empty\n")
        grow(root, entries)
        found = {"folder": dict(open_release(str(root), WANTED).files)}
        archive = put(Path(where) / "s-1.tar.gz", packed(root))
        for backend in ("libarchive", "stdlib"):
            if backend == "stdlib" or library() is not None:
                found[backend] = dict(open_release(str(archive), WANTED, backend=backend).files)
        repository = Repository(root)
        repository.commit({})
        for revision in ("HEAD", ":index"):
            found[revision] = dict(open_release(f"{root}@{revision}", WANTED).files)
        assert all(files == found["folder"] for files in found.values()), found
