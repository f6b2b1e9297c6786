"""The container file: what it names is there, and nothing runs as root; tests/test_packaging.py runs its steps."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / "build" / "tools" / "bin"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def instructions() -> list[tuple[str, str]]:
    """Return the instructions with their arguments; continued lines are one."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(line.split(None, 1)[0], " ".join(line.split(None, 1)[1].split())) for line in joined]


def test_two_stages_and_no_root() -> None:
    found = instructions()
    assert [name for name, _ in found].count("FROM") == 2
    assert all(":" in argument.split()[0] and "latest" not in argument for name, argument in found if name == "FROM")
    last = found[[name for name, _ in found].index("FROM", 1) :]
    assert [argument for name, argument in last if name == "USER"] == ["1000"]
    assert next(argument for name, argument in found if name == "COPY") == ". /source"
    assert [argument for name, argument in last if name == "COPY"] == ["--from=build /wheels /wheels"]
    assert [argument for name, argument in last if name == "ENTRYPOINT"] == [f'["{next(iter(PROJECT["scripts"]))}"]']
    installed = next(argument for name, argument in last if name == "RUN" and "apt-get install" in argument)
    assert {"git", "libarchive13"} <= set(installed.split())
    assert any(PROJECT["optional-dependencies"]["libarchive"][0] in argument for name, argument in last)


def test_what_is_large_or_private_is_not_copied() -> None:
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "build", "releases", "corpora"} <= set(left_out)


@pytest.mark.skipif(not (TOOLS / "hadolint").exists(), reason="hadolint is not here (make build/tools/.ready)")
def test_hadolint_has_nothing_to_say(tmp_path: Path) -> None:
    def lint(path: Path) -> int:
        return subprocess.run([str(TOOLS / "hadolint"), str(path)], capture_output=True, check=False).returncode

    wrong = tmp_path / "Containerfile"
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    wrong.write_text(re.sub(r":3\.12-slim\S*", ":latest", text), encoding="utf-8")
    assert [lint(ROOT / "Containerfile"), lint(wrong)] == [0, 1]
