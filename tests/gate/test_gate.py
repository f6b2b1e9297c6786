"""The gate, in git repositories made for each test, on a surface of words."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli
from abidiff.cli.options import FORMAT_NAMES
from abidiff.config import Config
from abidiff.config import parse as parse_config
from abidiff.errors import MissingError, SourceError, UsageError
from abidiff.finding import Report
from abidiff.gate import NO_COMMIT, gate, resolve
from abidiff.pipeline import Options
from tests import fakes

WHO = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
}


class Repo:
    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments],
            env={**os.environ, **WHO},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout.strip()

    def write(self, text: str, name: str = "include/words.h") -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self, text: str, name: str = "include/words.h") -> str:
        self.write(text, name)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.install(monkeypatch)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    path = tmp_path / "harbour"
    path.mkdir()
    found = Repo(path)
    found.git("init", "-q", "-b", "master")
    found.commit("moor\nsail\nload\n")
    found.git("tag", "v1.0.0")
    found.git("checkout", "-q", "-b", "topic")
    return found


def run(repo: Repo, *against: str, proposal: str = "head", config: Config | None = None) -> Report:
    options = Options(config=config or Config(), parallel=False, cache=False)
    return gate(repo.path, against or ("master",), proposal, options)


def shown(report: Report) -> list[tuple[str, str]]:
    return [(str(f.severity), f.subject) for f in report.findings]


def test_a_change_that_adds_passes(repo: Repo) -> None:
    repo.commit("moor\nsail\nload\nunload\n")
    report = run(repo)
    assert (report.exit_code, shown(report)) == (0, [("extension", "unload")])


def test_a_change_that_removes_fails(repo: Repo) -> None:
    repo.commit("moor\nsail\n")
    report = run(repo)
    assert (report.exit_code, shown(report)) == (1, [("breaking", "load")])
    assert any("merge base of master and HEAD" in note for note in report.notes)


def test_a_change_that_touches_no_api_passes(repo: Repo) -> None:
    repo.commit("hello", "README")
    assert run(repo).exit_code == 0


def test_only_what_the_change_itself_introduces_fails(repo: Repo) -> None:
    repo.commit("moor\nsail\nload\nunload\n")
    repo.git("checkout", "-q", "master")
    repo.commit("moor\nload\n")  # master breaks on its own
    repo.git("checkout", "-q", "topic")
    assert run(repo).exit_code == 0


WAIVER = '[[waivers]]\nrule = "headers/word-removed"\nsubject = "load"\nreason = "nobody says it"\n'


def test_a_waiver_lets_it_through_and_an_expired_one_does_not(repo: Repo) -> None:
    repo.commit("moor\nsail\n")
    config = parse_config(WAIVER, Path("abidiff.toml"))
    report = run(repo, config=config)
    assert report.exit_code == 0
    assert report.findings[0].waiver == "nobody says it"
    expired = run(repo, config=parse_config(WAIVER + "expires = 2020-01-01\n", Path("abidiff.toml")))
    assert expired.exit_code == 1
    assert [f.rule for f in expired.findings] == ["headers/word-removed", "policy/waiver-expired"]


def test_the_work_tree_and_the_index(repo: Repo) -> None:
    repo.write("moor\nsail\n")
    assert run(repo).exit_code == 0
    assert run(repo, proposal="index").exit_code == 0
    assert run(repo, proposal="worktree").exit_code == 1
    repo.git("add", "-A")
    assert run(repo, proposal="index").exit_code == 1
    repo.write("moor\nsail\nload\n")
    assert run(repo, "HEAD", proposal="worktree").exit_code == 0


def test_a_renamed_file_is_no_break(repo: Repo) -> None:
    repo.git("mv", "include/words.h", "include/nouns.h")
    repo.git("commit", "-q", "-m", "rename")
    assert run(repo).exit_code == 0


def test_submodules_in_an_interface_keep_it_open(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.path.mkdir()
    other.git("init", "-q", "-b", "master")
    other.commit("word\n")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "include/sub")
    repo.git("commit", "-q", "-m", "add a submodule")
    report = run(repo)
    assert report.exit_code == 3
    assert "submodule" in report.problems[0].message


def test_a_detached_head(repo: Repo) -> None:
    repo.commit("moor\nsail\n")
    repo.git("checkout", "-q", "--detach")
    assert run(repo).exit_code == 1


def test_a_missing_ref_says_what_to_run(repo: Repo) -> None:
    with pytest.raises(SourceError) as caught:
        run(repo, "origin/main")
    assert "git -C" in caught.value.hint
    repo.git("remote", "add", "origin", "https://git.invalid/harbour.git")
    with pytest.raises(SourceError) as caught:
        run(repo, "origin/main")
    assert caught.value.hint.endswith("fetch origin +refs/heads/main:refs/remotes/origin/main")


def test_a_shallow_clone_says_what_to_run(repo: Repo, tmp_path: Path) -> None:
    repo.commit("moor\nsail\n")
    repo.git("checkout", "-q", "master")
    repo.commit("moor\nsail\nload\nmore\n")
    repo.git("checkout", "-q", "topic")
    clone = Repo(tmp_path / "clone")
    clone.path.mkdir()
    clone.git("clone", "-q", "--depth", "1", "--no-single-branch", f"file://{repo.path}", ".")
    with pytest.raises(SourceError) as caught:
        run(clone, "origin/master")
    assert "--unshallow" in caught.value.hint
    clone.git("fetch", "-q", "--unshallow")
    assert run(clone, "origin/master").exit_code == 1


def test_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a git repository"):
        gate(tmp_path, ("master",), "head", Options(parallel=False))


def test_outside_of_a_repository_it_says_where_to_run(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a git repository") as caught:
        gate(tmp_path, ("HEAD",), "index", Options(parallel=False))
    assert "name one with -C DIR" in caught.value.hint
    assert "bare" not in caught.value.hint


def test_a_bare_repository_has_no_work_tree(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare.git"))
    with pytest.raises(SourceError) as caught:
        gate(tmp_path / "bare.git", ("HEAD",), "head", Options(parallel=False))
    assert "a bare repository has no work tree" in caught.value.hint


@pytest.mark.parametrize(
    "name", ["nope.tar.xz", "./nope", "../nope", "/nope/include", "nope.json", "nope-1.0.orig.tar"]
)
def test_a_file_that_is_missing_is_no_branch_to_fetch(repo: Repo, name: str) -> None:
    repo.git("remote", "add", "origin", "https://git.invalid/harbour.git")
    with pytest.raises(MissingError, match="no such file or revision") as caught:
        run(repo, name)
    assert "fetch" not in caught.value.hint


@pytest.fixture
def new_repo(tmp_path: Path) -> Repo:
    """A repository in which nothing was committed, with words staged."""
    found = Repo(tmp_path / "new")
    found.path.mkdir()
    found.git("init", "-q", "-b", "master")
    found.write("moor\nsail\n")
    found.git("add", "-A")
    return found


@pytest.mark.parametrize("proposal", ["index", "worktree"])
@pytest.mark.parametrize("head", ["HEAD", "@"])
def test_a_first_commit_passes_with_a_note(new_repo: Repo, proposal: str, head: str) -> None:
    report = run(new_repo, head, proposal=proposal)
    assert (report.exit_code, report.findings, report.notes) == (0, (), (NO_COMMIT,))
    new_repo.git("commit", "-q", "-m", "first")
    new_repo.write("moor\n")
    new_repo.git("add", "-A")
    report = run(new_repo, head, proposal=proposal)
    assert report.exit_code == 1
    assert NO_COMMIT not in report.notes


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_the_command_says_that_nothing_was_held_against(new_repo: Repo, name: str) -> None:
    command = ["gate", "-C", str(new_repo.path), "--against", "HEAD", "--index", "-f", name]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 0, done.output
    assert f"note: {NO_COMMIT}" in done.stderr
    assert "CONSISTENT" not in done.stdout


def test_only_a_head_without_a_commit_has_nothing_to_hold_against(new_repo: Repo) -> None:
    for against, proposal in (("HEAD", "head"), ("HEAD~1", "index"), ("origin/master", "index"), ("tag:v*", "index")):
        with pytest.raises(SourceError):
            run(new_repo, against, proposal=proposal)
    with pytest.raises(SourceError, match="no release tag"):
        run(new_repo, "HEAD", "tag:v*", proposal="index")


def test_a_branch_without_a_commit_is_held_against_releases(repo: Repo) -> None:
    repo.git("checkout", "-q", "--orphan", "again")
    repo.write("moor\n")
    repo.git("add", "-A")
    assert run(repo, "HEAD", proposal="index").notes == (NO_COMMIT,)
    report = run(repo, "HEAD", "tag:v1*", proposal="index")
    assert report.exit_code == 1
    assert report.notes[0] == NO_COMMIT


@pytest.mark.parametrize("damage", ["", "garbage\n", "0" * 40 + "\n", "1" * 40 + "\n"])
def test_a_damaged_branch_is_not_one_without_a_commit(repo: Repo, damage: str) -> None:
    (repo.path / ".git" / "refs" / "heads" / "topic").write_text(damage)
    with pytest.raises(SourceError):
        run(repo, "HEAD", proposal="index")


def test_without_an_ancestor_it_asks_for_one(repo: Repo) -> None:
    with pytest.raises(UsageError, match="nothing to compare with"):
        gate(repo.path, (), "head", Options(parallel=False))


def test_a_release_tag_by_its_pattern(repo: Repo) -> None:
    repo.git("tag", "v1.1.0-rc1")
    repo.commit("moor\nsail\n")
    assert resolve(repo.path, "tag:v*").what.startswith("v1.0.0,")
    assert run(repo, "tag:v*").exit_code == 1
    assert run(repo, "tag").exit_code == 1
    with pytest.raises(SourceError, match="no release tag"):
        run(repo, "tag:release-*")


def test_a_folder_as_the_ancestor(repo: Repo, tmp_path: Path) -> None:
    released = tmp_path / "harbour-1.0.0" / "include"
    released.mkdir(parents=True)
    (released / "words.h").write_text("moor\nanchor\n")
    report = run(repo, str(tmp_path / "harbour-1.0.0"))
    assert ("breaking", "anchor") in shown(report)


def test_what_went_and_came_back_does_not_slip_through(repo: Repo) -> None:
    """``?sail`` is undecided when it moves: it went on master, and the change brings it back elsewhere."""
    repo.git("checkout", "-q", "master")
    repo.commit("?sail\nmoor\n")
    repo.git("tag", "v2.0.0")
    repo.commit("moor\n")
    repo.git("checkout", "-q", "-B", "topic", "master")
    repo.commit("moor\n?sail\n")
    assert run(repo, "master").exit_code == 0
    report = run(repo, "master", "v2.0.0")
    assert report.exit_code == 3
    (found,) = [f for f in report.findings if str(f.severity) == "undecided"]
    assert any(label == "stood in" and "words.h:1" in text for label, text in found.details)


def test_what_the_base_broke_already_is_a_notice(repo: Repo) -> None:
    repo.git("checkout", "-q", "master")
    repo.commit("moor\nsail\n")  # breaks v1.0.0, on master
    repo.git("checkout", "-q", "-B", "topic", "master")
    repo.commit("moor\nsail\nnew\n")
    report = run(repo, "master", "v1.0.0")
    assert report.exit_code == 0
    assert ("notice", "load") in shown(report)


def test_two_proposals_are_refused(repo: Repo) -> None:
    done = CliRunner().invoke(cli, ["gate", "-C", str(repo.path), "--against", "HEAD", "--worktree", "--index"])
    assert done.exit_code == 2
    assert "--worktree and --index" in done.output


def test_the_commit_itself_is_named_so(repo: Repo) -> None:
    assert resolve(repo.path, "HEAD").what.endswith("the commit HEAD")
