"""Commands in the documentation: each one parses, and those of the tutorials are run as they stand."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from abidiff.cli.main import cli

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs").glob("*/*.md"))]
RUN = [*sorted((ROOT / "docs/tutorials").glob("*.md")), *sorted((ROOT / "docs/guides").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def lines(page: Path) -> list[str]:
    """Return the command lines of a page, those that go on after a backslash as one."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    whole = "\n".join(blocks).replace("\\\n", " ")
    return [line.removeprefix("$ ") for line in whole.splitlines() if line.startswith("$ ")]


def calls(page: Path) -> list[list[str]]:
    """Return the arguments of every call of abi-diff; ``...`` and ``…`` stand for more of the same."""
    found = []
    for line in lines(page):
        for part in re.split(r"\s(?:&&|;|\|)\s|;\s", line.partition(" #")[0]):
            words = shlex.split(part)
            if words[:1] == ["abi-diff"]:
                found.append([word.removesuffix("...") or "more" for word in words[1:] if word != "…"])
    return found


def parsed(command: click.Command, arguments: list[str]) -> None:
    """Parse as the command line does, without running anything."""
    context = command.make_context("abi-diff", list(arguments), resilient_parsing=False)
    if isinstance(command, click.Group):
        name, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert inner is not None, name
        parsed(inner, rest)


@pytest.mark.parametrize("page", [page for page in PAGES if calls(page)], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_parses(page: Path) -> None:
    for arguments in calls(page):
        try:
            parsed(cli, arguments)
        except click.exceptions.Exit:
            pass  # --help, --version
        except click.ClickException as error:
            if "does not exist" in error.format_message():
                continue  # a file that the reader has
            pytest.fail(f"abi-diff {' '.join(arguments)}: {error.format_message()}")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("page", RUN, ids=lambda path: path.name)
def test_tutorials_run_as_they_stand(page: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "abi-diff").write_text(f'#!/bin/sh\nexec {sys.executable} -m abidiff "$@"\n')
    (tools / "abi-diff").chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    (work / "fixtures").symlink_to(ROOT / "fixtures")
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
    assert lines(page)
    for line in lines(page):
        wanted = re.search(r"# exit (\d)", line)
        done = subprocess.run(
            ["sh", "-c", line], cwd=work, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == (int(wanted[1]) if wanted else 0), f"{line}\n{done.stdout}{done.stderr}"
