"""Closed standard streams, interrupts while the command loads, and several outputs of which one fails."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from abidiff.cli.main import main
from abidiff.cli.output import OutputError, Outputs, emit
from abidiff.given import content
from abidiff.start import streams
from tests.sources.build import put


def sides(folder: Path) -> tuple[str, str]:
    return (
        str(put(folder / "old.h", b"int a(void);\nint b(void);\n")),
        str(put(folder / "new.h", b"int a(int);\n")),
    )


@pytest.mark.parametrize(
    ("how", "right"),
    [
        (">&-", 3),
        ("2>&-", 1),
        (">&- 2>&-", 3),
        ("<&- >out", 1),
        (">&- -o out", 1),
        ("2>&- nothing.h", 2),
        ("2>/dev/full --limit", 2),
    ],
)
def test_closed_streams(how: str, right: int, tmp_path: Path) -> None:
    old, new = sides(tmp_path)
    command = f"exec {sys.executable} -m abidiff compare {old} {new} --no-cache {how}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == right, done.stderr
    assert "unexpected" not in done.stderr
    assert "Traceback" not in done.stderr
    if right == 3 and "2" not in how:
        assert "standard output is closed" in done.stderr


def test_an_interrupt_while_it_loads() -> None:
    code = """
import builtins, os, signal, abidiff.start
load = builtins.__import__
def hooked(name, *more):
    if name == "click":
        os.kill(os.getpid(), signal.SIGINT)
    return load(name, *more)
builtins.__import__ = hooked
abidiff.start.main()
"""
    command = [sys.executable, "-c", code]
    # a shell's background job hands on that interrupts are ignored
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, preexec_fn=heard)
    assert done.returncode == -signal.SIGINT
    assert done.stderr == ""


@pytest.mark.parametrize(
    "command",
    ["rules", "policy", "completion bash", "--version", "--help", "compare --help", "cache", "matrix", "check new.h",
     "compare old.h new.h", "snapshot new.h -o -", "rng sample a.rng", "rng validate a.rng a.xml", "xdr list a.x",
     "explain headers/function-removed", "configurations old.h", "notes old.h new.h"],
)  # fmt: skip
def test_no_command_prints_to_a_closed_output(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    sides(tmp_path)
    put(tmp_path / "a.rng", b'<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><text/></element>')
    put(tmp_path / "a.xml", b"<a/>")
    put(tmp_path / "a.x", b"typedef int number;\n")
    monkeypatch.setattr(sys, "stdout", None)
    streams()
    with pytest.raises(SystemExit) as caught:
        main(command.split())
    assert caught.value.code == 3
    assert capsys.readouterr().err == "abi-diff: standard output is closed\n"


def heard_at(seconds: float, command: list[str]) -> tuple[int, str]:
    """Interrupt a command so many seconds after it began; the interpreter's own start does not count."""
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, preexec_fn=heard, start_new_session=True, **quiet) as run:  # type: ignore[call-overload]
        status = Path(f"/proc/{run.pid}/status")
        caught = re.compile(r"SigCgt:\s*\w*[2367abef]\n")
        for begun in (True, False):  # Python hears it as soon as it runs; then the command does as the system does
            while run.poll() is None and bool(caught.search(status.read_text())) is not begun:
                time.sleep(0.0005)
        time.sleep(seconds)
        os.killpg(run.pid, signal.SIGINT)
        _, said = run.communicate(timeout=60)
    return run.returncode, said


def test_an_interrupt_in_a_callback_is_not_lost() -> None:
    code = """
import abidiff.cli.main, abidiff.start, weakref, time
class Held: pass
def fallen(_):
    raise KeyboardInterrupt
def run(heard):
    heard()
    one = Held()
    kept = weakref.ref(one, fallen)
    del one
    try:
        time.sleep(20)
    except KeyboardInterrupt:
        raise SystemExit(99)
abidiff.cli.main.main = run
abidiff.start.main()
"""
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, preexec_fn=heard)
    assert (done.returncode, done.stderr) == (99, "")


