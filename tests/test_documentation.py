"""What the documentation says of the tree is so: every path it names is there."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_paths_in_the_documentation_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:abidiff|docs|tests|tools|bench|grammars|fixtures)/[\w./-]+)`", text)
    gone = [name for name in named if not (ROOT / name.replace("NAME", "rng")).exists() and "some_name" not in name]
    assert gone == []
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_names_in_the_map_are_defined_where_it_says() -> None:
    text = (ROOT / "docs/map.md").read_text(encoding="utf-8")
    named = re.findall(r"`(abidiff/[\w/]+\.py)` \(`([\w.]+)`\)", text)
    gone = []
    for path, name in named:
        code = (ROOT / path).read_text(encoding="utf-8")
        gone += [(path, part) for part in name.split(".") if not re.search(rf"\b(?:class|def) {part}\b", code)]
    assert len(named) > 5
    assert gone == []


def test_the_index_of_decisions_names_each(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("index_decisions", ROOT / "tools/index_decisions.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = tool.index()
    assert all(f"({path.name})" in page for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert "## Other" not in page, "give its number a room in tools/index_decisions.py"


def test_the_frame_of_a_rule(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "abidiff/surfaces/xdr/rules").mkdir(parents=True)
    tool = shutil.copy(ROOT / "tools/new_rule.py", tmp_path / "tools")

    def run(name: str) -> int:
        return subprocess.run([sys.executable, tool, name], capture_output=True, check=False).returncode

    assert run("xdr/some-name") == 0
    made = (tmp_path / "abidiff/surfaces/xdr/rules/some_name.py").read_text()
    compile(made, "some_name.py", "exec")
    assert 'id="xdr/some-name"' in made
    assert [run("xdr/some-name"), run("xdr/Some"), run("nix/some")] == [2, 2, 2]
