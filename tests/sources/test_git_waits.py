"""A repository with a pipe or a device in it is refused before git waits for it; git that is silent is ended."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from abidiff.cli.main import main
from abidiff.errors import SourceError
from abidiff.limits import DEFAULT
from abidiff.sources import git_command, git_objects
from abidiff.sources.git_objects import Objects
from abidiff.sources.git_waits import what_waits
from tests.sources.build import put
from tests.sources.test_git import Repository

OLD = {"include/ship.h": b"int f(void);\nint gone(void);\n"}
NEW = {"include/ship.h": b"int f(void);\n"}
SECONDS = 15
"""What no command may take: far less than git may be silent."""


@pytest.fixture(autouse=True)
def looked_at_afresh() -> None:
    git_command._looked_at.cache_clear()
    git_command._silent.clear()


def made(path: Path, *options: str) -> Repository:
    repository = Repository(path, *options)
    repository.commit(OLD, "v1.0.0")
    repository.commit(NEW, "v1.1.0")
    return repository


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    start = time.monotonic()
    with pytest.raises(SystemExit) as caught:
        main([*arguments])
    assert time.monotonic() - start < SECONDS
    shown = capsys.readouterr()
    assert "unexpected error" not in shown.err
    return int(caught.value.code or 0), "".join((shown.out + shown.err).split())


def commands(repository: Path, scratch: Path) -> dict[str, list[str]]:
    where = str(repository)
    return {
        "compare": ["compare", f"{where}@v1.0.0", f"{where}@v1.1.0"],
        "index": ["compare", f"{where}@v1.0.0", f"{where}@:index"],
        "worktree": ["compare", f"{where}@v1.0.0", f"{where}@:worktree"],
        "gate": ["gate", "-C", where, "--against", "v1.0.0"],
        "history": ["history", "build", where, "-o", str(scratch / "h.json")],
        "snapshot": ["snapshot", f"{where}@v1.0.0", "-o", str(scratch / "s.json")],
    }


def piped(path: Path) -> str:
    """Put a pipe in the place of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return str(path)


def link_to_a_device(own: Path) -> str:
    (own / "packed-refs").symlink_to("/dev/zero")
    return str(own / "packed-refs")


def loose(own: Path) -> str:
    return piped(next(path for path in sorted((own / "objects").glob("??/*")) if path.is_file()))


def borrowed(own: Path) -> str:
    other = own.parent.parent / "lender/objects"
    put(own / "objects/info/alternates", f"# comment\n{other}\n".encode())
    return piped(other / "pack/pack-1.pack")


def borrowed_twice(own: Path) -> str:
    other = own.parent.parent / "lender/objects"
    put(own / "objects/info/alternates", f"{other}\n".encode())
    put(other / "info/alternates", b"../../second/objects\n")
    return piped(other.parent.parent / "second/objects/ab/cdef")


def linked_folder(own: Path) -> str:
    refs = own.parent.parent / "refs"
    (own / "refs").rename(refs)
    (own / "refs").symlink_to(refs)
    piped(refs / "tags/pipe")
    return str(own / "refs/tags/pipe")


PIPES: dict[str, Callable[[Path], str]] = {
    name: lambda own, name=name: piped(own / name)  # type: ignore[misc]
    for name in (
        "HEAD", "config", "index", "packed-refs", "commondir", "shallow", "info/grafts", "refs/heads/main",
        "refs/tags/v1.0.0", "refs/a/b/c", "objects/info/alternates", "objects/info/commit-graph",
        "objects/pack/pack-1.idx", "objects/pack/multi-pack-index",
    )
} | {
    "a loose object": loose,
    "a link to a device": link_to_a_device,
    "borrowed objects": borrowed,
    "borrowed twice": borrowed_twice,
    "a linked folder": linked_folder,
}  # fmt: skip