def test_an_interrupt_while_a_class_is_made_is_one() -> None:
    """Python before 3.12 raises RuntimeError for what a ``__set_name__`` raises."""
    code = """
import abidiff.cli.main
class Falls:
    def __set_name__(self, owner, name):
        raise KeyboardInterrupt
def run(**_):
    try:
        type("Made", (), {"falls": Falls()})
    except KeyboardInterrupt as error:
        raise RuntimeError("Error calling __set_name__") from error
abidiff.cli.main.cli.main = run
abidiff.cli.main.main([])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (130, "abi-diff: interrupted\n")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux which signals are caught")
def test_an_interrupt_at_any_time(tmp_path: Path) -> None:
    demo = Path(__file__).parents[2] / "fixtures/demo"
    command = [sys.executable, "-m", "abidiff", "compare", *(str(demo / f"harbour-1.{n}.0") for n in (0, 1))]
    for point in range(20):
        code, said = heard_at(point * 0.02, [*command, "--no-cache", "-o", str(tmp_path / "report")])
        assert code in (-signal.SIGINT, 130, 1), (point, said)  # 1: it had ended
        assert "Traceback" not in said, (point, said)
        assert list(tmp_path.iterdir()) in ([], [tmp_path / "report"]), "nothing is left half"


@pytest.mark.parametrize("bad", ["missing/r.html", "full", "loop", "folder"])
def test_of_several_outputs_none_is_left_half(bad: str, tmp_path: Path) -> None:
    old, new = sides(tmp_path)
    before = put(tmp_path / "r.json", b"before")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "full").symlink_to("/dev/full")
    (tmp_path / "folder").mkdir()
    listed = sorted(tmp_path.iterdir())
    for names in ((before, tmp_path / bad), (tmp_path / bad, before)):
        asked = [f"--format={form}={name}" for form, name in zip(("json", "html"), names, strict=True)]
        with pytest.raises(SystemExit) as caught:
            main(["compare", old, new, "--no-cache", *asked])
        assert caught.value.code == (3 if bad == "full" else 2)
        assert before.read_bytes() == b"before"
        assert sorted(tmp_path.iterdir()) == listed


def put_all(folder: Path, names: str) -> None:
    with Outputs() as outputs:
        for name in names:
            outputs.add(b"new", str(folder / name))


def test_what_was_put_in_place_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a", b"old a")
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "c":
            raise OSError(5, "input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OutputError):
        put_all(tmp_path, "abc")
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old a"}
    put_all(tmp_path, "ab")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"new", "b": b"new"}


def test_witnesses_that_can_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from abidiff.pipeline import witnesses

    old, new = sides(tmp_path)
    write, calls = witnesses._write, []

    def failing(folder: Path, name: str, data: bytes, back: ExitStack) -> None:
        calls.append(name)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        write(folder, name, data, back)

    monkeypatch.setattr(witnesses, "_write", failing)
    with pytest.raises(SystemExit) as caught:
        main(["compare", old, new, "--no-cache", "-o", str(tmp_path / "r"), "--witness-dir", str(tmp_path / "w")])
    assert caught.value.code == 3
    assert not (tmp_path / "r").exists()
    assert not (tmp_path / "w").exists()


def test_witnesses_are_as_they_were_when_another_output_fails(tmp_path: Path) -> None:
    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in (tmp_path / "w").rglob("*") if path.is_file()}

    def run(old: str, new: str, folder: str, output: str) -> None:
        with pytest.raises(SystemExit) as caught:
            main(["compare", old, new, "--no-cache", "-o", output, "--witness-dir", str(tmp_path / folder)])
        assert caught.value.code == (3 if output == "/dev/full" else 1)

    old, new = sides(tmp_path)
    run(old, new, "deep/w", "/dev/full")
    assert not (tmp_path / "deep").exists()
    run(old, new, "w", str(tmp_path / "r"))
    before = state()
    assert len(before) > 1
    run(new, old, "w", "/dev/full")
    assert state() == before
    run(new, old, "w", str(tmp_path / "r"))
    assert state() != before


@pytest.fixture
def pipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with pipes that nobody writes to; a second is enough to refuse one."""
    monkeypatch.chdir(tmp_path)
    for ending in ("toml", "x", "rng", "xml", "json", "symbols", "db", "tar", "h"):
        os.mkfifo(f"pipe.{ending}")
    sides(tmp_path)
    put(tmp_path / "a.rng", b'<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><text/></element>')
    put(tmp_path / "a.x", b"typedef int number;\n")

    def waited(*_: object) -> None:
        raise AssertionError("it waits for a pipe")

    before = signal.signal(signal.SIGALRM, waited)
    signal.alarm(30)
    yield tmp_path
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("command", "right"),
    [
        ("compare pipe.h new.h", 3),
        ("compare pipe.tar new.h", 3),
        ("compare pipe.json new.h", 3),
        ("compare old.h new.h --config pipe.toml", 2),
        ("compare old.h new.h --profile pipe.toml", 2),
        ("compare old.h new.h --with pipe.tar", 3),
        ("compare old.h new.h --history pipe.db", 3),
        ("policy --config pipe.toml", 2),
        ("symbols old.h --version 1 --known pipe.symbols", 3),
        ("waive 0123456789ab --reason x --report pipe.json", 2),
        ("rng validate a.rng pipe.xml", 3),
        ("rng validate pipe.rng a.rng", 3),
        ("rng sample pipe.rng", 3),
        ("xdr decode pipe.x number 00000001", 3),
        ("xdr decode a.x number @pipe.x", 3),
        ("xdr encode a.x number @pipe.json", 3),
        ("xdr list pipe.x", 3),
        ("since x --history pipe.db", 3),
        ("requires pipe.x", 3),
        ("survey pipe.json -o out", 2),
    ],
)
def test_a_pipe_is_never_waited_for(command: str, right: int, pipes: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(command.split())
    assert caught.value.code == right
    assert pipes.exists()


def test_what_a_shell_hands_over_is_read() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"[limits]\n")
    os.close(writer)
    assert content(Path(f"/dev/fd/{reader}")) == b"[limits]\n"
    os.close(reader)
    assert content(Path(os.devnull)) == b""
    with pytest.raises(IsADirectoryError):
        content(Path("/"))


