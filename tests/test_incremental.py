"""What is taken over from another state of a repository is what reading it anew gives."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from abidiff import cache as caches
from abidiff import pipeline
from abidiff.files import Files
from abidiff.finding import Report
from abidiff.pipeline import Options, compared, memory, report_of, states
from abidiff.pipeline.parts import Part
from abidiff.pipeline.reading import Reading, opened, pack, read, unpack
from abidiff.pipeline.request import Request
from abidiff.sources import blobs, git_files

DEMO = Path(__file__).parents[1] / "fixtures/demo"
OPTIONS = Options(same_is_fine=True)
HEADER = "include/harbour/harbour.h"
WHO = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
WHO |= {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Tree:
    """A repository that begins with a small release."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shutil.copytree(DEMO / "harbour-1.0.0", path)
        (path / "src/quay.c").write_text("int quay;\n")
        (path / "meson.build").write_text("project('harbour', 'c', version: '1.0.0')\n")
        self.git("init", "-q", "-b", "main")
        self.commit("begin")

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.path), *arguments]
        env = {**os.environ, **WHO}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=60).stdout.strip()

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.path / name
        before, found, after = file.read_text().rpartition(old)
        file.write_text(before + (new if found else "") + after)

    def add(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_text(text)


def _take_symbols_over(tree: Tree, number: int) -> None:
    new = (DEMO / "harbour-1.1.0/src/harbour.syms").read_text()
    tree.add("src/harbour.syms", new if number % 2 else (DEMO / "harbour-1.0.0/src/harbour.syms").read_text())


def _take_over(name: str) -> Callable[[Tree, int], None]:
    def edit(tree: Tree, number: int) -> None:
        side = ("harbour-1.0.0", "harbour-1.1.0")[number % 2]
        tree.add(name, (DEMO / side / name).read_text())

    return edit


def _link(tree: Tree, number: int) -> None:
    link = tree.path / f"include/harbour/link{number % 2}.h"
    link.unlink(missing_ok=True)
    link.symlink_to("harbour.h" if number % 3 else "../other.h")


def _unlink(tree: Tree, number: int) -> None:
    (tree.path / f"include/harbour/link{number % 2}.h").unlink(missing_ok=True)


EDITS: dict[str, Callable[[Tree, int], None]] = {
    "code": lambda tree, n: tree.add("src/quay.c", f"int quay{n};\n"),
    "new code": lambda tree, n: tree.add(f"src/more{n}.c", "int more;\n"),
    "a function": lambda tree, n: tree.edit(HEADER, "#endif", f"int shipMore{n}(int a);\n#endif"),
    "a shifted line": lambda tree, n: tree.edit(HEADER, "\n", f"\n/* {n} */\n"),
    "the header": _take_over(HEADER),
    "the protocol": _take_over("src/harbour_protocol.x"),
    "the map": _take_symbols_over,
    "the schema": _take_over("schemas/ship.rng"),
    "no schema": lambda tree, n: tree.add("schemas/ship.rng", f"<!-- {n} --><grammar><define name='a'/></grammar>"),
    "a new header": lambda tree, n: tree.add(f"include/harbour/h{n % 3}.h", f"int shipH{n}(void);\n"),
    "a header that is gone": lambda tree, n: (tree.path / f"include/harbour/h{n % 3}.h").unlink(missing_ok=True),
    "a mode": lambda tree, n: (tree.path / HEADER).chmod(0o755 if n % 2 else 0o644),
    "a link": _link,
    "no link": _unlink,
    "the version": lambda tree, n: tree.add("meson.build", f"project('harbour', 'c', version: '1.{n % 3}.0')\n"),
    "a broken header": lambda tree, n: tree.edit(HEADER, "#endif", f"int broken{n}(\n#endif"),
    "nothing": lambda _tree, _n: None,
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Tree(tmp_path / "harbour")


def judged(tree: Tree, old: str, new: str, **changes: object) -> Report:
    options = replace(OPTIONS, **changes)
    return report_of(compared(f"{tree.path}@{old}", f"{tree.path}@{new}", options), options)


@pytest.mark.parametrize("seed", range(4))
def test_any_history_is_judged_as_if_it_were_new(tree: Tree, seed: int) -> None:
    chance = random.Random(seed)
    commits = [tree.git("rev-parse", "HEAD")]
    for number in range(24):
        names = chance.sample(sorted(EDITS), chance.choice((1, 1, 1, 2)))
        for name in names:
            EDITS[name](tree, chance.randrange(12))
        commits.append(tree.commit(str(names)))
        for old in {commits[0], commits[-2], chance.choice(commits)}:
            assert judged(tree, old, commits[-1]) == judged(tree, old, commits[-1], cache=False), (number, names)


def test_what_did_not_change_is_neither_read_nor_compared(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tree.git("rev-parse", "HEAD")
    judged(tree, base, base)
    EDITS["a function"](tree, 1)
    EDITS["new code"](tree, 1)
    head = tree.commit("change")
    asked: list[str] = []
    read_blob = git_files.GitFiles._read

    def noted(self: git_files.GitFiles, oid: str) -> bytes:
        asked.append(oid)
        return read_blob(self, oid)

    monkeypatch.setattr(git_files.GitFiles, "_read", noted)
    monkeypatch.setattr(pipeline.reading, "open_release", None)  # whoever walks the tree fails
    report = judged(tree, base, head)
    assert [f.subject for f in report.findings if f.surface == "headers"] == ["shipMore1"]
    assert set(asked) == {tree.git("rev-parse", f"HEAD:{HEADER}")}


def test_models_of_a_known_state_are_not_looked_into(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tree.git("rev-parse", "HEAD")
    judged(tree, base, base)
    EDITS["code"](tree, 1)
    head = tree.commit("change")
    plain = judged(tree, base, head, cache=False)
    monkeypatch.setattr(Part, "_bytes", None)  # whoever takes the bytes of a model fails
    assert judged(tree, base, head) == plain


@pytest.mark.parametrize("damage", [b"\xc1", b"", None])
def test_a_model_whose_entry_went_is_read_again(tree: Tree, damage: bytes | None) -> None:
    request = Request(f"{tree.path}@{tree.git('rev-parse', 'HEAD')}")
    plain = read(request)
    key = memory.reading_key(request)
    memory.remember_reading(key, plain)

    def fail() -> Reading:
        raise AssertionError

    found = memory.recall_reading(key, fail)
    assert found is not None
    assert found == plain, "from the entries of the models"
    late = memory.recall_reading(key, lambda: read(request))
    assert late is not None
    for part in plain.parts.values():
        place = caches.default()._path(part.origin.key)
        assert place is not None
        place.unlink() if damage is None else place.write_bytes(damage)
    assert late == plain, "read again"
    assert memory.recall_reading(key, fail) is not None, "reading again made the entries anew"


def test_a_reading_without_the_entries_of_its_models_is_none(tree: Tree) -> None:
    request = Request(f"{tree.path}@{tree.git('rev-parse', 'HEAD')}")
    plain = read(request)
    key = memory.reading_key(request)
    memory.remember_reading(key, plain)
    caches.default().drop(plain.parts["xdr"].origin.key)
    assert memory.recall_reading(key, lambda: plain) is None


@pytest.mark.parametrize("damage", [b"\xc1", b"", b"\x90", b"\x80"])
def test_a_damaged_state_is_opened_anew(tree: Tree, damage: bytes) -> None:
    base = tree.git("rev-parse", "HEAD")
    judged(tree, base, base)
    EDITS["a function"](tree, 1)
    head = tree.commit("change")
    plain = judged(tree, base, head, cache=False)
    key = states._key(tree.git("rev-parse", f"{base}^{{tree}}"), Request("").settings())
    assert caches.default().get(key), "it was kept"
    caches.default().put(key, damage)
    assert judged(tree, base, head) == plain
    assert caches.default().get(key) != damage


def test_a_reading_survives_packing(tree: Tree) -> None:
    found = read(Request(f"{tree.path}@HEAD"))
    again = unpack(pack(found))
    assert pack(again) == pack(found)
    assert dict(again.models) == dict(found.models)
    assert again.head() == found.head()
    assert pack(unpack(pack(again))) == pack(found)


def test_files_tell_their_digest(tree: Tree) -> None:
    release, _, _ = opened(Request(f"{tree.path}@HEAD"))
    files = Files(dict(release.files))
    assert {path: files.digest(path) for path in files} == {path: release.files.digest(path) for path in release.files}
    assert files.digest("no/such/file") == release.files.digest("no/such/file")
    blobs.remember(release.files)
    again, _, _ = opened(Request(f"{tree.path}@HEAD"))
    assert again.files.known == release.files.known
    assert dict(again.files) == dict(files)
    assert again.files == files
    assert (HEADER in again.files, "x" in again.files, len(again.files)) == (True, False, len(files))


LOADED = """
import sys
from abidiff.cli.main import main
try:
    main(["gate", "--against", "HEAD~1"])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def test_a_gate_over_what_is_known_loads_no_parser_and_no_database(tree: Tree) -> None:
    def gate() -> set[str]:
        done = subprocess.run([sys.executable, "-c", LOADED], cwd=tree.path, capture_output=True, text=True, check=True)
        return set(done.stderr.splitlines()[-1].split())

    EDITS["code"](tree, 1)
    tree.commit("once")
    gate()
    EDITS["code"](tree, 2)
    tree.commit("again")
    known = gate()
    assert "abidiff.pipeline.flow" in known
    assert not known & {"sqlite3", "zstandard", "pycparser", "lxml", "lark", "difflib"}
    own = {name.split(".")[2] for name in known if name.startswith("abidiff.surfaces.") and name.count(".") > 2}
    assert own <= {"consistency", "drivers", "exports", "headers", "packages", "rng", "symbols", "xdr"}
    rooms = {name.split(".")[3] for name in known if name.startswith("abidiff.surfaces.") and name.count(".") > 2}
    assert not rooms & {"read", "build", "compare", "prove", "rules", "layout", "wire", "decide"}