@pytest.mark.parametrize("kind", PIPES)
def test_a_pipe_in_a_repository(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = made(tmp_path / "ship")
    named = PIPES[kind](repository.path / ".git")
    assert what_waits(repository.path / "include") == named
    code, text = run(capsys, *commands(repository.path, tmp_path)["compare"])
    assert code == 3
    assert f"{named}isapipeoradevice" in text


@pytest.mark.parametrize("place", ["HEAD", "index", "objects/info/alternates"])
@pytest.mark.parametrize("command", ["index", "worktree", "gate", "history", "snapshot"])
def test_every_command(command: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = made(tmp_path / "ship")
    named = piped(repository.path / ".git" / place)
    code, text = run(capsys, *commands(repository.path, tmp_path)[command])
    assert code == 3
    assert f"{named}isapipeoradevice" in text


@pytest.mark.parametrize("kind", ["bare", "below a repository", "a file names it", "a work tree", "shared", "itself"])
def test_where_a_repository_lies(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = made(tmp_path / "ship")
    place, own = tmp_path / "place", tmp_path / "place"
    if kind == "bare":
        repository("clone", "-q", "--bare", ".", str(place))
    elif kind == "below a repository":
        Repository(tmp_path)
        repository("clone", "-q", "--bare", ".", str(place))
    elif kind == "a file names it":
        own = tmp_path / "elsewhere"
        (repository.path / ".git").rename(own)
        put(place / ".git", b"gitdir: ../elsewhere\n")
    elif kind == "itself":
        own = place / ".git"
        place.mkdir()
    else:
        repository("worktree", "add", "-q", "--detach", str(place))
        own = repository.path / (".git" if kind == "shared" else ".git/worktrees/place")
    named = piped(own if kind == "itself" else own / "HEAD" if kind != "shared" else own / "packed-refs")
    code, text = run(capsys, *commands(place, tmp_path)["compare"])
    assert code == 3
    assert f"{os.path.normpath(named)}isapipeoradevice" in text.replace("place/../", "")


def test_repositories_of_every_kind_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = made(tmp_path / "ship")
    repository("worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    repository("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    repository("clone", "-q", "--shared", ".", str(tmp_path / "borrower"))
    whole = Repository(tmp_path / "whole")
    whole("submodule", "--quiet", "add", str(repository.path), "module")
    (tmp_path / "link").symlink_to(repository.path)
    for name in ("ship", "tree", "bare", "borrower", "whole/module", "link", "ship/.git"):
        assert what_waits(tmp_path / name) == ""
        code, _ = run(capsys, *commands(tmp_path / name, tmp_path)["compare"])
        assert code == 1, name
    put(repository.path / ".git/objects/info/alternates", f"{tmp_path}/bare/objects\n".encode())
    put(tmp_path / "bare/objects/info/alternates", f"{repository.path}/.git/objects\n".encode())
    assert what_waits(repository.path) == "", "each borrows from the other"
    (repository.path / ".git/refs/again").symlink_to("..")
    assert what_waits(repository.path) == "", "a link to what it lies in"


@pytest.mark.parametrize("name", [".gitattributes", ".gitignore", ".gitmodules", "include/.gitattributes"])
def test_git_opens_nothing_in_the_work_tree(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = made(tmp_path / "ship")
    piped(repository.path / name)
    for command in ("compare", "index", "worktree", "gate"):
        assert run(capsys, *commands(repository.path, tmp_path)[command])[0] in (1, 3)


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository whose settings lead git to a pipe that nobody writes, and half a second for git."""
    repository = made(tmp_path / "ship")
    piped(tmp_path / "settings")
    with (repository.path / ".git/config").open("a") as file:
        file.write(f"[include]\n\tpath = {tmp_path}/settings\n")
    for module in (git_command, git_objects):
        monkeypatch.setattr(module, "TIMEOUT", 0.5)
    return repository


@pytest.mark.parametrize("command", ["compare", "index", "worktree", "gate", "history", "snapshot"])
def test_git_that_is_silent_is_ended(
    command: str, waiting: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = run(capsys, *commands(waiting.path, tmp_path)[command])
    assert code == 3
    assert "silentfor0.5seconds" in text


def test_git_that_was_silent_is_not_asked_again_at_once(waiting: Repository) -> None:
    with pytest.raises(SourceError, match=r"git rev-parse in .*silent"):
        git_command.run(waiting.path, "rev-parse", "HEAD")
    with pytest.raises(SourceError, match=r"git in .*silent"):
        git_command.run(waiting.path, "rev-parse", "HEAD")
    time.sleep(0.6)
    (waiting.path.parent / "settings").unlink()
    assert git_command.run(waiting.path, "rev-parse", "HEAD")[0] == 0


def test_a_reader_that_is_silent_is_not_left_behind(waiting: Repository) -> None:
    with Objects(waiting.path, "x", DEFAULT) as objects:
        with pytest.raises(SourceError, match=r"silent for 0.5 seconds"):
            objects.find("HEAD")
        process = objects.process
    assert process is not None
    assert process.poll() is not None
    assert process not in [one for _, one in git_objects._idle]


def test_many_objects_are_looked_at_quickly(tmp_path: Path) -> None:
    repository = made(tmp_path / "ship")
    objects = repository.path / ".git/objects"
    (objects / "ab").mkdir(exist_ok=True)
    for number in range(5000):
        os.close(os.open(objects / "ab" / f"{number:038x}", os.O_CREAT))
    start = time.process_time()
    assert what_waits(repository.path) == ""
    assert time.process_time() - start < 2