def test_a_pipe_that_nobody_reads_is_not_written_to(pipes: Path) -> None:
    for asked in (["-o", "pipe.json"], ["--format=text=kept", "--format=json=pipe.json"]):
        with pytest.raises(SystemExit) as caught:
            main(["compare", "old.h", "new.h", "--no-cache", *asked])
        assert caught.value.code == 3
    assert not Path("kept").exists()


@pytest.mark.parametrize(
    "asked",
    [
        "compare old.h new.h -f json=a.json -f html=./a.json",
        "compare old.h new.h -f json=a.json -f html=link",
        "compare old.h new.h -f text -f json=./a.json -o a.json",
        "compare old.h new.h -o new.h",
        "compare old.h new.h -f text -f json=./old.h",
        "compare old.h new.h --config settings.toml -o settings.toml",
        "check new.h -o other",
        "notes old.h new.h -o new.h",
        "snapshot new.h -o ./new.h",
    ],
)
def test_two_outputs_in_one_place_or_over_an_input(asked: str, pipes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("link").symlink_to("a.json")
    Path("other").symlink_to("new.h")
    Path("settings.toml").write_text("")
    before = {path: path.read_bytes() for path in sorted(pipes.iterdir()) if path.is_file()}
    with pytest.raises(SystemExit) as caught:
        main([*asked.split(), *([] if "snapshot" in asked else ["--no-cache"])])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "would be written over" in said or "several formats need a file each" in said
    assert {path: path.read_bytes() for path in sorted(pipes.iterdir()) if path.is_file()} == before


def test_what_the_caller_opened_is_written_to(pipes: Path) -> None:
    reader = os.open("pipe.json", os.O_RDONLY | os.O_NONBLOCK)
    emit("to a pipe that is read\n", "pipe.json")
    assert os.read(reader, 100) == b"to a pipe that is read\n"
    writer = os.open("report", os.O_RDWR | os.O_CREAT)
    os.write(writer, b"head\n")
    emit("behind it\n", f"/dev/fd/{writer}")
    assert Path("report").read_bytes() == b"head\nbehind it\n"
    emit("nowhere\n", os.devnull)
    with pytest.raises(OutputError, match="Bad file descriptor"):
        emit("", "/dev/fd/998")


def test_dev_stdout_is_standard_output(tmp_path: Path) -> None:
    old, new = sides(tmp_path)
    command = [sys.executable, "-m", "abidiff", "compare", old, new, "--no-cache", "-o", "/dev/stdout"]
    with (tmp_path / "all").open("w") as stream:
        stream.write("head\n")
        stream.flush()
        assert subprocess.run(command, stdout=stream, check=False).returncode == 1
    text = (tmp_path / "all").read_text()
    assert text.startswith("head\n")
    assert "INCOMPATIBLE" in text
