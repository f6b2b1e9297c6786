"""Revisions, the index and the work tree of git repositories, hostile ones included."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abidiff.errors import AbidiffError, LimitError, SourceError, UsageError
from abidiff.limits import Limits
from abidiff.sources import git, git_objects
from abidiff.sources.git_files import MOST_RUNNING
from abidiff.sources.git_objects import Objects
from tests.sources.build import HEADER, put
from tests.sources.conftest import Open

DATES = {"GIT_AUTHOR_DATE": "2024-05-06T12:00:00Z", "GIT_COMMITTER_DATE": "2024-05-06T12:00:00Z"}


class Repository:
    """A repository for tests, apart from the user's settings."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self("init", "-q", "-b", "main", *options)

    def __call__(self, *arguments: str, **more: str) -> str:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.org",
            **DATES,
            **more,
        }
        command = ["git", "-c", "protocol.file.allow=always", "-C", str(self.path), *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.strip()

    def commit(self, files: dict[str, bytes], tag: str = "") -> str:
        for name, data in files.items():
            put(self.path / name, data)
        self("add", "-A")
        self("commit", "-q", "--allow-empty", "-m", "x")
        if tag:
            self("tag", "-a", "-m", tag, tag)
        return self("rev-parse", "HEAD")


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "ship")
    made.commit({"include/ship.h": b"int f(void);\n", "src/p.x": b"p\n", "README": b"r\n"}, "v1.0.0")
    made.commit({"include/ship.h": HEADER, "meson.build": b"version: '1.1.0'\n", "tests/include/no.h": b""}, "v1.1.0")
    return made


def test_many_trees_run_few_readers(repo: Repository, opened: Open) -> None:
    def pipes() -> int:
        links = [entry for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()]
        return sum(os.path.lexists(link) and str(link.readlink()).startswith("pipe:") for link in links)

    before = pipes()
    releases = [opened(f"{repo.path}@v1.0.0") for _ in range(3 * MOST_RUNNING)]
    for release in releases + releases[:2]:
        release.files._held.clear()  # type: ignore[attr-defined]
        assert release.files["include/ship.h"] == b"int f(void);\n"
    assert pipes() - before <= 2 * MOST_RUNNING


