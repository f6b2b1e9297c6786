"""What an argument names is not there, may not be read, or is no such thing: 2 for the first two, 3 for the last."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from abidiff.cli.main import main

ROOT = Path(__file__).parents[2]
DEMO = str(ROOT / "fixtures" / "demo" / "harbour-1.0.0")
NEWER = str(ROOT / "fixtures" / "demo" / "harbour-1.1.0")
COMMANDS = {
    "compare": (".tar.gz", ("compare", "{}", DEMO)),
    "single": (".h", ("compare", "{}", f"{DEMO}/include/harbour/harbour.h")),
    "with": (".deb", ("compare", DEMO, NEWER, "--with", "{}")),
    "check": (".tar.gz", ("check", "{}")),
    "history list": (".db", ("history", "list", "{}")),
    "since": (".db", ("since", "harbour_tide", "--history", "{}")),
    "rng": (".rng", ("rng", "sample", "{}")),
    "xdr": (".x", ("xdr", "decode", "{}", "harbour_ship", "00")),
    "requires": (".c", ("requires", "{}")),
    "survey": (".tsv", ("survey", "{}", "-o", "out")),
}


def code(folder: Path, arguments: tuple[str, ...], named: Path) -> int:
    """Run the command as a program; return its exit code, having looked at what it says."""
    command = [sys.executable, "-m", "abidiff", *(part.replace("{}", str(named)) for part in arguments)]
    environment = {**os.environ, "HOME": str(folder), "XDG_CACHE_HOME": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
    assert named.name in done.stderr
    assert "unexpected" not in done.stderr
    assert done.stdout == ""
    return done.returncode


@pytest.mark.parametrize("name", COMMANDS)
def test_missing_is_a_wrong_argument_and_damaged_is_not(tmp_path: Path, name: str) -> None:
    suffix, arguments = COMMANDS[name]
    assert code(tmp_path, arguments, tmp_path / f"nowhere{suffix}") == 2
    damaged = tmp_path / f"damaged{suffix}"
    damaged.write_bytes(b"\x1f\x8b\x00\x01\xff\x00" * 40)
    assert code(tmp_path, arguments, damaged) == 3


@pytest.mark.parametrize("name", ["compare", "with", "history list", "rng"])
def test_what_may_not_be_read_is_as_if_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    """The system is asked whether a file may be read; it answers no here, since tests may run as root, who may all."""
    suffix, arguments = COMMANDS[name]
    denied = tmp_path / f"denied{suffix}"
    denied.write_bytes(b"x")
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(denied) and allowed(path, mode))
    with pytest.raises(SystemExit) as caught:
        main([part.replace("{}", str(denied)) for part in arguments])
    assert caught.value.code == 2
    assert denied.name in capfd.readouterr().err


STATES = {
    "compare": ("compare", "{}@nowhere", DEMO),
    "notes": ("notes", "{}@nowhere", DEMO),
    "check": ("check", "{}@nowhere"),
    "snapshot": ("snapshot", "{}@nowhere", "-o", "out.json"),
    "history build": ("history", "build", "{}@nowhere", "-o", "out.db"),
    "history glob": ("history", "build", "{}@nowhere*", "-o", "out.db"),
    "gate": ("gate", "{}", "--against", "nowhere"),
    "gate tag": ("gate", "{}", "--against", "tag:nowhere*"),
    "gate latest": ("gate", "{}", "--against", "latest-release"),
    "impact": ("impact", DEMO, "{}@nowhere", NEWER),
    "policy": ("policy", "{}@nowhere"),
}


@pytest.mark.parametrize("name", STATES)
def test_a_revision_that_is_not_there_is_a_wrong_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    repository = tmp_path / "harbour"
    shutil.copytree(DEMO, repository)
    git = ("git", "-C", str(repository), "-c", "user.name=a", "-c", "user.email=a@b")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "first")):
        subprocess.run([*git, *arguments], check=True)
    plain = tmp_path / "plain"
    plain.mkdir()
    monkeypatch.chdir(tmp_path)
    for folder in (repository, plain):
        assert ran(*(part.replace("{}", str(folder)) for part in STATES[name])) == 2
        assert str(folder) in capfd.readouterr().err


OUTPUTS = {
    "compare": ("compare", DEMO, NEWER, "-o", "{}"),
    "compare json": ("compare", DEMO, NEWER, "-f", "json={}"),
    "notes": ("notes", DEMO, NEWER, "-o", "{}"),
    "check": ("check", DEMO, "-o", "{}"),
    "detail": ("detail", DEMO, NEWER, "harbour_ship", "-o", "{}"),
    "snapshot": ("snapshot", DEMO, "-o", "{}"),
    "bundle": ("bundle", DEMO, NEWER, "--yes", "-o", "{}"),
    "history build": ("history", "build", DEMO, "-o", "{}"),
    "history export": ("history", "export", "libvirt", "-o", "{}"),
    "since": ("since", "virDomainCreate", "-o", "{}"),
    "timeline": ("timeline", "-o", "{}"),
    "matrix": ("matrix", "-o", "{}"),
    "rules": ("rules", "-o", "{}"),
    "explain": ("explain", "function-removed", "-o", "{}"),
    "policy": ("policy", DEMO, "-o", "{}"),
    "configurations": ("configurations", DEMO, "-o", "{}"),
    "xdr list": ("xdr", "list", DEMO, "-o", "{}"),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_in_no_folder_is_a_wrong_argument_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ran(*(part.replace("{}", "nowhere/out.txt") for part in OUTPUTS[name])) == 2
    told = capfd.readouterr()
    assert "nowhere/out.txt: its folder is not there" in told.err
    assert told.out == ""


def test_a_device_that_takes_nothing_is_no_wrong_argument(capfd: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    assert ran("rules", "-o", "/dev/full") == 3
    assert "/dev/full" in capfd.readouterr().err


def ran(*arguments: str) -> int:
    """Run the command in this process; return its exit code."""
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return int(caught.value.code or 0)