def test_readers_hand_on_their_process(repo: Repository, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    git_objects.end_idle()
    started: list[object] = []
    start = subprocess.Popen

    def popen(*arguments: object, **settings: object) -> object:
        started.append(arguments)
        return start(*arguments, **settings)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", popen)
    for _ in range(3):
        for tag in ("v1.0.0", "v1.1.0"):
            with Objects(repo.path, "ship", Limits()) as objects:
                assert objects.find(f"{tag}^{{tree}}") is not None
                assert objects.find(f"{tag}:none") is None
    assert len(started) == 1
    with Objects(repo.path, "ship", Limits()) as objects, pytest.raises(LimitError):
        objects.find("v1.0.0:include/ship.h", 1)  # its content was not taken
    with Objects(repo.path, "ship", Limits()) as objects:
        found = objects.find("v1.0.0:src/p.x")
        assert found is not None
        assert found.data == b"p\n"
    assert len(started) == 2


def test_another_repository_at_the_same_path_is_another_one(tmp_path: Path) -> None:
    for text in (b"one\n", b"two\n"):
        made = Repository(tmp_path / "ship")
        made.commit({"a.x": text}, "v1")
        with Objects(made.path, "ship", Limits()) as objects:
            found = objects.find("v1:a.x")
        assert found is not None
        assert found.data == text
        shutil.rmtree(made.path)


def test_revisions(repo: Repository, opened: Open) -> None:
    old = opened(f"{repo.path}@v1.0.0")
    assert dict(old.files) == {"include/ship.h": b"int f(void);\n", "src/p.x": b"p\n"}
    assert (old.label, old.version, old.date) == ("ship@v1.0.0", "1.0.0", datetime.date(2024, 5, 6))
    new = opened(f"{repo.path}@HEAD")
    assert new.files["include/ship.h"] == HEADER
    assert (new.label, new.version) == ("ship@HEAD", "1.1.0")
    assert opened(f"{repo.path}@HEAD~1").files == old.files
    assert opened(f"{repo.path}@{repo('rev-parse', 'HEAD')[:9]}").files == new.files
    assert opened(f"{repo.path}@HEAD@{{0}}").files == new.files
    assert opened(f"{repo.path}@v1.0.0^{{tree}}").files == old.files


def test_a_folder_of_a_revision(repo: Repository, opened: Open) -> None:
    repo.commit({"lib/include/part.h": b"part\n"})
    assert dict(opened(f"{repo.path}@HEAD:lib").files) == {"include/part.h": b"part\n"}


def test_relative_repository(repo: Repository, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path / "include")
    assert "include/ship.h" in opened(".@v1.0.0").files
    assert "include/ship.h" in opened("@v1.0.0").files
    assert "include/ship.h" in opened("..@:index").files
    assert opened(".@:worktree").files["include/ship.h"] == HEADER


def test_an_at_sign_in_the_path(repo: Repository, opened: Open, tmp_path: Path) -> None:
    moved = tmp_path / "a@b"
    repo.path.rename(moved)
    assert opened(f"{moved}@v1.0.0").label == "a@b@v1.0.0"


def test_index_and_worktree(repo: Repository, opened: Open) -> None:
    put(repo.path / "include/ship.h", b"staged\n")
    repo("add", "include/ship.h")
    put(repo.path / "include/ship.h", b"not staged\n")
    put(repo.path / "include/untracked.h", b"new\n")
    assert opened(f"{repo.path}@:index").files["include/ship.h"] == b"staged\n"
    assert "include/untracked.h" not in opened(f"{repo.path}@:index").files
    work = opened(f"{repo.path}@:worktree")
    assert work.files["include/ship.h"] == b"not staged\n"
    assert work.label == "ship@worktree"
    assert work.files["include/untracked.h"] == b"new\n"


def test_the_index_of_a_hook(repo: Repository, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    other = repo.path / ".git/next-index"
    put(repo.path / "include/ship.h", b"partial\n")
    repo("read-tree", "HEAD", GIT_INDEX_FILE=str(other))
    repo("add", "include/ship.h", GIT_INDEX_FILE=str(other))
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")
    assert opened(".@:index").files["include/ship.h"] == b"partial\n"
    monkeypatch.setenv("GIT_INDEX_FILE", "/tmp/elsewhere")
    assert opened(".@:index").files["include/ship.h"] == HEADER


def test_a_conflict_is_said(repo: Repository, opened: Open) -> None:
    repo("checkout", "-q", "-b", "side", "v1.0.0")
    repo.commit({"include/ship.h": b"side\n"})
    with pytest.raises(subprocess.CalledProcessError):
        repo("merge", "-q", "main")
    with pytest.raises(SourceError, match="not merged"):
        opened(f"{repo.path}@:index")


def test_git_of_the_environment_is_not_followed(
    repo: Repository, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_PARAMETERS"):
        monkeypatch.setenv(name, "/nonexistent")
    assert opened(f"{repo.path}@v1.0.0").version == "1.0.0"
    assert opened(f"{repo.path}@:worktree").files


def test_a_hostile_repository_starts_nothing(repo: Repository, opened: Open, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    script = put(tmp_path / "evil", f"#!/bin/sh\ntouch {mark}\n".encode())
    script.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "diff.external",
        "filter.x.smudge",
        "filter.x.clean",
        "diff.x.textconv",
        "gpg.program",
        "core.gitProxy",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "core.alternateRefsCommand",
        "alias.cat-file",
    ):
        repo("config", key, str(script))
    repo("config", "log.showSignature", "true")
    put(repo.path / ".git/info/attributes", b"* filter=x diff=x\n")
    for name in ("post-checkout", "pre-auto-gc", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        put(repo.path / ".git/hooks" / name, script.read_bytes()).chmod(0o755)
    for revision in ("v1.0.0", "HEAD", ":index", ":worktree"):
        assert opened(f"{repo.path}@{revision}").files
    git.newest_tag(repo.path, "v*")
    git.merge_base(repo.path, "v1.0.0")
    assert not mark.exists()


@pytest.mark.parametrize(
    "name", ["--upload-pack=x", "-h", "", "v9", "HEAD:nix", "a..b", "x\ny", "x" * 2000, "HEAD^{blob}"]
)
def test_names_that_are_no_revisions(repo: Repository, opened: Open, name: str) -> None:
    with pytest.raises((SourceError, UsageError)):
        opened(f"{repo.path}@{name}")


@given(st.text(max_size=30))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_is_a_release_or_a_clear_error(repo: Repository, opened: Open, name: str) -> None:
    with contextlib.suppress(AbidiffError):
        opened(f"{repo.path}@{name}")


def test_links_and_submodules(repo: Repository, opened: Open, tmp_path: Path) -> None:
    inner = Repository(tmp_path / "inner")
    inner.commit({"include/inner.h": b"i\n"})
    repo("submodule", "add", "-q", str(inner.path), "include/inner")
    put(repo.path / "real/x.h", b"x\n")
    (repo.path / "include/file.h").symlink_to("../real/x.h")
    (repo.path / "include/dir").symlink_to("../real")
    (repo.path / "include/out.h").symlink_to("/etc/passwd")
    (repo.path / "include/loop").symlink_to("loop")
    repo.commit({})
    release = opened(f"{repo.path}@HEAD")
    assert release.files["include/file.h"] == b"x\n"
    assert release.files["include/dir/x.h"] == b"x\n"
    assert "include/out.h" not in release.files
    assert any("submodule" in note for note in release.notes)
    assert opened(f"{repo.path}@:index").files == release.files


def test_bare_shallow_and_linked(repo: Repository, opened: Open, tmp_path: Path) -> None:
    repo("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare.git"))
    bare = opened(f"{tmp_path / 'bare.git'}@v1.0.0")
    assert bare.label == "bare@v1.0.0"
    with pytest.raises(SourceError, match="work tree"):
        opened(f"{tmp_path / 'bare.git'}@:worktree")
    repo("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    assert opened(f"{tmp_path / 'shallow'}@HEAD").version == "1.1.0"
    with pytest.raises(SourceError) as error:
        opened(f"{tmp_path / 'shallow'}@v1.0.0")
    assert "fetch --unshallow" in error.value.hint
    repo("worktree", "add", "-q", str(tmp_path / "linked"), "v1.0.0")
    assert opened(f"{tmp_path / 'linked'}@HEAD").files["include/ship.h"] == b"int f(void);\n"
    assert opened(f"{tmp_path / 'linked'}@:worktree").files["include/ship.h"] == b"int f(void);\n"


def test_a_partial_clone_never_fetches(repo: Repository, opened: Open, tmp_path: Path) -> None:
    repo("config", "uploadpack.allowFilter", "true")
    repo("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repo.path}", str(tmp_path / "partial"))
    with pytest.raises(SourceError) as error:
        opened(f"{tmp_path / 'partial'}@HEAD")
    assert "partial" in error.value.message
    assert "git -C" in error.value.hint


def test_a_damaged_repository(repo: Repository, opened: Open) -> None:
    for path in (repo.path / ".git/objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(b"damaged")
    with pytest.raises(SourceError):
        opened(f"{repo.path}@HEAD")


@pytest.mark.parametrize(
    "tree", [b"100644 a.h", b"100644 a.h\0short", b"x y\0" + bytes(20), b"100644 a/b.h\0" + bytes(20)]
)
def test_a_tree_that_git_would_not_write(repo: Repository, opened: Open, tmp_path: Path, tree: bytes) -> None:
    path = put(tmp_path / "tree", tree)
    oid = repo("hash-object", "-t", "tree", "-w", "--literally", str(path))
    with pytest.raises(SourceError):
        opened(f"{repo.path}@{oid}")


def test_trees_that_lead_out(repo: Repository, opened: Open, tmp_path: Path) -> None:
    blob = bytes.fromhex(repo("hash-object", "-w", str(put(tmp_path / "b", b"x\n"))))
    inner = repo("hash-object", "-t", "tree", "-w", "--literally", str(put(tmp_path / "i", b"100644 a.h\0" + blob)))
    entries = b"".join(b"40000 %s\0" % name + bytes.fromhex(inner) for name in (b"..", b".", b"include"))
    oid = repo("hash-object", "-t", "tree", "-w", "--literally", str(put(tmp_path / "o", entries)))
    assert dict(opened(f"{repo.path}@{oid}").files) == {"include/a.h": b"x\n"}


def test_not_a_repository(tmp_path: Path, opened: Open) -> None:
    with pytest.raises(SourceError, match="not a git repository"):
        opened(f"{tmp_path}@HEAD")
    with pytest.raises(SourceError, match="no folder"):
        opened("/nonexistent@HEAD")


def test_no_git(repo: Repository, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SourceError, match="git is not installed"):
        opened(f"{repo.path}@HEAD")


def test_sha256(tmp_path: Path, opened: Open) -> None:
    made = Repository(tmp_path / "two", "--object-format=sha256")
    made.commit({"include/deep/a.h": HEADER})
    assert opened(f"{made.path}@HEAD").files["include/deep/a.h"] == HEADER


def test_bounds(repo: Repository, opened: Open) -> None:
    for limits in (Limits(file_bytes=10), Limits(kept_bytes=10), Limits(members=2), Limits(seconds=-1)):
        with pytest.raises(LimitError):
            opened(f"{repo.path}@HEAD", limits=limits)


def test_more_files_than_fit_a_pipe(repo: Repository, opened: Open) -> None:
    repo.commit({f"include/n{number}.h": b"x" * 300 for number in range(2000)})
    assert len(opened(f"{repo.path}@HEAD").files) == 2003


def test_odd_names(repo: Repository, opened: Open) -> None:
    name = 'include/ü \n\t".h'
    repo.commit({name: b"odd\n"})
    assert opened(f"{repo.path}@HEAD").files[name] == b"odd\n"
    assert opened(f"{repo.path}@:index").files[name] == b"odd\n"


# --- what the gate asks -----------------------------------------------------------------------


def test_merge_base(repo: Repository, tmp_path: Path) -> None:
    base = repo("rev-parse", "HEAD")
    repo("checkout", "-q", "-b", "topic")
    repo.commit({"include/new.h": b"n\n"})
    repo("checkout", "-q", "main")
    repo.commit({"README": b"other\n"})
    assert git.merge_base(repo.path, "main", "topic") == base
    repo("checkout", "-q", "--detach", "topic")
    assert git.merge_base(repo.path, "main") == base
    with pytest.raises(SourceError) as error:
        git.merge_base(repo.path, "origin/main")
    assert "for-each-ref" in error.value.hint
    repo("remote", "add", "origin", "https://example.org/ship.git")
    with pytest.raises(SourceError) as error:
        git.merge_base(repo.path, "origin/main")
    assert error.value.hint.endswith("fetch origin +refs/heads/main:refs/remotes/origin/main")
    repo("update-ref", "refs/remotes/origin/next", "main")
    with pytest.raises(SourceError) as error:
        git.merge_base(repo.path, "next")
    assert error.value.hint == "it is there as origin/next"
    repo("checkout", "-q", "--orphan", "alone")
    repo.commit({})
    with pytest.raises(SourceError, match="no commit in common"):
        git.merge_base(repo.path, "main")


def test_merge_base_of_a_shallow_clone(repo: Repository, tmp_path: Path) -> None:
    repo("checkout", "-q", "-b", "topic", "v1.0.0")
    repo.commit({"include/new.h": b"n\n"})
    clone = tmp_path / "shallow"
    repo("clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo.path}", str(clone))
    with pytest.raises(SourceError) as error:
        git.merge_base(clone, "origin/main")
    assert "--unshallow" in error.value.hint


def test_newest_tag(repo: Repository, tmp_path: Path) -> None:
    for tag in ("v1.9.0", "v1.10.0", "v1.11.0-rc1", "v1.11.0rc2", "source-9.0"):
        repo("tag", tag)
    assert git.newest_tag(repo.path, "v*") == "v1.10.0"
    assert git.newest_tag(repo.path, "v1.0*") == "v1.0.0"
    assert git.newest_tag(repo.path, "source-*") == "source-9.0"
    assert git.newest_tag(repo.path, "v*", "v1.0.0") == "v1.0.0"
    with pytest.raises(SourceError) as error:
        git.newest_tag(repo.path, "w*")
    assert "fetch --tags" in error.value.hint


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_an_object_that_is_not_what_its_name_says(algorithm: str, tmp_path: Path, opened: Open) -> None:
    place = tmp_path / "s"
    place.mkdir()
    git = ["git", "-C", str(place), "-c", "user.name=a", "-c", "user.email=a@example.org"]

    def run(*arguments: str) -> str:
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return subprocess.run([*git, *arguments], check=True, capture_output=True, text=True, env=environment).stdout

    run("init", "-q", f"--object-format={algorithm}")
    found = []
    for text in (b"int a(void);\n", b"int b(void);\n"):
        put(place / "include/a.h", text)
        run("add", ".")
        run("commit", "-qm", "x")
        oid = run("rev-parse", "HEAD:include/a.h").strip()
        found.append(place / ".git/objects" / oid[:2] / oid[2:])
        assert dict(opened(f"{place}@HEAD").files) == {"include/a.h": text}
    found[1].chmod(0o644)
    found[1].write_bytes(found[0].read_bytes())
    with pytest.raises(SourceError, match="not what its name says"):
        dict(opened(f"{place}@HEAD").files)
